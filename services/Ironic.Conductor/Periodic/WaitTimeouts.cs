using System.Collections.Concurrent;
using Ironic.Api.V1;
using Ironic.Conductor.Cluster;
using Ironic.Conductor.Lanes;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Provisioning;
using Ironic.Conductor.Steps;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Hosting.Errors;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Periodic;

/// <summary>
/// Lets nodes of this conductor fail that have waited for a ramdisk for too long. Nodes in maintenance and nodes on hold wait for as long as it
/// takes, and a step that a driver runs has its limit from the driver's options.
/// </summary>
internal sealed partial class WaitTimeouts(
    WaitingNodes nodes,
    TaskManager tasks,
    Membership membership,
    ConductorIdentity self,
    StepContinuation steps,
    Inspection inspection,
    Rescue rescue,
    ProvisionWork work,
    ConductorLanes lanes,
    ConductorMetrics metrics,
    Clock clock,
    IOptions<TimeoutOptions> options,
    ILogger<WaitTimeouts> logger)
{
    // What is in the lane already is not put there again.
    private readonly ConcurrentDictionary<string, bool> _ending = new(StringComparer.Ordinal);

    private readonly (string State, string What, TimeSpan Limit)[] _limits =
    [
        (ProvisionStates.WaitCallBack, "deployment", options.Value.DeployWait),
        (ProvisionStates.CleanWait, "cleaning", options.Value.CleanWait),
        (ProvisionStates.InspectWait, "inspection", options.Value.InspectWait),
        (ProvisionStates.RescueWait, "rescue", options.Value.RescueWait),
        (ProvisionStates.ServiceWait, "service", options.Value.ServiceWait),
    ];

    /// <summary>Begins to end what has waited for too long; the lane of timeouts goes on with it.</summary>
    /// <returns>How many nodes those are.</returns>
    public async Task<int> SweepAsync(CancellationToken stopping)
    {
        var begun = 0;
        foreach (var (state, what, limit) in _limits)
        {
            if (limit == TimeSpan.Zero)
                continue;
            var before = clock.UtcNow - limit;
            WaitingNode? last = null;
            while (await nodes.NextAsync(state, self.Group, before, last, stopping) is { Count: > 0 } page)
            {
                foreach (var node in page)
                {
                    if (!membership.Owns(node.Driver, node.Uuid) || !_ending.TryAdd(node.Uuid, true))
                        continue;
                    try
                    {
                        lanes.Timeouts.Start(() => EndAsync(node, state, what, limit, stopping));
                        begun++;
                    }
                    catch (IronicException e) when (e.Reason == ErrorReason.NoFreeConductorWorker)
                    {
                        // The rest has its turn the next time.
                        _ending.TryRemove(node.Uuid, out _);
                        LogPostponed(e);
                        return begun;
                    }
                }

                last = page[^1];
            }
        }

        return begun;
    }

    private async Task EndAsync(WaitingNode node, string state, string what, TimeSpan limit, CancellationToken stopping)
    {
        try
        {
            stopping.ThrowIfCancellationRequested();
            await using var task = await tasks.OpenExclusiveAsync(node.Uuid, stopping, patience: TimeSpan.Zero);
            if (!IsOver(task, state, limit))
                return;
            await task.LoadDriverAsync(stopping);
            var step = steps.FindFlow(task)?.Kind.GetCurrent(task.Node);
            var error = $"The {what} of node {node.Uuid} has timed out: its ramdisk was waited for for more than {limit.TotalSeconds:0} s"
                + (step is null ? "." : $", in step \"{step.Id}\".") + " Look at the machine's console to see whether the ramdisk has started and reaches this service.";
            LogTimedOut(node.Uuid, state, limit);
            metrics.WaitTimedOut(state);
            await work.RunAsync(task, (held, lost) => FailAsync(held, state, error, lost), task.Lost);
        }
        catch (IronicException e)
        {
            // Locked, changed or out of reach: the next time will show.
            LogSkipped(node.Uuid, e.Message);
        }
        catch (OperationCanceledException e) when (stopping.IsCancellationRequested)
        {
            LogSkipped(node.Uuid, e.Message);
        }
        catch (Exception e)
        {
            // The database was away.
            LogFailed(e, node.Uuid);
        }
        finally
        {
            _ending.TryRemove(node.Uuid, out _);
        }
    }

    // As the search found it, now that nobody else can change it.
    private bool IsOver(NodeTask task, string state, TimeSpan limit)
    {
        var since = state == ProvisionStates.InspectWait ? task.Node.InspectionStartedAt ?? task.Node.ProvisionUpdatedAt : task.Node.ProvisionUpdatedAt;
        return task.Node.ProvisionState == state
            && since < clock.UtcNow - limit
            && !task.Node.Maintenance
            && (steps.FindFlow(task) is not { } flow || FlowRecord.Read(task.Node, flow.Kind).Operation is null);
    }

    private Task FailAsync(NodeTask task, string state, string error, CancellationToken lost) => state switch
    {
        ProvisionStates.InspectWait => inspection.FailAsync(task, error, lost),
        ProvisionStates.RescueWait => rescue.FailAsync(task, error, lost),
        _ => steps.FindFlow(task)!.FailAsync(task, error, lost),
    };

    [LoggerMessage(EventId = 2510, EventName = "WaitTimedOut", Level = LogLevel.Warning, Message = "Node {Node} has been in the state {State} for more than {Limit}; it fails")]
    private partial void LogTimedOut(string node, string state, TimeSpan limit);

    [LoggerMessage(EventId = 2511, EventName = "WaitTimeoutSkipped", Level = LogLevel.Information, Message = "Node {Node}, which has waited for long, is looked at again later: {Reason}")]
    private partial void LogSkipped(string node, string reason);

    [LoggerMessage(EventId = 2513, EventName = "WaitTimeoutFailed", Level = LogLevel.Warning, Message = "Node {Node}, which has waited for too long, could not be looked at")]
    private partial void LogFailed(Exception exception, string node);

    [LoggerMessage(EventId = 2512, EventName = "WaitTimeoutsPostponed", Level = LogLevel.Warning, Message = "Nodes that have waited for too long have to wait for their end")]
    private partial void LogPostponed(Exception exception);
}
