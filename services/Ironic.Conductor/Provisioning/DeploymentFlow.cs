using System.Text.Json.Nodes;
using Ironic.Api.V1;
using Ironic.Conductor.Deploy;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Steps;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;
using Ironic.Types.V1;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Provisioning;

/// <summary>Deployment: brings an instance onto a node, for the first time or again.</summary>
internal sealed class DeploymentFlow(
    DriverCalls calls,
    FlowCalls flows,
    OwnDeployInterfaces own,
    CleaningFlow cleaning,
    ConsoleCalls console,
    DeployTemplateStore templates,
    StepValidation validation,
    StepRunner runner,
    ConcurrencyLimits limits,
    VerbQueue queue,
    ProvisionWork work,
    Transitions transitions,
    IOptions<ProvisioningOptions> options) : IStepFlow
{
    public StepFlowKind Kind => StepFlowKind.Deployment;

    /// <summary><c>active</c>, <c>deploy</c> and <c>rebuild</c>.</summary>
    /// <exception cref="IronicException">
    /// NODE_IN_MAINTENANCE, NODE_PROTECTED, CONCURRENT_ACTION_LIMIT, INVALID_PARAMETER_VALUE, UNSUPPORTED_DRIVER_EXTENSION, NO_FREE_CONDUCTOR_WORKER and what the driver's validation finds.
    /// </exception>
    public async Task StartAsync(NodeTask task, SetNodeProvisionStateRequest request, bool isRebuild, CancellationToken cancellationToken)
    {
        var mustWait = await limits.MustWaitAsync(LimitedWork.Deployment, cancellationToken);
        if (task.Node.Maintenance)
            throw ProvisionChecks.InMaintenance(task.Node, "provisioning");
        if (isRebuild && task.Node.Protected)
            throw ProvisionChecks.IsProtected(task.Node);
        var steps = GivenSteps.Read(request.DeploySteps);
        validation.CheckAllowed(steps, Kind.Kind);
        await task.LoadDriverAsync(cancellationToken);
        own.Require(task);
        // A node that nobody could clean after its instance would be stuck with it.
        if (own.Find(task.Node) is not null)
            _ = await cleaning.FindAutomatedAsync(task, cancellationToken);
        InstanceImages.Complete(task.Node);
        if (!isRebuild)
            ApplyLessee(task.Node);
        try
        {
            await calls.ValidateAsync(task, InterfaceTypes.Get(InterfaceType.Power), cancellationToken);
            await calls.ValidateAsync(task, InterfaceTypes.Get(InterfaceType.Deploy), cancellationToken);
            _ = validation.ComposeDeployment(task, steps, await TemplateSteps.FindAsync(templates, task.Node, cancellationToken));
        }
        catch (IronicException e) when (e.Reason is ErrorReason.InvalidParameterValue or ErrorReason.MissingParameterValue)
        {
            throw new IronicException(e.Reason, $"Failed to validate deploy or power info for node {task.Node.Uuid}: {e.Message}");
        }

        var @event = isRebuild ? "rebuild" : "deploy";
        if (mustWait)
            await queue.PutAsync(task, @event, LimitedWork.Deployment, request, cancellationToken);
        else
            await work.StartAsync(task, @event, (held, lost) => DeployAsync(held, request.Configdrive, steps, lost), cancellationToken);
    }

    /// <summary>Begins a deployment that has waited for its turn.</summary>
    /// <param name="task">An exclusive task with its driver.</param>
    /// <param name="request">What <see cref="StartAsync"/> has checked.</param>
    public async Task GoOnAsync(NodeTask task, SetNodeProvisionStateRequest request, CancellationToken lost)
    {
        if (task.Node.Maintenance)
            await work.FailAsync(task, Kind.EventType, VerbQueue.InMaintenance);
        else
            await DeployAsync(task, request.Configdrive, GivenSteps.Read(request.DeploySteps), lost);
    }

    public async Task FinishAsync(NodeTask task, CancellationToken lost)
    {
        FlowRecord.End(task.Node, Kind);
        List<JournalEntry> entries = [transitions.Move(task.Node, "done")];
        if (task.Node.ConsoleEnabled && await StartConsoleAsync(task, lost) is { } failure)
            entries.Add(failure);
        await task.SaveAndReleaseAsync(CancellationToken.None, [.. entries]);
    }

    public Task FailAsync(NodeTask task, string error, CancellationToken lost) => FailAsync(task, error, cleanUp: true, lost);

    public Task AbortAsync(NodeTask task, CancellationToken lost) => FailAsync(task, Kind.AbortError(task.Node), cleanUp: true, lost);

    /// <summary>Undoes the preparation of a deployment.</summary>
    /// <returns>Why that failed; null when it did not.</returns>
    public Task<string?> CleanUpAsync(NodeTask task, CancellationToken lost) => flows.TryRunDeployPhaseAsync(task, DeployPhase.CleanUp, lost);

    private async Task DeployAsync(NodeTask task, Json? configdrive, IReadOnlyList<NodeStep> steps, CancellationToken lost)
    {
        FlowRecord.End(task.Node, Kind);
        if (configdrive is not null && JsonNode.Parse(configdrive.Text) is { } drive && !IsEmpty(drive))
        {
            var info = JsonNode.Parse(task.Node.InstanceInfo ?? "{}")!.AsObject();
            info["configdrive"] = drive;
            task.Node.InstanceInfo = info.ToJsonString(JsonTexts.Verbatim);
        }

        try
        {
            await flows.RunDeployPhaseAsync(task, DeployPhase.Prepare, lost);
        }
        catch (IronicException e) when (e.Reason != ErrorReason.LockLost)
        {
            await FailAsync(task, $"Failed to prepare to deploy: {e.Message}", cleanUp: false, lost);
            return;
        }

        IReadOnlyList<NodeStep> all;
        IReadOnlyList<string> unknown;
        try
        {
            // Templates may have changed since the verb.
            (all, unknown) = validation.ComposeDeployment(task, steps, await TemplateSteps.FindAsync(templates, task.Node, lost));
        }
        catch (IronicException e) when (e.Reason is ErrorReason.InvalidParameterValue or ErrorReason.DriverUnavailable)
        {
            await FailAsync(task, $"Cannot get deploy steps; failed to deploy: {e.Message}", cleanUp: true, lost);
            return;
        }

        if (all.Count == 0)
        {
            await FailAsync(task, "No deploy steps returned by the driver", cleanUp: true, lost);
            return;
        }

        var record = FlowRecord.Read(task.Node, Kind);
        record.Steps = all;
        // Nobody has to wait for an agent then.
        if (own.Find(task.Node) is not null)
            record.WithoutRamdisk = true;
        record.Write(task.Node);
        if (unknown.Count > 0)
        {
            var warning = $"The driver of node {task.Node.Uuid} does not offer these deploy steps, and they are left out: {string.Join(", ", unknown)}";
            await task.SaveAsync(CancellationToken.None, new JournalEntry(Kind.EventType, warning) { IsHistory = true });
        }

        await runner.RunAsync(task, this, 0, lost);
    }

    private async Task FailAsync(NodeTask task, string error, bool cleanUp, CancellationToken lost)
    {
        if (cleanUp && await CleanUpAsync(task, lost) is { } failure)
            error = $"{error}. Also failed to clean up due to: {failure}";
        FlowRecord.End(task.Node, Kind);
        await work.FailAsync(task, Kind.EventType, error);
    }

    // The instance is there; a console is not worth failing for.
    private async Task<JournalEntry?> StartConsoleAsync(NodeTask task, CancellationToken lost)
    {
        try
        {
            await console.StartAsync(task, lost);
            return null;
        }
        catch (IronicException e) when (e.Reason != ErrorReason.LockLost)
        {
            task.Node.ConsoleEnabled = false;
            task.Node.LastError = $"Failed to start console while deploying the node {task.Node.Uuid}: {e.Message}";
            return new JournalEntry("console", task.Node.LastError) { Severity = "ERROR" };
        }
    }

    private void ApplyLessee(NodeRow node)
    {
        if (!options.Value.AutomaticLessee || node.Lessee is not null)
            return;
        if (JsonNode.Parse(node.InstanceInfo ?? "{}")!["project_id"] is not JsonValue value || !value.TryGetValue<string>(out var project) || project.Length == 0)
            return;
        node.Lessee = project;
        node.DriverInternalInfo = JsonTexts.With(node.DriverInternalInfo, new JsonObject { [TearDown.AutomaticLessee] = true });
    }

    private static bool IsEmpty(JsonNode drive) => drive switch
    {
        JsonObject members => members.Count == 0,
        JsonValue value => value.TryGetValue<string>(out var text) && text.Length == 0,
        _ => false,
    };
}
