using Ironic.Api.V1;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Steps;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Hosting.Errors;
using Ironic.Hosting.Requests;

namespace Ironic.Conductor.Provisioning;

/// <summary>Applies verbs to the provisioning state of nodes: checks what all verbs have in common, and hands the node to the flow that the verb begins.</summary>
internal sealed class NodeProvisioning(
    TaskManager tasks,
    Verification verification,
    CleaningFlow cleaning,
    DeploymentFlow deployment,
    TearDown tearDown,
    Inspection inspection,
    Rescue rescue,
    Adoption adoption,
    ServiceFlow service,
    Abortion abortion,
    VerbQueue queue,
    StepRunner steps,
    Transitions transitions)
{
    /// <exception cref="IronicException">INVALID_STATE_REQUESTED, INVALID_PARAMETER_VALUE, NODE_LOCKED, NODE_IN_MAINTENANCE, NODE_PROTECTED, NODE_IS_RETIRED, NOT_ACCEPTABLE, UNSUPPORTED_DRIVER_EXTENSION, NO_FREE_CONDUCTOR_WORKER and others.</exception>
    public async Task SetAsync(SetNodeProvisionStateRequest request, Microversion version, CancellationToken cancellationToken)
    {
        await using var task = await tasks.OpenSharedAsync(request.Node, cancellationToken);
        if (!ProvisionVerbs.All.TryGetValue(request.Target, out var verb))
            throw InvalidVerb(task.Node, request.Target);
        if (!verb.StateFirst)
            CheckVersion(verb.Since);
        if (request.Target is "active" or "rebuild" && task.Node.Maintenance)
            throw ProvisionChecks.InMaintenance(task.Node, "provisioning");
        if (verb.Event == "abort" && ProvisionStateMachine.WorkedOn.Contains(task.Node.ProvisionState) && await queue.TryTakeBackAsync(task, cancellationToken))
            return;
        CheckState(task, request.Target, verb.Event);
        ProvisionArguments.Check(request, version);
        CheckVersion(request.Target is "abort" ? ProvisionVerbs.AbortSince(task.Node.ProvisionState) : verb.Since);
        await task.UpgradeAsync(cancellationToken);
        // Who had the node in between may have moved it; now the reservation is this task's own.
        if (!ProvisionStateMachine.Allows(task.Node.ProvisionState, verb.Event))
            throw InvalidVerb(task.Node, request.Target);
        await StartAsync(task, request, version, cancellationToken);

        void CheckVersion(int since)
        {
            if (version.Minor < since)
                throw new IronicException(ErrorReason.NotAcceptable, $"Request not acceptable. The verb {request.Target} needs API version 1.{since}.");
        }
    }

    private static void CheckState(NodeTask task, string verb, string @event)
    {
        var node = task.Node;
        if (ProvisionStateMachine.Allows(node.ProvisionState, @event))
            return;
        // Somebody works on the node: its state may be another one in a moment.
        throw node.Reservation is { } holder && !task.IsExclusive
            ? new IronicException(ErrorReason.NodeLocked, $"Node {node.Uuid} is locked by host {holder}, please retry after the current operation is completed.")
            : InvalidVerb(node, verb);
    }

    private static IronicException InvalidVerb(NodeRow node, string verb) => new(
        ErrorReason.InvalidStateRequested, $"The requested action \"{verb}\" can not be performed on node \"{node.Uuid}\" while it is in state \"{node.ProvisionState}\".");

    private Task StartAsync(NodeTask task, SetNodeProvisionStateRequest request, Microversion version, CancellationToken cancellationToken) => request.Target switch
    {
        "manage" when task.Node.ProvisionState == ProvisionStates.Enroll => verification.StartAsync(task, cancellationToken),
        "manage" => MoveAsync(task, "manage", cancellationToken),
        "provide" => cleaning.ProvideAsync(task, cancellationToken),
        "clean" => cleaning.CleanAsync(task, request, version, cancellationToken),
        "active" or "deploy" => deployment.StartAsync(task, request, isRebuild: false, cancellationToken),
        "rebuild" => deployment.StartAsync(task, request, isRebuild: true, cancellationToken),
        "deleted" or "undeploy" => tearDown.StartAsync(task, request, cancellationToken),
        "inspect" => inspection.StartAsync(task, cancellationToken),
        "rescue" => rescue.StartAsync(task, request.RescuePassword, cancellationToken),
        "unrescue" => rescue.UnrescueAsync(task, cancellationToken),
        "adopt" => adoption.StartAsync(task, cancellationToken),
        "service" => service.StartAsync(task, request, version, cancellationToken),
        "abort" => abortion.StartAsync(task, cancellationToken),
        "unhold" => UnholdAsync(task, cancellationToken),
        _ => throw new InvalidOperationException($"The verb {request.Target} has no flow."),
    };

    private async Task MoveAsync(NodeTask task, string @event, CancellationToken cancellationToken)
    {
        await task.LoadDriverAsync(cancellationToken);
        await task.SaveAndReleaseAsync(cancellationToken, transitions.Move(task.Node, @event));
    }

    // A service goes on by itself; a deployment and a cleaning wait for the ramdisk that they run in, if they do.
    private async Task UnholdAsync(NodeTask task, CancellationToken cancellationToken)
    {
        await task.LoadDriverAsync(cancellationToken);
        var flow = StepFlowKind.Of(task.Node)!;
        var goesOn = flow == StepFlowKind.Service || FlowRecord.Read(task.Node, flow).WithoutRamdisk is true;
        // Nobody else would move it on.
        if (goesOn)
            steps.RequireRoom();
        await task.SaveAsync(cancellationToken, transitions.Move(task.Node, "unhold", task.Node.TargetProvisionState));
        if (goesOn)
            steps.Continue(task, flow == StepFlowKind.Service ? service : flow == StepFlowKind.Cleaning ? cleaning : deployment, null, null);
        else
            await task.SaveAndReleaseAsync(CancellationToken.None);
    }
}
