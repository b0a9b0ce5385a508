using Ironic.Conductor.Cluster;
using Ironic.Conductor.Locks;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Storage;

namespace Ironic.Conductor.Tasks;

/// <summary>
/// Frees the nodes whose reservation nobody holds any more: of a conductor that died, or whose lock expired. Raising the epoch shuts a
/// holder out that comes back. A lock has to be missing for as long as a lock service that lost its data may need to get it back.
/// </summary>
internal sealed partial class StaleLockSweeper(
    NodeStore nodes, ILockManager locks, Membership membership, InterruptedWork interrupted, Clock clock, ConductorMetrics metrics, ILogger<StaleLockSweeper> logger)
{
    // Since when a reservation is without a lock, by node and epoch.
    private Dictionary<(long Id, long Epoch), long> _missing = [];

    /// <returns>How many reservations were cleared.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        // What was missing before counts only as long as it stays so from one look to the next.
        var before = Interlocked.Exchange(ref _missing, []);
        var missing = new Dictionary<(long, long), long>();
        var cleared = 0;
        foreach (var node in await FindUnheldAsync(cancellationToken))
        {
            var now = clock.Provider.GetTimestamp();
            var since = before.GetValueOrDefault((node.Id, node.Epoch), now);
            missing[(node.Id, node.Epoch)] = since;
            if (clock.Provider.GetElapsedTime(since, now) < locks.RestoreTime || !await interrupted.TakeOverAsync(node, cancellationToken))
                continue;
            cleared++;
            metrics.StaleLockCleared();
            LogCleared(node.Uuid, node.Owner);
        }

        _missing = missing;
        return cleared;
    }

    private async Task<IEnumerable<ReservedNode>> FindUnheldAsync(CancellationToken cancellationToken)
    {
        var reserved = (await nodes.ListReservedAsync(cancellationToken)).Where(node => !membership.IsForOthers(node.ConductorGroup)).ToList();
        if (reserved.Count == 0)
            return [];
        // A lock that is taken after the list was read raises the epoch, and the node is left alone.
        var held = await locks.GetHeldAsync([.. reserved.Select(n => TaskManager.LockKey(n.Uuid))], cancellationToken);
        return reserved.Where(n => !held.Contains(TaskManager.LockKey(n.Uuid)));
    }

    [LoggerMessage(EventId = 1410, EventName = "StaleReservationCleared", Level = LogLevel.Warning, Message = "Cleared the stale reservation of node {Node} by {Owner}")]
    private partial void LogCleared(string node, string owner);
}
