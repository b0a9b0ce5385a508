using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Ironic.Driver.V1;

namespace Ironic.Conductor.Sensors;

/// <summary>The sensors of a machine as they were read last.</summary>
/// <param name="Uuid">The node's.</param>
/// <param name="Name">The node's; null when it has none.</param>
internal sealed record SensorReading(string Uuid, string? Name, IReadOnlyList<Sensor> Sensors);

/// <summary>
/// What was read last of each node of this conductor; <see cref="HardwareMetrics"/> shows it. It is in memory only: after a start it is read anew, and who wants
/// to have it longer keeps the metrics.
/// </summary>
internal sealed class SensorReadings
{
    private readonly ConcurrentDictionary<string, SensorReading> _nodes = new(StringComparer.Ordinal);

    public SensorReadings(IMeterFactory meters) => HardwareMetrics.Show(meters, this);

    public IEnumerable<SensorReading> All => _nodes.Values;

    public void Put(SensorReading reading) => _nodes[reading.Uuid] = reading;

    /// <summary>Nothing is known of the node any more: an old reading would look as if it were of now.</summary>
    public void Remove(string uuid) => _nodes.TryRemove(uuid, out _);

    /// <summary>Forgets the other nodes.</summary>
    public void Keep(Func<string, bool> isKept)
    {
        foreach (var uuid in _nodes.Keys.Where(uuid => !isKept(uuid)))
            Remove(uuid);
    }
}
