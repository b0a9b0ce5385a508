using System.ComponentModel.DataAnnotations;
using System.Net;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Ipmi.Consoles;
using Ironic.Drivers.Ipmi.Protocol;
using Microsoft.Extensions.Options;

namespace Ironic.Drivers.Ipmi.Configuration;

/// <summary>Configuration of the driver: section <c>Ipmi</c>.</summary>
internal sealed class IpmiOptions : ControllerOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Ipmi";

    /// <summary>After what time without an answer a packet is sent again; each time it is twice as long.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan RetransmitAfter { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long it gets at most.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan MaximumRetransmitAfter { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>How often a packet is sent before the controller counts as unreachable.</summary>
    [Range(1, 100)]
    public int Attempts { get; set; } = 5;

    /// <summary>How long a command may take, with the opening of a session and with what a busy controller is asked again.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a session that nobody uses stays open. Controllers end one after a minute by themselves.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:50")]
    public TimeSpan SessionIdleTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How many commands a second one controller gets in the long run.</summary>
    [Range(0.1, 100_000)]
    public double CommandsPerSecond { get; set; } = 50;

    /// <summary>How many commands it may get at once after a pause.</summary>
    [Range(1, 100_000)]
    public int CommandBurst { get; set; } = 100;

    /// <summary>The cipher suites that are tried, in this order, with controllers whose nodes name none. Empty: 17, then 3.</summary>
    public IList<int> CipherSuites { get; } = [];

    /// <summary>How often the power state is read while a machine is switching.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan PowerPollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether boot devices are kept for longer than the minute after which the controller forgets them, unless a node says otherwise (<c>ipmi_disable_boot_timeout</c>).</summary>
    public bool DisableBootTimeout { get; set; } = true;

    /// <summary>How machines boot whose nodes do not say.</summary>
    public BootMode DefaultBootMode { get; set; } = BootMode.Uefi;

    /// <summary>The IP address at which consoles listen, and that clients are told. Whoever reaches it has the consoles: there is no password.</summary>
    [Required]
    public string ConsoleAddress { get; set; } = "127.0.0.1";

    /// <summary>The TCP ports for consoles of nodes without <c>ipmi_terminal_port</c>, <c>FIRST:LAST</c>; null: such nodes have no console.</summary>
    public string? ConsolePortRange { get; set; }

    /// <summary>After what time without a character in either direction the client of a console is disconnected; zero: never.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")]
    public TimeSpan ConsoleIdleTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How often a controller whose console is open is asked whether it still is. Controllers end a session after a minute without a packet.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:50")]
    public TimeSpan ConsoleKeepAlive { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>After what time a console that has ended is activated again; each time it is twice as long.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan ConsoleRetryAfter { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long that gets at most.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan ConsoleMaximumRetryAfter { get; set; } = TimeSpan.FromSeconds(30);
}

/// <summary>Finds an operator's mistakes at start.</summary>
internal sealed class IpmiOptionsValidator : IValidateOptions<IpmiOptions>
{
    public ValidateOptionsResult Validate(string? name, IpmiOptions options)
    {
        var failures = options.FindMistakes(IpmiOptions.Section).ToList();
        if (options.MaximumRetransmitAfter < options.RetransmitAfter)
            failures.Add("Ipmi:MaximumRetransmitAfter must not be below Ipmi:RetransmitAfter");
        if (options.ConsoleMaximumRetryAfter < options.ConsoleRetryAfter)
            failures.Add("Ipmi:ConsoleMaximumRetryAfter must not be below Ipmi:ConsoleRetryAfter");
        if (!IPAddress.TryParse(options.ConsoleAddress, out _))
            failures.Add($"Ipmi:ConsoleAddress: '{options.ConsoleAddress}' is no IP address");
        if (options.ConsolePortRange is not null && !PortRange.TryParse(options.ConsolePortRange, out _))
            failures.Add($"Ipmi:ConsolePortRange must be FIRST:LAST, two ports, not '{options.ConsolePortRange}'");
        failures.AddRange(options.CipherSuites
            .Where(id => CipherSuite.Find(id) is null)
            .Select(id => $"Ipmi:CipherSuites: {id} is none of {string.Join(", ", CipherSuite.All.Select(suite => suite.Id))}"));
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
