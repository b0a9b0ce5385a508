using Ironic.Conductor.Locks;
using Ironic.Conductor.Storage;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Tasks;

/// <summary>
/// Clears the reservations that nobody holds any more: of a conductor that died, or whose lock expired. Raising the epoch shuts a
/// holder out that comes back.
/// </summary>
internal sealed partial class StaleLockSweeper(
    NodeStore nodes, ILockManager locks, Clock clock, ConductorMetrics metrics, IOptions<TaskOptions> options, ILogger<StaleLockSweeper> logger) : BackgroundService
{
    /// <summary>How many reservations were cleared.</summary>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var reserved = await nodes.ListReservedAsync(cancellationToken);
        if (reserved.Count == 0)
            return 0;
        // A lock that is taken after the list was read raises the epoch, and the node is left alone.
        var held = await locks.GetHeldAsync([.. reserved.Select(n => TaskManager.LockKey(n.Uuid))], cancellationToken);
        var cleared = 0;
        foreach (var node in reserved)
        {
            if (held.Contains(TaskManager.LockKey(node.Uuid)))
                continue;
            var entry = new JournalEntry("lock_expired", $"The lock of {node.Owner} expired without being released.") { Severity = "ERROR" };
            if (!await nodes.ForceUnlockAsync(node, entry, cancellationToken))
                continue;
            cleared++;
            metrics.StaleLockCleared();
            LogCleared(node.Uuid, node.Owner);
        }

        return cleared;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.StaleLockInterval, clock.Provider);
        do
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogSweepFailed(e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(EventId = 1410, Level = LogLevel.Warning, Message = "Cleared the stale reservation of node {Node} by {Owner}")]
    private partial void LogCleared(string node, string owner);

    [LoggerMessage(EventId = 1411, Level = LogLevel.Warning, Message = "Stale locks could not be looked for")]
    private partial void LogSweepFailed(Exception exception);
}
