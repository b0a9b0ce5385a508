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
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Provisioning;

/// <summary>
/// Cleaning: automated, before a node becomes available, with the steps that its driver offers or a runbook names; or manual, with the
/// steps of a caller, after which the node is manageable again.
/// </summary>
internal sealed class CleaningFlow(
    DriverCalls calls,
    FlowCalls flows,
    OwnDeployInterfaces own,
    StepCatalog catalog,
    StepValidation validation,
    StepRunner runner,
    GivenSteps given,
    HardwareRecords hardware,
    ConcurrencyLimits limits,
    VerbQueue queue,
    ProvisionWork work,
    Transitions transitions,
    IOptions<ProvisioningOptions> options) : IStepFlow
{
    private readonly ProvisioningOptions _options = options.Value;

    public StepFlowKind Kind => StepFlowKind.Cleaning;

    /// <summary><c>provide</c>.</summary>
    /// <exception cref="IronicException">NODE_IS_RETIRED, NODE_IN_MAINTENANCE, UNSUPPORTED_DRIVER_EXTENSION, RUNBOOK_NOT_FOUND, INVALID_PARAMETER_VALUE, NO_FREE_CONDUCTOR_WORKER.</exception>
    public async Task ProvideAsync(NodeTask task, CancellationToken cancellationToken)
    {
        if (task.Node.Retired is true)
            throw new IronicException(ErrorReason.NodeIsRetired, $"Node {task.Node.Uuid} is retired and can not be provided.");
        if (task.Node.Maintenance && !_options.AllowProvisioningInMaintenance)
            throw ProvisionChecks.InMaintenance(task.Node, "providing");
        await task.LoadDriverAsync(cancellationToken);
        var automated = await FindAutomatedAsync(task, cancellationToken);
        await work.StartAsync(task, "provide", (held, lost) => CleanAutomatedAsync(held, automated, lost), cancellationToken);
    }

    /// <summary><c>clean</c>.</summary>
    /// <exception cref="IronicException">
    /// NODE_IN_MAINTENANCE, INVALID_PARAMETER_VALUE, RUNBOOK_NOT_FOUND, CONCURRENT_ACTION_LIMIT, UNSUPPORTED_DRIVER_EXTENSION, NO_FREE_CONDUCTOR_WORKER and what the driver's validation finds.
    /// </exception>
    public async Task CleanAsync(NodeTask task, SetNodeProvisionStateRequest request, Hosting.Requests.Microversion version, CancellationToken cancellationToken)
    {
        var (steps, withoutRamdisk) = await given.ReadAsync(task.Node, request, request.CleanSteps, version, cancellationToken);
        var mustWait = await limits.MustWaitAsync(LimitedWork.Cleaning, cancellationToken);
        if (task.Node.Maintenance)
            throw ProvisionChecks.InMaintenance(task.Node, "cleaning");
        await task.LoadDriverAsync(cancellationToken);
        if (!withoutRamdisk && catalog.NeedRamdisk(task, Kind, steps))
            own.RequireAgent(task, Kind.EventType);
        await calls.ValidateAsync(task, InterfaceTypes.Get(InterfaceType.Power), cancellationToken);
        await calls.ValidateAsync(task, InterfaceTypes.Get(InterfaceType.Network), cancellationToken);
        validation.CheckAllowed(steps, Kind.Kind);
        if (mustWait)
            await queue.PutAsync(task, "clean", LimitedWork.Cleaning, request, cancellationToken, ProvisionStates.Manageable);
        else
            await work.StartAsync(task, "clean", (held, lost) => CleanGivenAsync(held, steps, withoutRamdisk, lost), cancellationToken, ProvisionStates.Manageable);
    }

    /// <summary>Begins a manual cleaning that has waited for its turn.</summary>
    /// <param name="task">An exclusive task with its driver.</param>
    /// <param name="request">What <see cref="CleanAsync(NodeTask, SetNodeProvisionStateRequest, Hosting.Requests.Microversion, CancellationToken)"/> has checked.</param>
    /// <param name="version">The microversion of the request.</param>
    public async Task GoOnAsync(NodeTask task, SetNodeProvisionStateRequest request, Hosting.Requests.Microversion version, CancellationToken lost)
    {
        if (task.Node.Maintenance)
        {
            await FailAsync(task, VerbQueue.InMaintenance, tearDown: false, lost);
            return;
        }

        GivenStepList steps;
        try
        {
            steps = await given.ReadAsync(task.Node, request, request.CleanSteps, version, lost);
        }
        catch (IronicException e) when (e.Reason is ErrorReason.RunbookNotFound or ErrorReason.InvalidParameterValue)
        {
            // The runbook has changed since the verb, or is gone.
            await FailAsync(task, $"Cannot clean node {task.Node.Uuid}: {e.Message}", tearDown: false, lost);
            return;
        }

        await CleanGivenAsync(task, steps.Steps, steps.WithoutRamdisk, lost);
    }

    /// <summary>What automated cleaning will consist of, found before anything is changed.</summary>
    /// <returns>A runbook's steps; null: those of the driver, or none when the node is not to be cleaned.</returns>
    /// <exception cref="IronicException">RUNBOOK_NOT_FOUND, INVALID_PARAMETER_VALUE, UNSUPPORTED_DRIVER_EXTENSION.</exception>
    public async Task<GivenStepList?> FindAutomatedAsync(NodeTask task, CancellationToken cancellationToken)
    {
        if (!IsAutomated(task.Node))
            return null;
        var found = await given.FindAutomatedAsync(task.Node, cancellationToken);
        if (found is null || (!found.WithoutRamdisk && catalog.NeedRamdisk(task, Kind, found.Steps)))
            own.RequireAgent(task, "automated cleaning (automated_clean)");
        return found;
    }

    /// <summary>Cleans a node whose state is cleaning already.</summary>
    public async Task CleanAutomatedAsync(NodeTask task, GivenStepList? automated, CancellationToken lost)
    {
        if (!IsAutomated(task.Node))
        {
            Kind.SetCurrent(task.Node, null);
            await task.SaveAndReleaseAsync(CancellationToken.None, transitions.Move(task.Node, "done"));
        }
        else if (task.Node.Maintenance && !_options.AllowProvisioningInMaintenance)
        {
            await FailAsync(task, "Cleaning a node in maintenance mode is not allowed", tearDown: false, lost);
        }
        else if (automated is not null)
        {
            await CleanGivenAsync(task, automated.Steps, automated.WithoutRamdisk, lost);
        }
        else
        {
            await CleanAsync(task, null, withoutRamdisk: false, lost);
        }
    }

    public async Task FinishAsync(NodeTask task, CancellationToken lost)
    {
        var isManual = ManualTarget(task.Node) is not null;
        if (FlowRecord.Read(task.Node, Kind).WithoutRamdisk is not true && await TearDownAsync(task, lost) is { } failure)
        {
            await FailAsync(task, $"Failed to tear down from cleaning for node {task.Node.Uuid}, reason: {failure}", tearDown: false, lost);
            return;
        }

        var reading = await hardware.ReadAsync(task, lost);
        FlowRecord.End(task.Node, Kind);
        // A retired node has no further use.
        var entry = transitions.Move(task.Node, isManual || task.Node.Retired is true ? "manage" : "done");
        await task.SaveAndReleaseAsync(write => hardware.StoreAsync(write, task.Node.Id, reading), CancellationToken.None, entry);
    }

    public Task FailAsync(NodeTask task, string error, CancellationToken lost) => FailAsync(task, error, tearDown: true, lost);

    public async Task AbortAsync(NodeTask task, CancellationToken lost)
    {
        var error = Kind.AbortError(task.Node);
        var target = ManualTarget(task.Node);
        if (await TearDownAsync(task, lost) is { } failure)
        {
            await FailAsync(task, $"Failed to tear down cleaning after aborting the operation: {failure}", tearDown: false, lost);
            return;
        }

        FlowRecord.End(task.Node, Kind);
        task.Node.LastError = error;
        await task.SaveAndReleaseAsync(
            CancellationToken.None, transitions.Move(task.Node, "fail", target), new JournalEntry(Kind.EventType, error) { Severity = "ERROR" });
    }

    /// <summary>Where a node gets to after manual cleaning, in whatever way it ends.</summary>
    /// <returns>Null: it is cleaned automatically.</returns>
    public static string? ManualTarget(NodeRow node) => node.TargetProvisionState == ProvisionStates.Manageable ? ProvisionStates.Manageable : null;

    /// <summary>Undoes the preparation of cleaning.</summary>
    /// <returns>Why that failed; null when it did not.</returns>
    public Task<string?> TearDownAsync(NodeTask task, CancellationToken lost) => flows.TryRunDeployPhaseAsync(task, DeployPhase.TearDownCleaning, lost);

    private bool IsAutomated(NodeRow node) => node.AutomatedClean ?? _options.AutomatedClean;

    private async Task CleanGivenAsync(NodeTask task, IReadOnlyList<NodeStep> steps, bool withoutRamdisk, CancellationToken lost)
    {
        FlowRecord.Wipe(task.Node, Kind);
        var record = FlowRecord.Read(task.Node, Kind);
        (record.Steps, record.WithoutRamdisk) = (steps, withoutRamdisk);
        record.Write(task.Node);
        IReadOnlyList<NodeStep> validated;
        try
        {
            validated = validation.Validate(task, Kind, steps, withoutRamdisk);
        }
        catch (IronicException e) when (e.Reason is ErrorReason.InvalidParameterValue or ErrorReason.DriverUnavailable)
        {
            await FailAsync(task, $"Cannot clean node {task.Node.Uuid}: {e.Message}", tearDown: true, lost);
            return;
        }

        // Steps that all do without the ramdisk need not wait for one.
        await CleanAsync(task, validated, withoutRamdisk || !validated.Any(step => step.RequiresRamdisk), lost);
    }

    private async Task CleanAsync(NodeTask task, IReadOnlyList<NodeStep>? steps, bool withoutRamdisk, CancellationToken lost)
    {
        try
        {
            await calls.ValidateAsync(task, InterfaceTypes.Get(InterfaceType.Power), lost);
            if (!withoutRamdisk)
                await calls.ValidateAsync(task, InterfaceTypes.Get(InterfaceType.Network), lost);
            FlowRecord.Wipe(task.Node, Kind);
            var record = FlowRecord.Read(task.Node, Kind);
            (record.Steps, record.WithoutRamdisk) = (steps ?? catalog.ListAutomated(task, Kind), steps is null ? null : withoutRamdisk);
            record.Write(task.Node);
        }
        catch (IronicException e) when (e.Reason != ErrorReason.LockLost)
        {
            await FailAsync(task, $"Validation of node {task.Node.Uuid} for cleaning failed: {e.Message}", tearDown: true, lost);
            return;
        }

        if (!withoutRamdisk)
        {
            WorkOutcome prepared;
            try
            {
                prepared = await flows.RunDeployPhaseAsync(task, DeployPhase.PrepareCleaning, lost);
            }
            catch (IronicException e) when (e.Reason != ErrorReason.LockLost)
            {
                await FailAsync(task, $"Failed to prepare node {task.Node.Uuid} for cleaning: {e.Message}", tearDown: true, lost);
                return;
            }

            if (prepared == WorkOutcome.Wait)
            {
                await task.SaveAndReleaseAsync(CancellationToken.None, transitions.Move(task.Node, "wait", task.Node.TargetProvisionState));
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
            (task.Node.Maintenance, task.Node.Fault) = (true, Faults.CleanFailure);
        if (tearDown && await TearDownAsync(task, lost) is { } failure)
            error = $"{error}. Also failed to tear down cleaning on node {task.Node.Uuid}, reason: {failure}";
        if (begun)
            task.Node.MaintenanceReason ??= error;
        Kind.SetCurrent(task.Node, null);
        FlowRecord.Stop(task.Node, Kind);
        AgentRecord.Forget(task.Node);
        await work.FailAsync(task, Kind.EventType, error, ManualTarget(task.Node));
    }
}
