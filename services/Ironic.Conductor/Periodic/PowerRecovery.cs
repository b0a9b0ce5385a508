using Ironic.Api.V1;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Hosting.Errors;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Periodic;

/// <summary>Tries the nodes again that are in maintenance because their power could not be read or set, and takes those back whose power can be read.</summary>
internal sealed partial class PowerRecovery(
    PowerNodes nodes, OwnNodes own, PowerReader reader, TaskManager tasks, ConductorMetrics metrics, IOptions<PowerSyncOptions> options, ILogger<PowerRecovery> logger)
{
    /// <returns>How many nodes are back.</returns>
    public async Task<int> SweepAsync(CancellationToken stopping)
    {
        var recovered = 0;
        await Parallel.ForEachAsync(
            own.ReadAsync(nodes.NextFailedAsync, stopping),
            new ParallelOptions { MaxDegreeOfParallelism = options.Value.Concurrency, CancellationToken = stopping },
            async (node, cancellationToken) =>
            {
                if (await TryAsync(node, cancellationToken))
                    Interlocked.Increment(ref recovered);
            });
        return recovered;
    }

    private async Task<bool> TryAsync(NodeRow seen, CancellationToken stopping)
    {
        try
        {
            await using var task = tasks.OpenShared(seen);
            var reading = await reader.ReadAsync(task, validate: true, stopping);
            if (reading.Failure is { } failure)
            {
                LogStillFailing(seen.Uuid, failure);
                return false;
            }

            // Whoever has had the node since it was read may have seen to it.
            if (!await task.TryUpgradeUnchangedAsync(stopping))
                return false;
            var from = task.Node.PowerState;
            task.Node.PowerState = reading.State ?? from;
            (task.Node.Maintenance, task.Node.MaintenanceReason, task.Node.Fault) = (false, null, null);
            List<JournalEntry> entries = [new JournalEntry("maintenance", "The power state can be read again.") { ToState = "off" }];
            if (from != task.Node.PowerState)
                entries.Insert(0, new JournalEntry("power_state_corrected") { FromState = from, ToState = task.Node.PowerState });
            await task.SaveAndReleaseAsync(CancellationToken.None, [.. entries]);
            metrics.PowerSynchronised("recovered");
            LogRecovered(seen.Uuid, task.Node.PowerState);
            return true;
        }
        catch (IronicException e) when (e.Reason is ErrorReason.NodeLocked or ErrorReason.NodeNotFound or ErrorReason.LockLost or ErrorReason.BackendUnavailable)
        {
            LogStillFailing(seen.Uuid, e.Message);
            return false;
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            // One node's trouble is not the others'. When the database is away, the next page says so.
            LogFailed(e, seen.Uuid);
            return false;
        }
    }

    [LoggerMessage(EventId = 2540, EventName = "PowerRecovered", Level = LogLevel.Information, Message = "Node {Node} has recovered from its power failure, with the power state '{State}'")]
    private partial void LogRecovered(string node, string? state);

    [LoggerMessage(EventId = 2541, EventName = "PowerStillFailing", Level = LogLevel.Debug, Message = "Node {Node} has not recovered from its power failure: {Reason}")]
    private partial void LogStillFailing(string node, string reason);

    [LoggerMessage(EventId = 2542, EventName = "PowerRecoveryFailed", Level = LogLevel.Warning, Message = "Node {Node} could not be tried again after its power failure")]
    private partial void LogFailed(Exception exception, string node);
}
