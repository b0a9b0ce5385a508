using System.ComponentModel.DataAnnotations;
using Ironic.Driver.Sdk;
using Microsoft.Extensions.Options;

namespace Ironic.Drivers.Redfish.Configuration;

/// <summary>How the driver says to a controller who it is.</summary>
internal enum AuthenticationType
{
    /// <summary>In a session where the controller has a session service, else with each request.</summary>
    Auto,

    /// <summary>With each request.</summary>
    Basic,

    /// <summary>In a session.</summary>
    Session,
}

/// <summary>Configuration of the driver: section <c>Redfish</c>.</summary>
internal sealed class RedfishOptions : ControllerOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Redfish";

    /// <summary>How the driver authenticates itself for nodes that do not say (<c>redfish_auth_type</c>).</summary>
    public AuthenticationType AuthType { get; set; } = AuthenticationType.Auto;

    /// <summary>How long a connection may take to come about.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the answer to one request may take.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How often a request is sent to a controller that takes no connection, or says that it is busy.</summary>
    [Range(1, 100)]
    public int Attempts { get; set; } = 5;

    /// <summary>How long to wait before the next attempt when the controller says nothing of it.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan RetryInterval { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>How long to wait at most for a controller that says when to come again (<c>Retry-After</c>).</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan MaximumRetryAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How many bytes an answer may have.</summary>
    [Range(1024, 256 * 1024 * 1024)]
    public int MaximumResponseBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>How long a session that nobody uses stays open.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:25:00")]
    public TimeSpan SessionIdleTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How many requests a second one controller gets in the long run.</summary>
    [Range(0.1, 100_000)]
    public double RequestsPerSecond { get; set; } = 50;

    /// <summary>How many requests it may get at once after a pause.</summary>
    [Range(1, 100_000)]
    public int RequestBurst { get; set; } = 100;

    /// <summary>How often the power state is read while a machine is switching, and other states that are waited for.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often a machine is switched on whose controller says that it cannot now (HTTP 409).</summary>
    [Range(1, 100)]
    public int PowerOnAttempts { get; set; } = 6;

    /// <summary>How long to wait before the next of these attempts.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan PowerOnRetryInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a machine may take to boot in another mode (BIOS, UEFI) when that needs a restart.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "06:00:00")]
    public TimeSpan BootModeTimeout { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How often a task of a controller is looked at.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan TaskPollInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a change of BIOS settings may take, with the restart that it needs.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "24:00:00")]
    public TimeSpan BiosTimeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How long the making or removal of a volume may take, with the restart that it may need.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "24:00:00")]
    public TimeSpan RaidTimeout { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long the update of one component's firmware may take.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "24:00:00")]
    public TimeSpan FirmwareUpdateTimeout { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long a controller may be away after an update of its own firmware, for nodes that do not say (<c>firmware_update_unresponsive_bmc_wait</c>).</summary>
    [Range(typeof(TimeSpan), "00:00:00", "06:00:00")]
    public TimeSpan UnresponsiveControllerWait { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether the clocks of controllers are checked, and set when they are wrong, when nodes are verified.</summary>
    public bool VerifyClock { get; set; }

    /// <summary>How far they may be off.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "24:00:00")]
    public TimeSpan ClockTolerance { get; set; } = TimeSpan.FromSeconds(2);
}

/// <summary>Finds an operator's mistakes at start.</summary>
internal sealed class RedfishOptionsValidator : IValidateOptions<RedfishOptions>
{
    public ValidateOptionsResult Validate(string? name, RedfishOptions options)
    {
        var failures = options.FindMistakes(RedfishOptions.Section).ToList();
        if (options.ConnectTimeout > options.RequestTimeout)
            failures.Add("Redfish:ConnectTimeout must not be above Redfish:RequestTimeout");
        if (!Enum.IsDefined(options.AuthType))
            failures.Add("Redfish:AuthType must be Auto, Basic or Session");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
