using System.Globalization;
using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Conductor.Deploy;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Lanes;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Provisioning;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Steps;

/// <summary>Runs the steps of a flow, one after the other, from one on.</summary>
internal sealed partial class StepRunner(
    TaskManager tasks,
    StepCalls calls,
    DriverRegistry drivers,
    PowerSwitch power,
    ChildSteps children,
    OwnDeployInterfaces own,
    DetachedSteps detached,
    ConductorLanes lanes,
    Transitions transitions,
    ConductorIdentity self,
    Clock clock,
    IOptions<StepOptions> options,
    ILogger<StepRunner> logger)
{
    private enum StepEnd
    {
        // The next step can run.
        Done,

        // The node waits or is held, and the task is released.
        Left,
    }

    /// <summary>
    /// Runs the steps that the node's record has, until the flow is over, fails, waits or is held. Each of these ends with a save that
    /// releases the task.
    /// </summary>
    /// <param name="task">An exclusive task with its driver, in the flow's running state.</param>
    /// <param name="index">The first step.</param>
    /// <param name="again">The first step may run already, under the operation id that the record has.</param>
    public async Task RunAsync(NodeTask task, IStepFlow flow, int index, CancellationToken lost, bool again = false)
    {
        List<JournalEntry> ended = [];
        for (var i = index; ; i++)
        {
            var record = FlowRecord.Read(task.Node, flow.Kind);
            if (record.Steps is not { } steps || i >= steps.Count)
                break;
            var step = steps[i];
            var isRepeated = again && record.Operation is not null;
            if (!isRepeated)
            {
                // What the conductor runs itself is nobody's operation; without a driver for it a step fails when it is run.
                var driver = step.IsReserved || step.ExecuteOnChildNodes || own.FindOwner(task.Node, step) is not null ? null : StepCalls.FindDriver(task, step);
                record.Operation = driver is null ? null : Guid.NewGuid().ToString();
                record.Instance = driver?.Info.InstanceId;
            }

            again = false;
            record.Index = i;
            record.Write(task.Node);
            flow.Kind.SetCurrent(task.Node, step);
            var started = clock.Provider.GetTimestamp();
            try
            {
                await task.SaveAsync(CancellationToken.None, [.. ended]);
                if (await ExecuteAsync(task, flow, step, record, isRepeated, lost) == StepEnd.Left)
                    return;
                ended = [new JournalEntry("step", $"{flow.Kind.Name} step {step.Id} is done") { Duration = clock.Provider.GetElapsedTime(started) }];
            }
            catch (Exception e)
            {
                await FailAsync(task, flow, step, e, lost);
                return;
            }
        }

        if (ended.Count > 0)
            await task.SaveAsync(CancellationToken.None, [.. ended]);
        await flow.FinishAsync(task, lost);
    }

    /// <exception cref="IronicException">NO_FREE_CONDUCTOR_WORKER: there is no room for <see cref="Continue"/>.</exception>
    public void RequireRoom() => lanes.Actions.RequireRoom();

    /// <summary>Hands the task over to the lane of actions, to go on after the step at which the flow waited.</summary>
    /// <param name="task">An exclusive task in the flow's waiting state.</param>
    /// <param name="result">What a detached step ended with; null for a step that went on in the ramdisk.</param>
    /// <param name="failure">Why the step failed; null when it did not.</param>
    /// <exception cref="IronicException">NO_FREE_CONDUCTOR_WORKER; the caller still has the task.</exception>
    public void Continue(NodeTask task, IStepFlow flow, ExecuteStepResponse? result, Exception? failure) =>
        task.HandOver(lanes.Actions, async (held, lost) =>
        {
            var step = flow.Kind.GetCurrent(held.Node) ?? new NodeStep();
            try
            {
                await held.LoadDriverAsync(lost);
                if (failure is null)
                    await ContinueAsync(held, flow, step, result, lost);
                else
                    await FailAsync(held, flow, step, failure, lost);
            }
            catch (Exception e)
            {
                await FailAsync(held, flow, step, e, lost);
            }
        });

    /// <summary>Follows a step that goes on without the node's lock, and goes on with the flow when it is over.</summary>
    public void Follow(FollowedStep step, AsyncServerStreamingCall<ExecuteStepResponse> stream) => detached.Follow(step, stream, EndAsync);

    /// <summary>A step failed. Ends with a save that releases the task.</summary>
    public async Task FailAsync(NodeTask task, IStepFlow flow, NodeStep step, Exception exception, CancellationToken lost)
    {
        if (exception is IronicException refused)
            LogRefused(task.Node.Uuid, step.Id, refused.Message);
        else
            LogFailed(exception, task.Node.Uuid, step.Id);
        // Whoever has the node now goes on with the step or settles it.
        if (task.Lost.IsCancellationRequested || !task.IsExclusive || exception is IronicException { Reason: ErrorReason.LockLost })
            return;
        await flow.FailAsync(task, $"Node {task.Node.Uuid} failed {flow.Kind.Name} step {step.Id}: {WorkErrors.Text(exception)}", lost);
    }

    private async Task ContinueAsync(NodeTask task, IStepFlow flow, NodeStep step, ExecuteStepResponse? result, CancellationToken lost)
    {
        var record = FlowRecord.Read(task.Node, flow.Kind);
        (record.Operation, record.Follower, record.Instance) = (null, null, null);
        record.Write(task.Node);
        StepCalls.Apply(task, result);
        if (step.AbortAfter)
        {
            await flow.AbortAsync(task, lost);
            return;
        }

        JournalEntry[] ended = step.Interface.Length > 0 ? [new JournalEntry("step", $"{flow.Kind.Name} step {step.Id} is done")] : [];
        await task.SaveAsync(CancellationToken.None, [Move(task, "resume"), .. ended]);
        await RunAsync(task, flow, record.Index + 1 ?? 0, lost);
    }

    // Whoever has the node at the moment is waited for: nobody else goes on with it.
    private async Task EndAsync(FollowedStep step, ExecuteStepResponse? result, IronicException? failure, CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                await using var task = await tasks.OpenExclusiveAsync(step.Node, stopping);
                if (task.Node.ProvisionState == step.Flow.Kind.Waiting && FlowRecord.Read(task.Node, step.Flow.Kind).Operation == step.Operation)
                    Continue(task, step.Flow, result, failure);
                else
                    LogForgotten(step.Node, step.Request.Step);
                return;
            }
            catch (IronicException e) when (e.Reason == ErrorReason.NodeNotFound)
            {
                LogForgotten(step.Node, step.Request.Step);
                return;
            }
            catch (IronicException e) when (e.Reason is ErrorReason.NodeLocked or ErrorReason.NoFreeConductorWorker or ErrorReason.BackendUnavailable)
            {
                LogPatient(step.Node, step.Request.Step, e.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), clock.Provider, stopping);
            }
        }
    }

    private async Task<StepEnd> ExecuteAsync(NodeTask task, IStepFlow flow, NodeStep step, FlowRecord asked, bool isRepeated, CancellationToken lost)
    {
        if (step.ExecuteOnChildNodes)
        {
            await children.RunAsync(task, flow.Kind, step, lost);
            return StepEnd.Done;
        }

        if (ReservedSteps.FindPower(step.Name) is { } target)
        {
            await task.SaveAsync(CancellationToken.None, await power.SwitchAsync(task, target, null, lost));
            return StepEnd.Done;
        }

        if (step.Name == ReservedSteps.Hold)
            return await LeaveAsync(task, "hold");
        if (step.Name == ReservedSteps.Wait)
            return await WaitAsync(task, step, lost);

        if (own.FindOwner(task.Node, step) is { } mine)
        {
            await mine.RunStepAsync(task, step, lost);
            return StepEnd.Done;
        }

        // There may be a newer process of the driver, which knows nothing of the step.
        var before = isRepeated ? drivers.FindInstance(asked.Instance!) ?? throw DetachedSteps.DriverGone() : null;
        var start = await calls.ExecuteAsync(task, flow.Kind.Kind, step, asked.Operation!, lost, before);
        if (start.Stream is { } stream)
        {
            await DetachAsync(new FollowedStep(task.Node.Uuid, flow, start.Driver, start.Request), task, stream);
            return StepEnd.Left;
        }

        StepCalls.Apply(task, start.Result);
        if (start.Result!.Outcome != WorkOutcome.Wait)
            return StepEnd.Done;
        // The driver has done its part; what is waited for is the agent's heartbeat.
        var record = FlowRecord.Read(task.Node, flow.Kind);
        (record.Operation, record.Instance) = (null, null);
        record.Write(task.Node);
        return await LeaveAsync(task, "wait");
    }

    private async Task DetachAsync(FollowedStep step, NodeTask task, AsyncServerStreamingCall<ExecuteStepResponse> stream)
    {
        try
        {
            var record = FlowRecord.Read(task.Node, step.Flow.Kind);
            record.Follower = self.Hostname;
            record.Write(task.Node);
            await LeaveAsync(task, "wait");
        }
        catch
        {
            stream.Dispose();
            throw;
        }

        Follow(step, stream);
    }

    private async Task<StepEnd> LeaveAsync(NodeTask task, string @event)
    {
        await task.SaveAndReleaseAsync(CancellationToken.None, Move(task, @event));
        return StepEnd.Left;
    }

    // Without a time it waits for the ramdisk.
    private async Task<StepEnd> WaitAsync(NodeTask task, NodeStep step, CancellationToken lost)
    {
        if (step.Args?["seconds"] is not { } given)
            return await LeaveAsync(task, "wait");
        if (!double.TryParse(given.ToString(), CultureInfo.InvariantCulture, out var seconds) || seconds < 0)
            throw new IronicException(ErrorReason.InvalidParameterValue, "The step wait takes a number of seconds that is not negative.");
        var asked = TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.FromDays(1).TotalSeconds));
        List<JournalEntry> entries = [Move(task, "wait")];
        if (asked > options.Value.MaximumWait)
        {
            var warning = $"A wait time exceeding the configured maximum has been requested. Holding for {options.Value.MaximumWait.TotalSeconds} s, got {seconds} s.";
            entries.Add(new JournalEntry(task.Node.ProvisionState, warning) { IsHistory = true });
            asked = options.Value.MaximumWait;
        }

        await task.SaveAsync(CancellationToken.None, [.. entries]);
        await Task.Delay(asked, clock.Provider, lost);
        await task.SaveAsync(CancellationToken.None, Move(task, "resume"));
        return StepEnd.Done;
    }

    // Manual cleaning leads to another state than its default, and keeps that through all its states.
    private JournalEntry Move(NodeTask task, string @event) => transitions.Move(task.Node, @event, task.Node.TargetProvisionState);

    [LoggerMessage(EventId = 1640, EventName = "StepFailed", Level = LogLevel.Error, Message = "Node {Node}: step {Step} failed")]
    private partial void LogFailed(Exception exception, string node, string step);

    [LoggerMessage(EventId = 1642, EventName = "StepForgotten", Level = LogLevel.Information, Message = "Node {Node}: step {Step} is over, and nobody waits for it any more")]
    private partial void LogForgotten(string node, string step);

    [LoggerMessage(EventId = 1643, EventName = "StepEndDelayed", Level = LogLevel.Information, Message = "Node {Node}: step {Step} is over; the flow cannot go on yet: {Reason}")]
    private partial void LogPatient(string node, string step, string reason);

    [LoggerMessage(EventId = 1641, EventName = "StepRefused", Level = LogLevel.Warning, Message = "Node {Node}: step {Step} failed: {Reason}")]
    private partial void LogRefused(string node, string step, string reason);
}
