using System.Collections.Concurrent;
using Ironic.Api.V1;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Periodic;

/// <summary>
/// Starts the consoles that are on at driver processes that may not have them: consoles end with the process. A conductor that has just started, or has just
/// got a node, does not know, and starts them as well; for one that is started that changes nothing.
/// </summary>
internal sealed partial class ConsoleRestarts(
    ConsoleNodes nodes, OwnNodes own, DriverRegistry drivers, TaskManager tasks, ConsoleCalls console, ILogger<ConsoleRestarts> logger)
{
    private const int Concurrency = 8;

    // Which start of its driver's process has the node's console, by the node's UUID.
    private readonly ConcurrentDictionary<string, string> _started = new(StringComparer.Ordinal);

    /// <summary>Looks at each node once.</summary>
    /// <returns>How many consoles were started.</returns>
    public async Task<int> SweepAsync(CancellationToken stopping)
    {
        var seen = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        var count = 0;
        await Parallel.ForEachAsync(
            own.ReadAsync(nodes.NextAsync, stopping),
            new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = stopping },
            async (node, cancellationToken) =>
            {
                seen[node.Uuid] = true;
                if (await StartAsync(node, cancellationToken))
                    Interlocked.Increment(ref count);
            });
        foreach (var gone in _started.Keys.Where(uuid => !seen.ContainsKey(uuid)))
            _started.TryRemove(gone, out _);
        return count;
    }

    private async Task<bool> StartAsync(NodeRow seen, CancellationToken stopping)
    {
        // Without a driver there is nothing to do until it comes back.
        if (!drivers.HardwareTypes.TryGetValue(seen.Driver, out var hardware))
            return false;
        var instance = "";
        try
        {
            instance = (hardware.FindServed(seen, InterfaceType.Console)?.Driver ?? hardware.Driver).Info.InstanceId;
            if (_started.GetValueOrDefault(seen.Uuid) == instance)
                return false;
            await using var task = tasks.OpenShared(seen);
            await task.LoadDriverAsync(stopping);
            // Whoever has had the node since it was read may have switched its console.
            if (!await task.TryUpgradeUnchangedAsync(stopping))
                return false;
            await console.StartAsync(task, stopping);
            _started[seen.Uuid] = instance;
            return true;
        }
        catch (IronicException e) when (e.Reason is ErrorReason.NodeLocked or ErrorReason.NodeNotFound or ErrorReason.NoValidHost or ErrorReason.DriverUnavailable or ErrorReason.LockLost or ErrorReason.BackendUnavailable)
        {
            LogPostponed(seen.Uuid, e.Message);
            return false;
        }
        catch (IronicException e)
        {
            // Its driver has no console for it, and will have none before it is another process.
            if (e.Reason == ErrorReason.UnsupportedDriverExtension)
                _started[seen.Uuid] = instance;
            LogRefused(seen.Uuid, e.Message);
            return false;
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            // One node's trouble is not the others'. When the database is away, the next page says so.
            LogFailed(e, seen.Uuid);
            return false;
        }
    }

    [LoggerMessage(EventId = 2547, EventName = "ConsoleRestartPostponed", Level = LogLevel.Debug, Message = "The console of node {Node} is not started now: {Reason}")]
    private partial void LogPostponed(string node, string reason);

    [LoggerMessage(EventId = 2548, EventName = "ConsoleRestartRefused", Level = LogLevel.Warning, Message = "The console of node {Node} is on, but could not be started: {Reason}")]
    private partial void LogRefused(string node, string reason);

    [LoggerMessage(EventId = 2549, EventName = "ConsoleRestartFailed", Level = LogLevel.Warning, Message = "The console of node {Node} is on, but could not be started")]
    private partial void LogFailed(Exception exception, string node);
}
