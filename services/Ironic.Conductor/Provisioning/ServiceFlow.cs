using Ironic.Api.V1;
using Ironic.Conductor.Deploy;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Ramdisks;
using Ironic.Conductor.Steps;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;
using Ironic.Hosting.Requests;

namespace Ironic.Conductor.Provisioning;

/// <summary>Service: steps on a node that has its instance, and keeps it.</summary>
internal sealed class ServiceFlow(
    DriverCalls calls,
    FlowCalls flows,
    OwnDeployInterfaces own,
    StepCatalog catalog,
    StepValidation validation,
    StepRunner runner,
    GivenSteps given,
    HardwareRecords hardware,
    ProvisionWork work,
    Transitions transitions) : IStepFlow
{
    public StepFlowKind Kind => StepFlowKind.Service;

    /// <exception cref="IronicException">NODE_IN_MAINTENANCE, INVALID_PARAMETER_VALUE, RUNBOOK_NOT_FOUND, UNSUPPORTED_DRIVER_EXTENSION, NO_FREE_CONDUCTOR_WORKER and what the driver's validation finds.</exception>
    public async Task StartAsync(NodeTask task, SetNodeProvisionStateRequest request, Microversion version, CancellationToken cancellationToken)
    {
        var (steps, withoutRamdisk) = await given.ReadAsync(task.Node, request, request.ServiceSteps, version, cancellationToken);
        if (task.Node.Maintenance)
            throw ProvisionChecks.InMaintenance(task.Node, "service");
        await task.LoadDriverAsync(cancellationToken);
        if (!withoutRamdisk && catalog.NeedRamdisk(task, Kind, steps))
            own.RequireAgent(task, "service");
        await calls.ValidateAsync(task, InterfaceTypes.Get(InterfaceType.Power), cancellationToken);
        await calls.ValidateAsync(task, InterfaceTypes.Get(InterfaceType.Network), cancellationToken);
        validation.CheckAllowed(steps, Kind.Kind);
        await work.StartAsync(task, "service", (held, lost) => ServiceAsync(held, steps, withoutRamdisk, lost), cancellationToken);
    }

    public async Task FinishAsync(NodeTask task, CancellationToken lost)
    {
        if (FlowRecord.Read(task.Node, Kind).WithoutRamdisk is not true && await TearDownAsync(task, lost) is { } failure)
        {
            await FailAsync(task, $"Failed to tear down from service for node {task.Node.Uuid}, reason: {failure}", tearDown: false, lost);
            return;
        }

        var reading = await hardware.ReadAsync(task, lost);
        FlowRecord.End(task.Node, Kind);
        await task.SaveAndReleaseAsync(write => hardware.StoreAsync(write, task.Node.Id, reading), CancellationToken.None, transitions.Move(task.Node, "done"));
    }

    public Task FailAsync(NodeTask task, string error, CancellationToken lost) => FailAsync(task, error, tearDown: true, lost);

    /// <inheritdoc/>
    /// <remarks>As in Ironic, the node goes over "service failed" and is active again.</remarks>
    public async Task AbortAsync(NodeTask task, CancellationToken lost)
    {
        List<JournalEntry> entries = [transitions.Move(task.Node, "fail")];
        var error = Kind.AbortError(task.Node);
        if (await TearDownAsync(task, lost) is { } failure)
        {
            error = $"Failed to tear down service after aborting the operation: {failure}";
            (task.Node.Maintenance, task.Node.Fault) = (true, Faults.ServiceFailure);
            task.Node.MaintenanceReason ??= error;
        }
        else
        {
            entries.Add(transitions.Move(task.Node, "abort"));
        }

        FlowRecord.End(task.Node, Kind);
        task.Node.LastError = error;
        await task.SaveAndReleaseAsync(CancellationToken.None, [.. entries, new JournalEntry(Kind.EventType, error) { Severity = "ERROR" }]);
    }

    /// <summary>Undoes the preparation of a service.</summary>
    /// <returns>Why that failed; null when it did not.</returns>
    public Task<string?> TearDownAsync(NodeTask task, CancellationToken lost) => flows.TryRunDeployPhaseAsync(task, DeployPhase.TearDownService, lost);

    private async Task ServiceAsync(NodeTask task, IReadOnlyList<NodeStep> steps, bool withoutRamdisk, CancellationToken lost)
    {
        FlowRecord.End(task.Node, Kind);
        IReadOnlyList<NodeStep> validated;
        try
        {
            validated = validation.Validate(task, Kind, steps, withoutRamdisk);
        }
        catch (IronicException e) when (e.Reason is ErrorReason.InvalidParameterValue or ErrorReason.DriverUnavailable)
        {
            await FailAsync(task, $"Cannot service node {task.Node.Uuid}: {e.Message}", tearDown: false, lost);
            return;
        }

        withoutRamdisk |= !validated.Any(step => step.RequiresRamdisk);
        var record = FlowRecord.Read(task.Node, Kind);
        (record.Steps, record.WithoutRamdisk) = (validated, withoutRamdisk);
        record.Write(task.Node);
        if (!withoutRamdisk)
        {
            WorkOutcome prepared;
            try
            {
                prepared = await flows.RunDeployPhaseAsync(task, DeployPhase.PrepareService, lost);
            }
            catch (IronicException e) when (e.Reason != ErrorReason.LockLost)
            {
                await FailAsync(task, $"Failed to prepare node {task.Node.Uuid} for service: {e.Message}", tearDown: true, lost);
                return;
            }

            if (prepared == WorkOutcome.Wait)
            {
                await task.SaveAndReleaseAsync(CancellationToken.None, transitions.Move(task.Node, "wait"));
                return;
            }
        }

        await runner.RunAsync(task, this, 0, lost);
    }

    private async Task FailAsync(NodeTask task, string error, bool tearDown, CancellationToken lost)
    {
        // Only a step that was begun can have left the machine in a state that somebody should look at.
        var begun = Kind.GetCurrent(task.Node) is not null;
        if (begun)
            (task.Node.Maintenance, task.Node.Fault) = (true, Faults.ServiceFailure);
        if (tearDown && await TearDownAsync(task, lost) is { } failure)
            error = $"{error}. Also failed to tear down servicing: {failure}";
        if (begun)
            task.Node.MaintenanceReason ??= error;
        Kind.SetCurrent(task.Node, null);
        FlowRecord.Stop(task.Node, Kind);
        AgentRecord.Forget(task.Node);
        await work.FailAsync(task, Kind.EventType, error);
    }
}
