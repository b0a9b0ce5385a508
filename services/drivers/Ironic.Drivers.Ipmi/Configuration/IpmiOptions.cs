using System.ComponentModel.DataAnnotations;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Ipmi.Protocol;
using Microsoft.Extensions.Options;

namespace Ironic.Drivers.Ipmi.Configuration;

/// <summary>Configuration of the driver: section <c>Ipmi</c>.</summary>
internal sealed class IpmiOptions
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

    /// <summary>How many times in a row a controller may not answer before it is left alone for a while.</summary>
    [Range(1, 1000)]
    public int CircuitThreshold { get; set; } = 3;

    /// <summary>For how long at first; each time it is twice as long.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan CircuitPause { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>For how long at most.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan MaximumCircuitPause { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>For how long credentials that a controller has refused are not tried there again: controllers lock accounts.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan RefusedCredentialsPause { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The cipher suites that are tried, in this order, with controllers whose nodes name none. Empty: 17, then 3.</summary>
    public IList<int> CipherSuites { get; } = [];

    /// <summary>How often the power state is read while a machine is switching.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan PowerPollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a machine may take to switch when the caller says nothing.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan PowerTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long an operating system may take to shut down when the caller says nothing.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "06:00:00")]
    public TimeSpan SoftPowerTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Whether boot devices are kept for longer than the minute after which the controller forgets them, unless a node says otherwise (<c>ipmi_disable_boot_timeout</c>).</summary>
    public bool DisableBootTimeout { get; set; } = true;

    /// <summary>How machines boot whose nodes do not say.</summary>
    public BootMode DefaultBootMode { get; set; } = BootMode.Uefi;
}

/// <summary>Finds an operator's mistakes at start.</summary>
internal sealed class IpmiOptionsValidator : IValidateOptions<IpmiOptions>
{
    public ValidateOptionsResult Validate(string? name, IpmiOptions options)
    {
        var failures = new List<string>();
        if (options.MaximumRetransmitAfter < options.RetransmitAfter)
            failures.Add("Ipmi:MaximumRetransmitAfter must not be below Ipmi:RetransmitAfter");
        if (options.MaximumCircuitPause < options.CircuitPause)
            failures.Add("Ipmi:MaximumCircuitPause must not be below Ipmi:CircuitPause");
        failures.AddRange(options.CipherSuites
            .Where(id => CipherSuite.Find(id) is null)
            .Select(id => $"Ipmi:CipherSuites: {id} is none of {string.Join(", ", CipherSuite.All.Select(suite => suite.Id))}"));
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
