using System.Collections.Concurrent;
using Ironic.Api.V1;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Periodic;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Hosting.Errors;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Sensors;

/// <summary>Reads the sensors of all nodes of this conductor, without their locks.</summary>
internal sealed partial class SensorSweep(
    SensorNodes nodes,
    OwnNodes own,
    SensorReadings readings,
    TaskManager tasks,
    ManagementCalls management,
    ConductorMetrics metrics,
    IOptions<SensorOptions> options,
    ILogger<SensorSweep> logger)
{
    /// <summary>Reads each node once. Of nodes that could not be read, and of those that are no longer read, nothing is known any more.</summary>
    public async Task SweepAsync(CancellationToken stopping)
    {
        var seen = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        await Parallel.ForEachAsync(
            own.ReadAsync((group, after, cancellationToken) => nodes.NextAsync(group, options.Value.UndeployedNodes, after, cancellationToken), stopping),
            new ParallelOptions { MaxDegreeOfParallelism = options.Value.Concurrency, CancellationToken = stopping },
            async (node, cancellationToken) =>
            {
                seen[node.Uuid] = true;
                await ReadAsync(node, cancellationToken);
            });
        readings.Keep(seen.ContainsKey);
    }

    private async Task ReadAsync(NodeRow node, CancellationToken stopping)
    {
        try
        {
            await using var task = tasks.OpenShared(node);
            await task.LoadDriverAsync(stopping);
            readings.Put(new SensorReading(node.Uuid, node.Name, await management.ListSensorsAsync(task, options.Value.CallTimeout, stopping)));
            metrics.SensorsRead("ok");
        }
        catch (IronicException e) when (!stopping.IsCancellationRequested)
        {
            readings.Remove(node.Uuid);
            var isUnsupported = e.Reason == ErrorReason.UnsupportedDriverExtension;
            metrics.SensorsRead(isUnsupported ? "unsupported" : "failed");
            if (!isUnsupported)
                LogFailed(node.Uuid, e.Message);
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            // One node's trouble is not the others'. When the database is away, the next page says so.
            readings.Remove(node.Uuid);
            metrics.SensorsRead("failed");
            LogEscaped(e, node.Uuid);
        }
    }

    [LoggerMessage(EventId = 2545, EventName = "SensorsUnread", Level = LogLevel.Warning, Message = "The sensors of node {Node} could not be read: {Reason}")]
    private partial void LogFailed(string node, string reason);

    [LoggerMessage(EventId = 2546, EventName = "SensorsFailed", Level = LogLevel.Warning, Message = "The sensors of node {Node} could not be read")]
    private partial void LogEscaped(Exception exception, string node);
}
