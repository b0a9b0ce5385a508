using System.Text.Json.Nodes;
using Ironic.Api.V1;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Ramdisks;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;
using PowerTarget = Ironic.Driver.V1.PowerTarget;

namespace Ironic.Conductor.Provisioning;

/// <summary><c>rescue</c> and <c>unrescue</c>: a system beside the instance, and the instance again.</summary>
internal sealed class Rescue(DriverCalls calls, FlowCalls flows, PowerSwitch power, ProvisionWork work, Transitions transitions)
{
    private const string EventType = "rescue";
    private const string Password = "rescue_password";
    private const string HashedPassword = "hashed_rescue_password";

    /// <exception cref="IronicException">NODE_IN_MAINTENANCE, UNSUPPORTED_DRIVER_EXTENSION, NO_FREE_CONDUCTOR_WORKER; DRIVER_FAILURE for what the driver's validation finds.</exception>
    public async Task StartAsync(NodeTask task, string password, CancellationToken cancellationToken)
    {
        if (task.Node.Maintenance)
            throw ProvisionChecks.InMaintenance(task.Node, "rescuing");
        await task.LoadDriverAsync(cancellationToken);
        ProvisionChecks.Require(task, InterfaceType.Rescue);
        AgentRecord.Forget(task.Node);
        var info = JsonNode.Parse(task.Node.InstanceInfo ?? "{}")!.AsObject();
        info[Password] = password;
        info[HashedPassword] = Sha256Crypt.Hash(password);
        task.Node.InstanceInfo = info.ToJsonString(JsonTexts.Verbatim);
        await ValidateAsync(task, "rescue", [InterfaceType.Power, InterfaceType.Rescue, InterfaceType.Network], cancellationToken);
        await work.StartAsync(task, "rescue", RescueAsync, cancellationToken);
    }

    /// <exception cref="IronicException">NODE_IN_MAINTENANCE, UNSUPPORTED_DRIVER_EXTENSION, NO_FREE_CONDUCTOR_WORKER; DRIVER_FAILURE for what the driver's validation finds.</exception>
    public async Task UnrescueAsync(NodeTask task, CancellationToken cancellationToken)
    {
        if (task.Node.Maintenance)
            throw ProvisionChecks.InMaintenance(task.Node, "unrescuing");
        await task.LoadDriverAsync(cancellationToken);
        ProvisionChecks.Require(task, InterfaceType.Rescue);
        await ValidateAsync(task, "unrescue", [InterfaceType.Power], cancellationToken);
        await work.StartAsync(task, "unrescue", EndAsync, cancellationToken);
    }

    /// <summary><c>abort</c> while the rescue system boots.</summary>
    /// <exception cref="IronicException">NO_VALID_HOST, NO_FREE_CONDUCTOR_WORKER.</exception>
    public async Task AbortAsync(NodeTask task, CancellationToken cancellationToken)
    {
        await task.LoadDriverAsync(cancellationToken);
        RemovePassword(task.Node);
        await work.StartAsync(task, "abort", CleanUpAsync, cancellationToken);
    }

    /// <summary>Ends a rescue whose ramdisk does not call: the machine is switched off, unless it must not be. Ends with a save that releases the task.</summary>
    /// <param name="error">Why it ends.</param>
    public async Task FailAsync(NodeTask task, string error, CancellationToken lost)
    {
        try
        {
            if (!task.Node.DisablePowerOff)
                await task.SaveAsync(CancellationToken.None, await power.SwitchAsync(task, PowerTarget.Off, null, lost));
            await flows.RunRescuePhaseAsync(task, RescuePhase.CleanUp, lost);
        }
        catch (IronicException e) when (e.Reason != ErrorReason.LockLost)
        {
            error = $"{error} Also failed to clean up the rescue: {e.Message}";
        }

        RemovePassword(task.Node);
        AgentRecord.Forget(task.Node);
        await work.FailAsync(task, EventType, error);
    }

    /// <summary>Takes the password of the rescue system out of a node.</summary>
    public static void RemovePassword(NodeRow node)
    {
        var info = JsonNode.Parse(node.InstanceInfo ?? "{}")!.AsObject();
        if (info.Remove(Password) | info.Remove(HashedPassword))
            node.InstanceInfo = info.ToJsonString(JsonTexts.Verbatim);
    }

    private async Task ValidateAsync(NodeTask task, string verb, InterfaceType[] types, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var type in types)
                await calls.ValidateAsync(task, InterfaceTypes.Get(type), cancellationToken);
        }
        catch (IronicException e) when (e.Reason is ErrorReason.InvalidParameterValue or ErrorReason.MissingParameterValue or ErrorReason.UnsupportedDriverExtension)
        {
            throw new IronicException(ErrorReason.DriverFailure, $"Failed to {verb} instance {task.Node.InstanceUuid} on node {task.Node.Uuid}: Validation failed: {e.Message}");
        }
    }

    private async Task RescueAsync(NodeTask task, CancellationToken lost)
    {
        try
        {
            var outcome = await flows.RunRescuePhaseAsync(task, RescuePhase.Rescue, lost);
            await task.SaveAndReleaseAsync(CancellationToken.None, transitions.Move(task.Node, outcome == WorkOutcome.Wait ? "wait" : "done"));
        }
        catch (IronicException e) when (e.Reason != ErrorReason.LockLost)
        {
            RemovePassword(task.Node);
            await work.FailAsync(task, EventType, $"Failed to rescue: {e.Message}");
        }
    }

    private async Task EndAsync(NodeTask task, CancellationToken lost)
    {
        try
        {
            await flows.RunRescuePhaseAsync(task, RescuePhase.Unrescue, lost);
            AgentRecord.Forget(task.Node);
            RemovePassword(task.Node);
            await task.SaveAndReleaseAsync(CancellationToken.None, transitions.Move(task.Node, "done"));
        }
        catch (IronicException e) when (e.Reason != ErrorReason.LockLost)
        {
            await work.FailAsync(task, EventType, $"Failed to unrescue: {e.Message}");
        }
    }

    private async Task CleanUpAsync(NodeTask task, CancellationToken lost)
    {
        string text;
        try
        {
            await flows.RunRescuePhaseAsync(task, RescuePhase.CleanUp, lost);
            text = "By request, the rescue operation was aborted.";
        }
        catch (IronicException e) when (e.Reason != ErrorReason.LockLost)
        {
            text = $"Failed to clean up rescue after aborting the operation: {e.Message}";
            (task.Node.Maintenance, task.Node.MaintenanceReason, task.Node.Fault) = (true, text, Faults.RescueAbortFailure);
        }

        AgentRecord.Forget(task.Node);
        task.Node.LastError = text;
        var failed = task.Node.Fault == Faults.RescueAbortFailure;
        await task.SaveAndReleaseAsync(CancellationToken.None, new JournalEntry(EventType, text) { Severity = failed ? "ERROR" : "INFO", IsHistory = true });
    }
}
