using System.Collections.Concurrent;
using Ironic.Api.V1;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Lanes;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Steps;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;
using Microsoft.Extensions.Options;
using PowerTarget = Ironic.Driver.V1.PowerTarget;

namespace Ironic.Conductor.Periodic;

/// <summary>What a look at the power of a node has come to.</summary>
internal enum PowerSyncOutcome
{
    /// <summary>The machine has the power that is stored.</summary>
    Same,

    /// <summary>Nothing can be said at the moment.</summary>
    Skipped,

    /// <summary>It could not be read.</summary>
    Unreadable,

    /// <summary>It was not known before, and is stored.</summary>
    Recorded,

    /// <summary>What the machine has is stored in place of what was.</summary>
    Adopted,

    /// <summary>The machine is switched back to what is stored.</summary>
    Forced,

    /// <summary>The node has failed too often and is in maintenance.</summary>
    GivenUp,

    /// <summary>The power is as it should be: an older error of the node is over, or what else is known of the machine has changed.</summary>
    Refreshed,
}

/// <summary>
/// Brings a node and the power of its machine together, by Ironic's rules. Reading takes no lock; a change takes it, and is made only if nobody has had
/// the node since it was read.
/// </summary>
internal sealed partial class PowerReconciler(
    TaskManager tasks, PowerReader reader, NodePower power, MachineStates machines, ConductorLanes lanes, IOptions<PowerSyncOptions> options, ILogger<PowerReconciler> logger)
{
    private readonly PowerSyncOptions _options = options.Value;
    private readonly ConcurrentDictionary<string, bool> _switching = new(StringComparer.Ordinal);

    /// <param name="seen">The node as it was read.</param>
    /// <param name="failures">How often in a row it has failed or differed before.</param>
    /// <returns>With how often it has now.</returns>
    public async Task<(PowerSyncOutcome Outcome, int Failures)> SyncAsync(NodeRow seen, int failures, CancellationToken stopping)
    {
        // What the conductor itself knows of a power is what it was told: there is nothing to be kept in step.
        if (seen.PowerInterface is { } own && BuiltInInterfaces.Has(InterfaceType.Power, own))
            return (PowerSyncOutcome.Skipped, failures);
        // A driver that flashes or sets up a machine switches it as it needs.
        if (_switching.ContainsKey(seen.Uuid) || (StepFlowKind.Of(seen) is { } flow && FlowRecord.Read(seen, flow).Operation is not null))
            return (PowerSyncOutcome.Skipped, failures);
        await using var task = tasks.OpenShared(seen);
        var reading = await reader.ReadAsync(task, validate: seen.PowerState is null, stopping);
        if (!reading.IsAnswer)
        {
            LogSkipped(seen.Uuid, reading.Failure);
            return (PowerSyncOutcome.Skipped, failures);
        }

        try
        {
            return await DecideAsync(task, reading, failures, stopping);
        }
        catch (IronicException e) when (e.Reason is ErrorReason.NodeLocked or ErrorReason.NodeNotFound or ErrorReason.LockLost or ErrorReason.BackendUnavailable or ErrorReason.NoFreeConductorWorker)
        {
            LogSkipped(seen.Uuid, e.Message);
            return (PowerSyncOutcome.Skipped, failures);
        }
    }

    private async Task<(PowerSyncOutcome Outcome, int Failures)> DecideAsync(NodeTask task, PowerReading reading, int failures, CancellationToken stopping)
    {
        var recorded = task.Node.PowerState;
        if (reading.Failure is { } failure)
        {
            failures++;
            LogUnreadable(task.Node.Uuid, failures, _options.MaxRetries, failure);
            if (failures <= _options.MaxRetries)
                return (PowerSyncOutcome.Unreadable, failures);
            var error = $"The power state could not be read {failures} times in a row, and is not known any more; it was '{recorded ?? "unknown"}'. The node is in maintenance until its management controller answers. {failure}";
            return await ChangeAsync(task, node => GiveUp(node, reading.State, error), stopping) ? (PowerSyncOutcome.GivenUp, failures) : (PowerSyncOutcome.Skipped, failures - 1);
        }

        // Hardware that cannot tell contradicts nothing.
        if (reading.State is not { } actual || actual == recorded)
        {
            if (reading.State is null)
                return (PowerSyncOutcome.Same, 0);
            var state = _options.MachineState ? await machines.ReadAsync(task, _options.CallTimeout, stopping) : null;
            var isChanged = (task.Node.LastError is not null || MachineStates.Apply(task.Node.Clone(), state)) && await ChangeAsync(task, node => Refresh(node, state), stopping);
            return (isChanged ? PowerSyncOutcome.Refreshed : PowerSyncOutcome.Same, 0);
        }

        if (recorded is null)
            return (await ChangeAsync(task, node => Adopt(node, actual), stopping) ? PowerSyncOutcome.Recorded : PowerSyncOutcome.Skipped, 0);
        failures++;
        LogDiffers(task.Node.Uuid, actual, recorded, failures, _options.MaxRetries);
        if (failures > _options.MaxRetries)
        {
            var error = $"The machine was '{actual}' and not '{recorded}' {failures} times in a row; '{actual}' is stored now. The node is in maintenance until its power can be read.";
            return await ChangeAsync(task, node => GiveUp(node, actual, error), stopping) ? (PowerSyncOutcome.GivenUp, failures) : (PowerSyncOutcome.Skipped, failures - 1);
        }

        if (IsForced(task))
        {
            SwitchLater(task.Node, recorded, actual, stopping);
            return (PowerSyncOutcome.Forced, failures);
        }

        return await ChangeAsync(task, node => Adopt(node, actual), stopping) ? (PowerSyncOutcome.Adopted, failures) : (PowerSyncOutcome.Skipped, failures - 1);
    }

    private bool IsForced(NodeTask task) =>
        _options.ForceState
        && !task.Node.DisablePowerOff
        && task.Node.PowerState is PowerStates.On or PowerStates.Off
        && task.FindServed(InterfaceType.Power) is { Description.SupportsPowerSync: true };

    /// <returns>Whether the change was made; not when somebody has had the node since it was read.</returns>
    private static async Task<bool> ChangeAsync(NodeTask task, Func<NodeRow, JournalEntry[]> change, CancellationToken stopping)
    {
        if (!await task.TryUpgradeUnchangedAsync(stopping))
            return false;
        await task.SaveAndReleaseAsync(CancellationToken.None, change(task.Node));
        return true;
    }

    /// <exception cref="IronicException">NO_FREE_CONDUCTOR_WORKER.</exception>
    private void SwitchLater(NodeRow seen, string recorded, string actual, CancellationToken stopping)
    {
        if (!_switching.TryAdd(seen.Uuid, true))
            return;
        try
        {
            lanes.PowerCorrections.Start(() => SwitchAsync(seen, recorded, actual, stopping));
        }
        catch
        {
            _switching.TryRemove(seen.Uuid, out _);
            throw;
        }
    }

    private async Task SwitchAsync(NodeRow seen, string recorded, string actual, CancellationToken stopping)
    {
        try
        {
            stopping.ThrowIfCancellationRequested();
            await using var task = tasks.OpenShared(seen);
            if (!await task.TryUpgradeUnchangedAsync(stopping))
                return;
            await task.LoadDriverAsync(stopping);
            task.Node.TargetPowerState = recorded;
            await task.SaveAsync(
                CancellationToken.None,
                new JournalEntry("monitoring", $"The machine is '{actual}' although it should be '{recorded}'; it is switched back.") { FromState = actual, TargetState = recorded });
            await power.RunAsync(task, recorded == PowerStates.On ? PowerTarget.On : PowerTarget.Off, null, task.Lost);
        }
        catch (Exception e) when (e is IronicException || stopping.IsCancellationRequested)
        {
            LogSkipped(seen.Uuid, e.Message);
        }
        catch (Exception e)
        {
            // The database was away.
            LogSwitchFailed(e, seen.Uuid);
        }
        finally
        {
            _switching.TryRemove(seen.Uuid, out _);
        }
    }

    private static JournalEntry[] Adopt(NodeRow node, string? actual)
    {
        var corrected = new JournalEntry("power_state_corrected") { FromState = node.PowerState, ToState = actual };
        if (node.PowerState is null)
            node.LastError = null;
        node.PowerState = actual;
        return [corrected];
    }

    private static JournalEntry[] Refresh(NodeRow node, GetMachineStateResponse? state)
    {
        List<JournalEntry> entries = [];
        if (node.LastError is not null)
            entries.Add(new JournalEntry("updated", "The power state is as it should be; last_error is over, and stays in the history."));
        node.LastError = null;
        if (MachineStates.Apply(node, state))
            entries.Add(new JournalEntry("updated", $"The machine says: boot mode {node.BootMode ?? "unknown"}, secure boot {node.SecureBoot?.ToString() ?? "unknown"}, health {node.Health ?? "unknown"}."));
        return [.. entries];
    }

    private static JournalEntry[] GiveUp(NodeRow node, string? actual, string error)
    {
        var from = node.PowerState;
        (node.PowerState, node.LastError) = (actual, error);
        (node.Maintenance, node.MaintenanceReason, node.Fault) = (true, error, Faults.PowerFailure);
        List<JournalEntry> entries = [new JournalEntry("monitoring", error) { Severity = "ERROR" }, new JournalEntry("maintenance", error) { ToState = "on" }];
        if (from != actual)
            entries.Insert(0, new JournalEntry("power_state_corrected") { FromState = from, ToState = actual });
        return [.. entries];
    }

    [LoggerMessage(EventId = 2530, EventName = "PowerUnreadable", Level = LogLevel.Warning, Message = "Node {Node}: the power state could not be read, {Failures} times in a row of {Retries} that are put up with: {Reason}")]
    private partial void LogUnreadable(string node, int failures, int retries, string reason);

    [LoggerMessage(EventId = 2531, EventName = "PowerDiffers", Level = LogLevel.Warning, Message = "Node {Node} is '{Actual}' and not '{Recorded}', {Failures} times in a row of {Retries} that are put up with")]
    private partial void LogDiffers(string node, string actual, string recorded, int failures, int retries);

    [LoggerMessage(EventId = 2532, EventName = "PowerSyncSkipped", Level = LogLevel.Debug, Message = "Node {Node}: its power is looked at again later: {Reason}")]
    private partial void LogSkipped(string node, string? reason);

    [LoggerMessage(EventId = 2533, EventName = "PowerSwitchBackFailed", Level = LogLevel.Warning, Message = "Node {Node} could not be switched back")]
    private partial void LogSwitchFailed(Exception exception, string node);
}
