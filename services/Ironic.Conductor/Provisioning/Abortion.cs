using Ironic.Api.V1;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Steps;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Provisioning;

/// <summary><c>abort</c> of a flow that waits or is held. A step that must not be stopped runs to its end; the flow ends after it.</summary>
internal sealed class Abortion(
    CleaningFlow cleaning,
    DeploymentFlow deployment,
    ServiceFlow service,
    Inspection inspection,
    Rescue rescue,
    FlowCalls flows,
    StepCalls steps,
    ProvisionWork work,
    Transitions transitions)
{
    /// <exception cref="IronicException">INVALID_STATE, UNSUPPORTED_DRIVER_EXTENSION, NO_VALID_HOST, NO_FREE_CONDUCTOR_WORKER.</exception>
    public Task StartAsync(NodeTask task, CancellationToken cancellationToken) => task.Node.ProvisionState switch
    {
        ProvisionStates.InspectWait => inspection.AbortAsync(task, cancellationToken),
        "rescue wait" => rescue.AbortAsync(task, cancellationToken),
        "deploy hold" => AbortHeldDeploymentAsync(task, cancellationToken),
        "service failed" => EndServiceAsync(task, cancellationToken),
        _ => AbortStepsAsync(task, cancellationToken),
    };

    private async Task AbortStepsAsync(NodeTask task, CancellationToken cancellationToken)
    {
        var kind = StepFlowKind.Of(task.Node)!;
        var current = kind.GetCurrent(task.Node);
        if (current is { IsReserved: false, Abortable: not true })
        {
            kind.SetCurrent(task.Node, current with { AbortAfter = true });
            await task.SaveAndReleaseAsync(CancellationToken.None);
            return;
        }

        await task.LoadDriverAsync(cancellationToken);
        var record = FlowRecord.Read(task.Node, kind);
        var running = record is { Operation: { } operation, Instance: { } instance } ? new RunningStep(instance, operation) : null;
        // Whoever follows the step sees that nobody waits for it any more.
        record.Operation = null;
        record.Write(task.Node);
        var error = kind.AbortError(task.Node);
        if (kind == StepFlowKind.Cleaning)
            await work.StartAsync(task, "abort", (held, lost) => EndCleaningAsync(held, running, error, lost), cancellationToken, CleaningFlow.ManualTarget(task.Node));
        else if (kind == StepFlowKind.Deployment)
            await work.StartAsync(task, "abort", (held, lost) => EndDeploymentAsync(held, running, error, lost), cancellationToken);
        else
            await work.StartAsync(task, "fail", (held, lost) => EndServiceAsync(held, running, error, lost), cancellationToken);
    }

    private async Task EndCleaningAsync(NodeTask task, RunningStep? running, string error, CancellationToken lost)
    {
        var failure = await StopAsync(task, running, lost) ?? await cleaning.TearDownAsync(task, lost);
        await EndAsync(task, StepFlowKind.Cleaning, error, "tear down cleaning", failure, Faults.CleanFailure);
    }

    private async Task EndDeploymentAsync(NodeTask task, RunningStep? running, string error, CancellationToken lost)
    {
        var failure = await StopAsync(task, running, lost) ?? await deployment.CleanUpAsync(task, lost);
        await EndAsync(task, StepFlowKind.Deployment, error, "clean up deploying", failure, fault: null);
    }

    private async Task EndServiceAsync(NodeTask task, RunningStep? running, string error, CancellationToken lost)
    {
        var failure = await StopAsync(task, running, lost) ?? await service.TearDownAsync(task, lost);
        JournalEntry[] moved = failure is null ? [transitions.Move(task.Node, "abort")] : [];
        await EndAsync(task, StepFlowKind.Service, error, "tear down service", failure, Faults.ServiceFailure, moved);
    }

    private async Task EndServiceAsync(NodeTask task, CancellationToken cancellationToken)
    {
        if (task.Node.Maintenance)
        {
            throw new IronicException(
                ErrorReason.InvalidState,
                $"Can not abort service on node \"{task.Node.Uuid}\" while it is in maintenance mode. Please remove the node from maintenance prior to issuing the request to abort the service operation.");
        }

        await task.LoadDriverAsync(cancellationToken);
        var error = StepFlowKind.Service.AbortError(task.Node);
        await work.StartAsync(
            task,
            "abort",
            async (held, lost) =>
            {
                var failure = await service.TearDownAsync(held, lost);
                await EndAsync(held, StepFlowKind.Service, error, "tear down service", failure, Faults.ServiceFailure);
            },
            cancellationToken);
    }

    // As in Ironic the instance goes, and the node stays where it is: there is no way from here to cleaning.
    private async Task AbortHeldDeploymentAsync(NodeTask task, CancellationToken cancellationToken)
    {
        await task.LoadDriverAsync(cancellationToken);
        var error = StepFlowKind.Deployment.AbortError(task.Node);
        await work.StartAsync(
            task,
            "abort",
            async (held, lost) =>
            {
                if ((await deployment.CleanUpAsync(held, lost) ?? await flows.TryRunDeployPhaseAsync(held, DeployPhase.TearDown, lost)) is { } failure)
                    error = $"Failed to tear down: {failure}";
                TearDown.RemoveInstance(held.Node);
                held.Node.LastError = error;
                await held.SaveAndReleaseAsync(
                    write => AllocationStore.DeleteOfNodeAsync(write, held.Node.Id), CancellationToken.None, new JournalEntry("deploying", error) { Severity = "ERROR" });
            },
            cancellationToken);
    }

    /// <param name="error">What is said when nothing failed.</param>
    /// <param name="what">What was tried to end the flow.</param>
    /// <param name="failure">Why that failed; null when it did not.</param>
    /// <param name="fault">The fault that such a failure is; null: none.</param>
    private static async Task EndAsync(NodeTask task, StepFlowKind kind, string error, string what, string? failure, string? fault, params JournalEntry[] moved)
    {
        FlowRecord.End(task.Node, kind);
        task.Node.LastError = failure is null ? error : $"Failed to {what} after aborting the operation: {failure}";
        if (failure is not null && fault is not null)
        {
            (task.Node.Maintenance, task.Node.Fault) = (true, fault);
            task.Node.MaintenanceReason ??= task.Node.LastError;
        }

        await task.SaveAndReleaseAsync(CancellationToken.None, [.. moved, new JournalEntry(kind.EventType, task.Node.LastError) { Severity = "ERROR" }]);
    }

    /// <returns>Why the step that runs could not be stopped; null when it was, or none runs.</returns>
    private async Task<string?> StopAsync(NodeTask task, RunningStep? running, CancellationToken lost)
    {
        if (running is null)
            return null;
        try
        {
            await steps.CancelAsync(task, running.Instance, running.Operation, lost);
            return null;
        }
        catch (IronicException e) when (e.Reason != ErrorReason.LockLost)
        {
            return e.Message;
        }
    }

    /// <param name="Instance">The start of the driver's process that runs it.</param>
    /// <param name="Operation">Its id.</param>
    private sealed record RunningStep(string Instance, string Operation);
}
