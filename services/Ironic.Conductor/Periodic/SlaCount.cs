using System.Diagnostics.Metrics;
using Ironic.Conductor.Cluster;
using Ironic.Conductor.Provisioning;
using Ironic.Conductor.Storage;

namespace Ironic.Conductor.Periodic;

/// <summary>Counts the nodes of this conductor that have been in their state for longer than they should, for a metric.</summary>
internal sealed class SlaCount
{
    private readonly SlaNodes _nodes;
    private readonly StateLimits _limits;
    private readonly Membership _membership;
    private readonly ConductorIdentity _self;
    private Dictionary<string, int> _counts = [];

    public SlaCount(SlaNodes nodes, StateLimits limits, Membership membership, ConductorIdentity self, ConductorMetrics metrics)
    {
        (_nodes, _limits, _membership, _self) = (nodes, limits, membership, self);
        metrics.WatchSla(() => Volatile.Read(ref _counts).Select(count => new Measurement<int>(count.Value, new KeyValuePair<string, object?>("state", count.Key))));
    }

    /// <summary>By state that has a limit, also those without such nodes.</summary>
    public IReadOnlyDictionary<string, int> Counts => Volatile.Read(ref _counts);

    public async Task CountAsync(CancellationToken stopping)
    {
        var above = _limits.Above();
        if (above.Count == 0)
            return;
        var counts = above.ToDictionary(limit => limit.State, _ => 0);
        foreach (var node in await _nodes.ListAsync(_self.Group, above, stopping))
        {
            if (_membership.Owns(node.Driver, node.Uuid))
                counts[node.State]++;
        }

        Volatile.Write(ref _counts, counts);
    }
}
