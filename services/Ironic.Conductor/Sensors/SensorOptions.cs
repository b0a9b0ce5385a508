using System.ComponentModel.DataAnnotations;

namespace Ironic.Conductor.Sensors;

/// <summary>How the sensors of machines are read: configuration section <c>Sensors</c>.</summary>
public sealed class SensorOptions
{
    public const string Section = "Sensors";

    /// <summary>How often the sensors of all nodes are read; zero, the default as in Ironic: never. Ironic: <c>[sensor_data]send_sensor_data</c> and <c>interval</c>.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.Zero;

    /// <summary>How many nodes are read at a time. Ironic: <c>[sensor_data]workers</c>, 4, since each takes a thread there.</summary>
    [Range(1, 10_000)]
    public int Concurrency { get; set; } = 50;

    /// <summary>How long one machine's reading may take; longer is a failure. Ironic: <c>[sensor_data]wait_timeout</c>, for all of them.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Whether nodes that are not <c>active</c> are read, too. Ironic: <c>[sensor_data]enable_for_undeployed_nodes</c>.</summary>
    public bool UndeployedNodes { get; set; }
}
