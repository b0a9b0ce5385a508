using Ironic.Conductor.Drivers;
using Ironic.Conductor.Ramdisks;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Nodes;

/// <summary>Switches the power of a node that is locked, by its driver.</summary>
internal sealed class PowerSwitch(DriverCalls calls, Clock clock)
{
    /// <summary>Does it, and changes the node accordingly; the caller stores it.</summary>
    /// <param name="timeout">How long it may take; null: as configured.</param>
    /// <returns>The journal's entry for it.</returns>
    /// <exception cref="IronicException">LOCK_LOST, or what the action's failure means to the caller of the API.</exception>
    public async Task<JournalEntry> SwitchAsync(NodeTask task, PowerTarget action, TimeSpan? timeout, CancellationToken lost)
    {
        var started = clock.Provider.GetTimestamp();
        var from = task.Node.PowerState;
        var target = action is PowerTarget.Off or PowerTarget.SoftOff ? PowerStates.Off : PowerStates.On;
        var current = PowerStates.FromDriver(await calls.GetPowerStateAsync(task, lost));
        // A machine that is where it shall get to is left alone; only a reboot does something to a running one.
        if (current != target || action is PowerTarget.Reboot or PowerTarget.SoftReboot)
        {
            current = PowerStates.FromDriver(await calls.SetPowerStateAsync(task, action, timeout, lost)) ?? target;
            task.Node.DriverInternalInfo = JsonTexts.With(task.Node.DriverInternalInfo, "last_power_state_change", clock.UtcNow);
        }

        task.Node.PowerState = current;
        task.Node.TargetPowerState = null;
        if (action != PowerTarget.On)
            AgentRecord.Forget(task.Node);
        return new JournalEntry("power_state", action.ToString())
        {
            FromState = from,
            ToState = current,
            Duration = clock.Provider.GetElapsedTime(started),
        };
    }
}
