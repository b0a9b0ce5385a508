using Ironic.Api.V1;
using Ironic.Conductor.Deploy;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Tasks;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Provisioning;

/// <summary><c>adopt</c>: a machine that has its instance already becomes active without a deployment.</summary>
internal sealed class Adoption(FlowCalls flows, OwnDeployInterfaces own, CleaningFlow cleaning, ConsoleCalls console, ProvisionWork work, Transitions transitions)
{
    private const string EventType = "adoption";

    /// <exception cref="IronicException">NO_VALID_HOST, UNSUPPORTED_DRIVER_EXTENSION, RUNBOOK_NOT_FOUND, INVALID_PARAMETER_VALUE, NO_FREE_CONDUCTOR_WORKER.</exception>
    public async Task StartAsync(NodeTask task, CancellationToken cancellationToken)
    {
        await task.LoadDriverAsync(cancellationToken);
        own.Require(task);
        // As for a deployment: a node that nobody could clean after its instance would be stuck with it.
        if (own.Find(task.Node) is not null)
            _ = await cleaning.FindAutomatedAsync(task, cancellationToken);
        await work.StartAsync(task, "adopt", RunAsync, cancellationToken);
    }

    private async Task RunAsync(NodeTask task, CancellationToken lost)
    {
        try
        {
            InstanceImages.Complete(task.Node);
            await flows.RunDeployPhaseAsync(task, DeployPhase.Prepare, lost);
            await flows.RunDeployPhaseAsync(task, DeployPhase.TakeOver, lost);
            if (task.Node.ConsoleEnabled)
                await console.StartAsync(task, lost);
            await task.SaveAndReleaseAsync(CancellationToken.None, transitions.Move(task.Node, "done"));
        }
        catch (IronicException e) when (e.Reason != ErrorReason.LockLost)
        {
            // What is known of the machine's power came from before, and is likely wrong.
            task.Node.PowerState = null;
            await work.FailAsync(task, EventType, $"Error while attempting to adopt node {task.Node.Uuid}: {e.Message}.");
        }
    }
}
