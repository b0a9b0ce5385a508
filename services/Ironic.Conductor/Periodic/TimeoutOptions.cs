using System.ComponentModel.DataAnnotations;

namespace Ironic.Conductor.Periodic;

/// <summary>How long nodes may wait for a ramdisk: configuration section <c>Timeouts</c>. Zero: as long as it takes.</summary>
public sealed class TimeoutOptions
{
    public const string Section = "Timeouts";

    /// <summary>How often nodes are looked for that have waited for too long; zero: never.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan CheckInterval { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Of a deployment, since its ramdisk was last heard of. Ironic: <c>deploy_callback_timeout</c>.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "365.00:00:00")]
    public TimeSpan DeployWait { get; set; } = TimeSpan.FromSeconds(1800);

    /// <summary>Of cleaning, since its ramdisk was last heard of. Ironic: <c>clean_callback_timeout</c>.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "365.00:00:00")]
    public TimeSpan CleanWait { get; set; } = TimeSpan.FromSeconds(1800);

    /// <summary>Of an inspection, since it began. Ironic: <c>inspect_wait_timeout</c>.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "365.00:00:00")]
    public TimeSpan InspectWait { get; set; } = TimeSpan.FromSeconds(1800);

    /// <summary>Of a rescue, since its ramdisk was last heard of. Ironic: <c>rescue_callback_timeout</c>.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "365.00:00:00")]
    public TimeSpan RescueWait { get; set; } = TimeSpan.FromSeconds(1800);

    /// <summary>Of a service, since its ramdisk was last heard of. Ironic: <c>service_callback_timeout</c>.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "365.00:00:00")]
    public TimeSpan ServiceWait { get; set; } = TimeSpan.FromSeconds(1800);
}
