using Ironic.Conductor.Cluster;
using Ironic.Conductor.Deploy;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Lanes;
using Ironic.Conductor.Provisioning;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Steps;

/// <summary>
/// Goes on with flows whose conductor is gone. A step that a driver's process was asked for is asked for again with its operation id, which
/// joins it or gets its outcome; that holds for the same start of the process only, so with another one the step fails.
/// </summary>
internal sealed partial class StepRecovery(
    StepRunner runner, StepContinuation continuation, OwnDeployInterfaces own, StepCalls calls, DetachedSteps detached, DriverRegistry drivers, Membership membership, ConductorIdentity self,
    TaskManager tasks, NodeStore nodes, ConductorLanes lanes, ProvisionWork work, ILogger<StepRecovery> logger)
{
    /// <summary>Goes on with the step at which a conductor stopped, in the running state of a flow.</summary>
    /// <param name="task">An exclusive task.</param>
    /// <returns>Whether it does; disposing the task does nothing then. Otherwise the work has to count as failed.</returns>
    public async Task<bool> TryResumeAsync(NodeTask task, CancellationToken cancellationToken)
    {
        if (continuation.FindFlow(task) is not { } flow || task.Node.ProvisionState != flow.Kind.Running)
            return false;
        var record = FlowRecord.Read(task.Node, flow.Kind);
        if (record is not { Index: { } index, Steps: { } steps } || index >= steps.Count || !IsRepeatable(task.Node, steps[index], record))
            return false;
        try
        {
            await task.LoadDriverAsync(cancellationToken);
            task.HandOver(lanes.Actions, (held, lost) => work.RunAsync(held, (mine, gone) => runner.RunAsync(mine, flow, index, gone, again: true), lost));
        }
        catch (IronicException e)
        {
            LogNotResumed(task.Node.Uuid, steps[index].Id, e.Message);
            return false;
        }

        LogResumed(task.Node.Uuid, steps[index].Id);
        return true;
    }

    /// <summary>Follows the steps that go on without their node's lock and that nobody follows any more.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> FollowOrphansAsync(CancellationToken cancellationToken)
    {
        var found = 0;
        foreach (var (uuid, group) in await nodes.ListDetachedAsync([.. StepFlowKind.All.Select(kind => kind.Waiting)], cancellationToken))
        {
            if (membership.IsForOthers(group))
                continue;
            try
            {
                found += await TryFollowAsync(uuid, cancellationToken) ? 1 : 0;
            }
            catch (IronicException e)
            {
                // Whatever is wrong with one node, the others' steps have to be followed.
                LogSkipped(uuid, e.Message);
            }
        }

        return found;
    }

    private async Task<bool> TryFollowAsync(string uuid, CancellationToken cancellationToken)
    {
        await using var task = await tasks.OpenSharedAsync(uuid, cancellationToken);
        if (!IsOrphaned(task))
            return false;
        await task.UpgradeAsync(cancellationToken, TimeSpan.Zero);
        if (!IsOrphaned(task) || continuation.FindFlow(task) is not { } flow)
            return false;
        var record = FlowRecord.Read(task.Node, flow.Kind);
        var step = flow.Kind.GetCurrent(task.Node);
        if (step is null || record.Instance is not { } instance || drivers.FindInstance(instance) is not { } driver)
        {
            runner.Continue(task, flow, null, DetachedSteps.DriverGone());
            return true;
        }

        record.Follower = self.Hostname;
        record.Write(task.Node);
        var request = StepCalls.Describe(task, driver, flow.Kind.Kind, step, record.Operation!);
        await task.SaveAndReleaseAsync(CancellationToken.None);
        runner.Follow(new FollowedStep(uuid, flow, driver, request), calls.Repeat(driver, request));
        LogFollowed(uuid, step.Id);
        return true;
    }

    private bool IsOrphaned(NodeTask task)
    {
        if (continuation.FindFlow(task) is not { } flow || task.Node.ProvisionState != flow.Kind.Waiting)
            return false;
        var record = FlowRecord.Read(task.Node, flow.Kind);
        return record.Operation is { } operation && (record.Follower == self.Hostname ? !detached.Follows(operation) : !membership.IsMember(record.Follower ?? ""));
    }

    // Switching the power to a state twice does no harm; a second reboot does, and a wait would be too long. The conductor's own deploy interfaces
    // begin their steps anew.
    private bool IsRepeatable(NodeRow node, NodeStep step, FlowRecord record) =>
        record.Operation is not null
            ? record.Instance is { } instance && drivers.FindInstance(instance) is not null
            : step is { ExecuteOnChildNodes: false, Name: ReservedSteps.PowerOn or ReservedSteps.PowerOff } || own.FindOwner(node, step) is not null;

    [LoggerMessage(EventId = 1670, EventName = "StepResumed", Level = LogLevel.Warning, Message = "Node {Node}: the conductor that ran step {Step} is gone; this one goes on with it")]
    private partial void LogResumed(string node, string step);

    [LoggerMessage(EventId = 1671, EventName = "StepNotResumed", Level = LogLevel.Warning, Message = "Node {Node}: this conductor cannot go on with step {Step}: {Reason}")]
    private partial void LogNotResumed(string node, string step, string reason);

    [LoggerMessage(EventId = 1672, EventName = "DetachedStepFollowed", Level = LogLevel.Warning, Message = "Node {Node}: nobody followed step {Step}; this conductor does now")]
    private partial void LogFollowed(string node, string step);

    [LoggerMessage(EventId = 1673, EventName = "DetachedStepSkipped", Level = LogLevel.Debug, Message = "Node {Node}: whether somebody follows its step is looked at again later: {Reason}")]
    private partial void LogSkipped(string node, string reason);
}
