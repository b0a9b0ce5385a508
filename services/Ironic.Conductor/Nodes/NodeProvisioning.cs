using Ironic.Api.V1;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Lanes;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;
using Ironic.Hosting.Requests;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Nodes;

/// <summary>Applies verbs to the provisioning state of nodes.</summary>
internal sealed partial class NodeProvisioning(
    TaskManager tasks,
    DriverCalls calls,
    ConductorLanes lanes,
    IOptions<ProvisioningOptions> options,
    Clock clock,
    ConductorMetrics metrics,
    ILogger<NodeProvisioning> logger)
{
    /// <exception cref="IronicException">INVALID_STATE_REQUESTED, INVALID_PARAMETER_VALUE, NODE_LOCKED, NODE_IN_MAINTENANCE, NODE_PROTECTED, NODE_IS_RETIRED, NOT_ACCEPTABLE, NOT_IMPLEMENTED, NO_FREE_CONDUCTOR_WORKER and others.</exception>
    public async Task SetAsync(SetNodeProvisionStateRequest request, Microversion version, CancellationToken cancellationToken)
    {
        await using var task = await tasks.OpenSharedAsync(request.Node, cancellationToken);
        if (!ProvisionVerbs.All.TryGetValue(request.Target, out var verb))
            throw InvalidVerb(task.Node, request.Target);
        if (!verb.StateFirst)
            CheckVersion(verb.Since);
        if (request.Target is "active" or "rebuild")
            CheckMaintenance(task.Node, "provisioning");
        if (!ProvisionStateMachine.Allows(task.Node.ProvisionState, verb.Event))
        {
            // Somebody works on the node: its state may be another one in a moment.
            throw task.Node.Reservation is { } holder
                ? new IronicException(ErrorReason.NodeLocked, $"Node {task.Node.Uuid} is locked by host {holder}, please retry after the current operation is completed.")
                : InvalidVerb(task.Node, request.Target);
        }

        ProvisionArguments.Check(request, version);
        CheckVersion(request.Target is "abort" ? ProvisionVerbs.AbortSince(task.Node.ProvisionState) : verb.Since);
        await task.UpgradeAsync(cancellationToken);
        switch (request.Target)
        {
            case "manage":
                await ManageAsync(task, cancellationToken);
                break;
            case "provide":
                await ProvideAsync(task, cancellationToken);
                break;
            default:
                CheckProtection(task.Node, request.Target);
                if (request.Target is "deploy" or "clean" or "rescue" or "unrescue" or "service")
                    CheckMaintenance(task.Node, request.Target);
                throw new IronicException(ErrorReason.NotImplemented, $"The verb {request.Target} is not available in this version.");
        }

        void CheckVersion(int since)
        {
            if (version.Minor < since)
                throw new IronicException(ErrorReason.NotAcceptable, $"Request not acceptable. The verb {request.Target} needs API version 1.{since}.");
        }
    }

    private static void CheckMaintenance(NodeRow node, string operation)
    {
        if (node.Maintenance)
            throw new IronicException(ErrorReason.NodeInMaintenance, $"The {operation} operation can't be performed on node {node.Uuid} because it's in maintenance mode.");
    }

    private static void CheckProtection(NodeRow node, string verb)
    {
        if (verb is "rebuild" or "deleted" or "undeploy" && node.Protected)
            throw new IronicException(ErrorReason.NodeProtected, $"Node {node.Uuid} is protected and can not be undeployed, rebuilt or deleted.");
    }

    private static IronicException InvalidVerb(NodeRow node, string verb) => new(
        ErrorReason.InvalidStateRequested, $"The requested action \"{verb}\" can not be performed on node \"{node.Uuid}\" while it is in state \"{node.ProvisionState}\".");

    private async Task ManageAsync(NodeTask task, CancellationToken cancellationToken)
    {
        await task.LoadDriverAsync(cancellationToken);
        var entry = Move(task, "manage");
        if (task.Node.TargetProvisionState is null)
        {
            await task.SaveAndReleaseAsync(cancellationToken, entry);
            return;
        }

        task.Node.LastError = null;
        await StartAsync(task, entry, VerifyAsync, cancellationToken);
    }

    private async Task ProvideAsync(NodeTask task, CancellationToken cancellationToken)
    {
        if (task.Node.Retired is true)
            throw new IronicException(ErrorReason.NodeIsRetired, $"Node {task.Node.Uuid} is retired and can not be provided.");
        if (task.Node.Maintenance && !options.Value.AllowProvisioningInMaintenance)
            throw new IronicException(ErrorReason.NodeInMaintenance, $"The provide operation can't be performed on node {task.Node.Uuid} because it's in maintenance mode.");
        await task.LoadDriverAsync(cancellationToken);
        var entry = Move(task, "provide");
        task.Node.LastError = null;
        await StartAsync(task, entry, CleanAsync, cancellationToken);
    }

    // The state is stored before the caller has its answer; if there is no room for the work, it is taken back.
    private async Task StartAsync(NodeTask task, JournalEntry entry, Func<NodeTask, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        var before = task.Stored.Clone();
        await task.SaveAsync(cancellationToken, entry);
        try
        {
            task.HandOver(lanes.Actions, work);
        }
        catch (IronicException e)
        {
            var undone = new JournalEntry("provision_state", e.Message)
            {
                Severity = "ERROR",
                FromState = task.Node.ProvisionState,
                ToState = before.ProvisionState,
                TargetState = before.TargetProvisionState,
            };
            (task.Node.ProvisionState, task.Node.TargetProvisionState) = (before.ProvisionState, before.TargetProvisionState);
            (task.Node.ProvisionUpdatedAt, task.Node.LastError) = (clock.UtcNow, before.LastError);
            await task.SaveAndReleaseAsync(CancellationToken.None, undone);
            throw;
        }
    }

    private async Task VerifyAsync(NodeTask task, CancellationToken lost)
    {
        try
        {
            await calls.ValidateAsync(task, InterfaceTypes.Get(InterfaceType.Power), lost);
            var state = PowerStates.FromDriver(await calls.GetPowerStateAsync(task, lost));
            task.Node.PowerState = state;
            await task.SaveAndReleaseAsync(CancellationToken.None, Move(task, "done"));
        }
        catch (Exception e)
        {
            await FailAsync(task, e, "Failed to get power state for the node, verification failed.", "verify");
        }
    }

    private async Task CleanAsync(NodeTask task, CancellationToken lost)
    {
        try
        {
            if (task.Node.AutomatedClean ?? options.Value.AutomatedClean)
                AutomatedCleaning.CheckNothingToDo(task);
            await task.SaveAndReleaseAsync(CancellationToken.None, Move(task, "done"));
        }
        catch (Exception e)
        {
            await FailAsync(task, e, "Automated cleaning failed.", "cleaning");
        }
    }

    private JournalEntry Move(NodeTask task, string @event)
    {
        var entry = ProvisionStateMachine.Move(task.Node, @event, clock.UtcNow);
        metrics.ProvisionStateReached(task.Node.ProvisionState);
        return entry;
    }

    private async Task FailAsync(NodeTask task, Exception exception, string what, string eventType)
    {
        LogFailed(exception, task.Node.Uuid, what);
        if (task.Lost.IsCancellationRequested)
            return;
        var error = $"{what} Error: {WorkErrors.Text(exception)}";
        var entry = Move(task, "fail");
        task.Node.LastError = error;
        try
        {
            await task.SaveAndReleaseAsync(CancellationToken.None, entry, new JournalEntry(eventType, error) { Severity = "ERROR" });
        }
        catch (Exception e)
        {
            // The state stays as it is until the database can be reached or the lock's new holder moves on.
            LogFailed(e, task.Node.Uuid, "The failure could not be stored.");
        }
    }

    [LoggerMessage(EventId = 1601, EventName = "ProvisioningFailed", Level = LogLevel.Error, Message = "Node {Node}: {What}")]
    private partial void LogFailed(Exception exception, string node, string what);
}
