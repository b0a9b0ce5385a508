using Ironic.Api.V1;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Lanes;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;
using DriverPowerTarget = Ironic.Driver.V1.PowerTarget;
using PowerTarget = Ironic.Api.V1.PowerTarget;

namespace Ironic.Conductor.Nodes;

/// <summary>Switches the power of nodes.</summary>
internal sealed partial class NodePower(TaskManager tasks, DriverCalls calls, PowerSwitch power, ConductorLanes lanes, ILogger<NodePower> logger)
{
    /// <summary>Starts the action; it goes on after the answer.</summary>
    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE, NODE_LOCKED, INVALID_STATE, NO_VALID_HOST, NO_FREE_CONDUCTOR_WORKER and what the driver's validation finds.</exception>
    public async Task SetAsync(string ident, PowerTarget target, int? timeoutSeconds, CancellationToken cancellationToken)
    {
        if (timeoutSeconds is < 1)
            throw new IronicException(ErrorReason.InvalidParameterValue, "timeout has to be positive integer");
        await using var task = await tasks.OpenExclusiveAsync(ident, cancellationToken);
        await task.LoadDriverAsync(cancellationToken);
        var action = Action(target, task.Node);
        if (task.Node.ProvisionState is ProvisionStates.Cleaning or ProvisionStates.CleanWait)
            throw new IronicException(ErrorReason.InvalidStateRequested, $"The power state of node {task.Node.Uuid} can not be changed while it is in state \"{task.Node.ProvisionState}\".");
        if (task.Node.DisablePowerOff && action is DriverPowerTarget.Off or DriverPowerTarget.SoftOff)
            throw new IronicException(ErrorReason.InvalidState, $"Node {task.Node.Uuid} must not be powered off (disable_power_off).");
        await calls.ValidateAsync(task, InterfaceTypes.Get(InterfaceType.Power), cancellationToken);
        CheckSupported(task, action);

        var before = task.Stored.Clone();
        task.Node.TargetPowerState = action is DriverPowerTarget.Off or DriverPowerTarget.SoftOff ? PowerStates.Off : PowerStates.On;
        task.Node.LastError = null;
        await task.SaveAsync(cancellationToken);
        try
        {
            TimeSpan? timeout = timeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
            task.HandOver(lanes.Actions, (held, lost) => RunAsync(held, action, timeout, lost));
        }
        catch (IronicException)
        {
            (task.Node.TargetPowerState, task.Node.LastError) = (before.TargetPowerState, before.LastError);
            await task.SaveAndReleaseAsync(CancellationToken.None);
            throw;
        }
    }

    private static DriverPowerTarget Action(PowerTarget target, NodeRow node) => target switch
    {
        PowerTarget.On => DriverPowerTarget.On,
        PowerTarget.Off => DriverPowerTarget.Off,
        PowerTarget.Reboot => DriverPowerTarget.Reboot,
        PowerTarget.SoftReboot => DriverPowerTarget.SoftReboot,
        PowerTarget.SoftOff => DriverPowerTarget.SoftOff,
        _ => throw new IronicException(ErrorReason.InvalidStateRequested, $"The requested power action can not be performed on node \"{node.Uuid}\"."),
    };

    private static void CheckSupported(NodeTask task, DriverPowerTarget action)
    {
        var served = task.FindServed(InterfaceType.Power);
        var targets = served is null ? BuiltInPower.SupportedTargets
            : served.Description.SupportedPowerTargets is { Count: > 0 } said ? (IReadOnlyList<DriverPowerTarget>)said
            : [DriverPowerTarget.On, DriverPowerTarget.Off, DriverPowerTarget.Reboot];
        if (!targets.Contains(action))
            throw new IronicException(ErrorReason.InvalidParameterValue, $"The power interface {task.Node.PowerInterface} does not support the action {action}. Supported: {string.Join(", ", targets)}.");
        // Better refused than accepted and failed.
        if (served is null)
            throw BuiltInPower.Refused(task.Node, action);
    }

    /// <summary>Does the action. Ends with a save that releases the task.</summary>
    /// <param name="task">An exclusive task with its driver, whose node has the target power state.</param>
    public async Task RunAsync(NodeTask task, DriverPowerTarget action, TimeSpan? timeout, CancellationToken lost)
    {
        var from = task.Node.PowerState;
        try
        {
            await task.SaveAndReleaseAsync(CancellationToken.None, await power.SwitchAsync(task, action, timeout, lost));
        }
        catch (Exception e)
        {
            await FailAsync(task, e, action, from);
        }
    }

    private async Task FailAsync(NodeTask task, Exception exception, DriverPowerTarget action, string? from)
    {
        LogFailed(exception, task.Node.Uuid, action);
        if (task.Lost.IsCancellationRequested)
            return;
        var error = $"Failed to change power state to '{task.Node.TargetPowerState}' by '{action}': {WorkErrors.Text(exception)}";
        task.Node.TargetPowerState = null;
        task.Node.LastError = error;
        try
        {
            await task.SaveAndReleaseAsync(CancellationToken.None, new JournalEntry("power_state", error) { Severity = "ERROR", FromState = from });
        }
        catch (Exception e)
        {
            // target_power_state stays until the next action.
            LogFailed(e, task.Node.Uuid, action);
        }
    }

    [LoggerMessage(EventId = 1610, EventName = "PowerActionFailed", Level = LogLevel.Error, Message = "Node {Node}: the power action {Action} failed")]
    private partial void LogFailed(Exception exception, string node, DriverPowerTarget action);
}
