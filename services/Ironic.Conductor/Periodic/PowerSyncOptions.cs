using System.ComponentModel.DataAnnotations;

namespace Ironic.Conductor.Periodic;

/// <summary>How the power of machines is kept in step with what is stored of it: configuration section <c>PowerSync</c>.</summary>
public sealed class PowerSyncOptions
{
    public const string Section = "PowerSync";

    /// <summary>How often the power of all nodes is read; zero: never. Ironic: <c>sync_power_state_interval</c>.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(120);

    /// <summary>
    /// How many nodes are read at a time. Nodes that have failed before get a quarter of it, so that they hold up no others. Ironic:
    /// <c>sync_power_state_workers</c>, 8, since each takes a thread there; here 10,000 controllers that take a second each are read within a minute.
    /// </summary>
    [Range(1, 10_000)]
    public int Concurrency { get; set; } = 200;

    /// <summary>How long one reading may take; longer is a failure.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How many failures, or differences, in a row a node may have; with one more it goes into maintenance. Ironic: <c>power_state_sync_max_retries</c>.</summary>
    [Range(0, 1000)]
    public int MaxRetries { get; set; } = 3;

    /// <summary>
    /// Whether a machine whose power differs from what is stored is switched back; otherwise what it has is stored. Ironic:
    /// <c>force_power_state_during_sync</c>.
    /// </summary>
    public bool ForceState { get; set; } = true;

    /// <summary>
    /// Whether boot mode, secure boot, vendor and health are read with the power, where the driver knows them. Ironic always does, the health by
    /// <c>enable_health_monitoring</c>.
    /// </summary>
    public bool MachineState { get; set; } = true;

    /// <summary>
    /// How often nodes in maintenance for a failure of their power are tried again; zero: never. Ironic: <c>power_failure_recovery_interval</c>.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan RecoveryInterval { get; set; } = TimeSpan.FromSeconds(300);
}
