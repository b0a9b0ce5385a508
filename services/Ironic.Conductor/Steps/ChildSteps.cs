using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Steps;

/// <summary>Runs a step of a node on the node's children.</summary>
internal sealed class ChildSteps(TaskManager tasks, NodeStore nodes, StepCalls calls, PowerSwitch power, IOptions<StepOptions> options)
{
    /// <summary>Runs the step on one child after the other.</summary>
    /// <exception cref="IronicException">What the first child that fails says; the others are left alone.</exception>
    public async Task RunAsync(NodeTask parent, StepFlowKind flow, NodeStep step, CancellationToken lost)
    {
        foreach (var uuid in await nodes.ListChildrenAsync(parent.Node.Uuid, lost))
        {
            if (step.LimitChildNodeExecution is { Count: > 0 } limit && !limit.Contains(uuid))
                continue;
            await using var child = await tasks.OpenExclusiveAsync(uuid, lost);
            await child.LoadDriverAsync(lost);
            await RunOneAsync(child, flow, step, lost);
        }
    }

    private async Task RunOneAsync(NodeTask child, StepFlowKind flow, NodeStep step, CancellationToken lost)
    {
        if (step.IsReserved)
        {
            var target = ReservedSteps.FindPower(step.Name)
                ?? throw new IronicException(ErrorReason.InvalidParameterValue, $"The step {step.Name} cannot be run on child nodes.");
            await child.SaveAndReleaseAsync(CancellationToken.None, await power.SwitchAsync(child, target, null, lost));
            return;
        }

        var started = await calls.ExecuteAsync(child, flow.Kind, step, Guid.NewGuid().ToString(), lost);
        var result = started.Result ?? await WaitAsync(child, started, lost);
        if (result.Outcome == WorkOutcome.Wait && !options.Value.ChildStepsMayWait)
            throw new IronicException(ErrorReason.DriverFailure, $"The step {step.Id} on child node {child.Node.Uuid} goes on in its ramdisk; that cannot be waited for.");
        StepCalls.Apply(child, result);
        await child.SaveAndReleaseAsync(CancellationToken.None, new JournalEntry("step", $"{flow.Name} step {step.Id} of the parent node is done"));
    }

    // The parent's flow waits for its children, so there is nobody to give the lock to.
    private static async Task<ExecuteStepResponse> WaitAsync(NodeTask child, StepStart started, CancellationToken lost)
    {
        var driver = started.Driver;
        using var stream = started.Stream!;
        {
            try
            {
                ExecuteStepResponse? last = null;
                await foreach (var response in stream.ResponseStream.ReadAllAsync(lost))
                {
                    if (response.Progress?.DriverInternalInfo is { } changes)
                        await child.SaveDriverInternalInfoAsync(DriverCalls.ReadChanges(changes, driver.Name), lost);
                    last = response;
                }

                return last is { Progress.Completed: true } ? last : throw DriverCalls.Incomplete(driver.Name);
            }
            catch (RpcException e)
            {
                throw DriverCalls.Failure(child, driver, e, ErrorReason.DriverFailure);
            }
        }
    }
}
