using System.Collections.Concurrent;
using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Tasks;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Steps;

/// <summary>A step that goes on without the node's lock.</summary>
/// <param name="Node">The node's UUID.</param>
/// <param name="Driver">The process that runs it.</param>
/// <param name="Request">What it was asked for; resumes after what was heard of it.</param>
internal sealed record FollowedStep(string Node, IStepFlow Flow, RegisteredDriver Driver, ExecuteStepRequest Request)
{
    public string Operation => Request.Context.OperationId;
}

/// <summary>
/// Follows the steps that go on without their node's lock: each for as long as it takes, and across broken connections for as long as the
/// driver's process lives. A conductor that stops lets them go on; another one follows them then.
/// </summary>
internal sealed partial class DetachedSteps(TaskManager tasks, StepCalls calls, DriverRegistry drivers, Clock clock, ILogger<DetachedSteps> logger) : IHostedService, IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Task> _followed = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>What became of a followed step: its last message, or why there is none.</summary>
    public delegate Task StepEnded(FollowedStep step, ExecuteStepResponse? result, IronicException? failure, CancellationToken stopping);

    /// <summary>The failure of a step whose driver's process has ended.</summary>
    public static IronicException DriverGone() =>
        new(ErrorReason.DriverFailure, "The driver's process that ran the step is gone; what it did until then is unknown.");

    public bool Follows(string operation) => _followed.ContainsKey(operation);

    /// <param name="stream">The call; it is disposed here.</param>
    /// <param name="ended">Goes on with the node. Called once, unless the conductor stops before.</param>
    public void Follow(FollowedStep step, AsyncServerStreamingCall<ExecuteStepResponse> stream, StepEnded ended)
    {
        // The entry has to be there before the task can remove it.
        var begin = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _followed[step.Operation] = FollowAsync(begin.Task, step, stream, ended);
        begin.SetResult();
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_followed.Values).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _stopping.Dispose();

    private async Task FollowAsync(Task begin, FollowedStep step, AsyncServerStreamingCall<ExecuteStepResponse> stream, StepEnded ended)
    {
        await begin;
        try
        {
            var (result, failure) = await WaitAsync(step, stream);
            await ended(step, result, failure, _stopping.Token);
        }
        catch (Exception e) when (_stopping.IsCancellationRequested)
        {
            LogLeft(e, step.Node, step.Request.Step);
        }
        catch (Exception e)
        {
            LogEscaped(e, step.Node, step.Request.Step);
        }
        finally
        {
            _followed.TryRemove(step.Operation, out _);
        }
    }

    private async Task<(ExecuteStepResponse? Result, IronicException? Failure)> WaitAsync(FollowedStep step, AsyncServerStreamingCall<ExecuteStepResponse> stream)
    {
        while (true)
        {
            try
            {
                using (stream)
                    return (await ReadAsync(step, stream), null);
            }
            catch (RpcException e) when (!_stopping.IsCancellationRequested)
            {
                // Only what the driver itself says is an answer; otherwise the connection broke.
                if (DriverErrors.Classify(e) != ErrorClass.Unspecified)
                    return (null, DriverErrors.Translate(e, step.Driver.Name));
                if (await RejoinAsync(step) is not { } again)
                    return (null, DriverGone());
                LogRejoined(step.Node, step.Request.Step, e.Status.Detail);
                stream = again;
            }
            catch (IronicException e)
            {
                return (null, e);
            }
        }
    }

    private async Task<ExecuteStepResponse> ReadAsync(FollowedStep step, AsyncServerStreamingCall<ExecuteStepResponse> stream)
    {
        ExecuteStepResponse? last = null;
        await foreach (var response in stream.ResponseStream.ReadAllAsync(_stopping.Token))
        {
            if (response.Progress?.DriverInternalInfo is { } changes)
                await StoreAsync(step, DriverCalls.ReadChanges(changes, step.Driver.Name));
            step.Request.ResumeAfter = response.Progress?.Sequence ?? step.Request.ResumeAfter;
            last = response;
        }

        return last is { Progress.Completed: true } ? last : throw DriverCalls.Incomplete(step.Driver.Name);
    }

    private async Task StoreAsync(FollowedStep step, System.Text.Json.Nodes.JsonObject changes)
    {
        await using var task = await tasks.OpenExclusiveAsync(step.Node, _stopping.Token);
        await task.SaveDriverInternalInfoAsync(changes, _stopping.Token);
    }

    // The same start of the process is asked again until it answers or its lease is over: another start knows nothing of the operation.
    private async Task<AsyncServerStreamingCall<ExecuteStepResponse>?> RejoinAsync(FollowedStep step)
    {
        await Task.Delay(Pause, clock.Provider, _stopping.Token);
        return drivers.FindInstance(step.Driver.Info.InstanceId) is { } driver ? calls.Repeat(driver, step.Request) : null;
    }

    [LoggerMessage(EventId = 1650, EventName = "DetachedStepLeft", Level = LogLevel.Information, Message = "Node {Node}: step {Step} goes on while this conductor stops")]
    private partial void LogLeft(Exception exception, string node, string step);

    [LoggerMessage(EventId = 1651, EventName = "DetachedStepRejoined", Level = LogLevel.Warning, Message = "Node {Node}: the connection to the driver that runs step {Step} broke and is made again: {Reason}")]
    private partial void LogRejoined(string node, string step, string reason);

    [LoggerMessage(EventId = 1652, EventName = "DetachedStepEscaped", Level = LogLevel.Error, Message = "Node {Node}: what became of step {Step} could not be dealt with")]
    private partial void LogEscaped(Exception exception, string node, string step);
}
