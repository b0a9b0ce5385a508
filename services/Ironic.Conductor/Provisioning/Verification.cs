using Ironic.Api.V1;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Steps;
using Ironic.Conductor.Tasks;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Provisioning;

/// <summary><c>manage</c> of an enrolled node: whether the machine can be reached with what the node says of it.</summary>
internal sealed class Verification(DriverCalls calls, StepCalls steps, StepCatalog catalog, HardwareRecords hardware, MachineStates machines, ProvisionWork work, Transitions transitions, IOptions<DriverOptions> options)
{
    private const string EventType = "verify";

    /// <exception cref="IronicException">NO_VALID_HOST, NO_FREE_CONDUCTOR_WORKER.</exception>
    public async Task StartAsync(NodeTask task, CancellationToken cancellationToken)
    {
        await task.LoadDriverAsync(cancellationToken);
        await work.StartAsync(task, "manage", RunAsync, cancellationToken);
    }

    private async Task RunAsync(NodeTask task, CancellationToken lost)
    {
        var doing = $"Failed to validate power driver interface for node {task.Node.Uuid}";
        try
        {
            await calls.ValidateAsync(task, InterfaceTypes.Get(InterfaceType.Power), lost);
            doing = $"Failed to get power state for node {task.Node.Uuid}";
            task.Node.PowerState = PowerStates.FromDriver(await calls.GetPowerStateAsync(task, lost));
            doing = $"Failed to find the verify steps of node {task.Node.Uuid}";
            foreach (var step in catalog.ListVerifying(task))
            {
                doing = $"Node {task.Node.Uuid} failed verify step {step.Id}";
                await ExecuteAsync(task, step, lost);
            }
        }
        catch (IronicException e) when (e.Reason != ErrorReason.LockLost)
        {
            await work.FailAsync(task, EventType, $"{doing}. Error: {e.Message}");
            return;
        }

        MachineStates.Apply(task.Node, await machines.ReadAsync(task, options.Value.CallTimeout, lost));
        var reading = await hardware.ReadAsync(task, lost);
        await task.SaveAndReleaseAsync(write => hardware.StoreAsync(write, task.Node.Id, reading), CancellationToken.None, transitions.Move(task.Node, "done"));
    }

    private async Task ExecuteAsync(NodeTask task, NodeStep step, CancellationToken lost)
    {
        var start = await steps.ExecuteAsync(task, StepKind.Verify, step, Guid.NewGuid().ToString(), lost);
        using (start.Stream)
        {
            // A node that is being verified has no state in which it could wait.
            if (start.Stream is not null || start.Result!.Outcome == WorkOutcome.Wait)
                throw new IronicException(ErrorReason.DriverFailure, $"The driver wants the verify step {step.Id} to be waited for, which is not possible.");
        }
    }
}
