using Ironic.Conductor.Lanes;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Provisioning;

/// <summary>Begins the work that a verb asks for, and stores how it failed.</summary>
internal sealed partial class ProvisionWork(ConductorLanes lanes, Transitions transitions, Clock clock, ILogger<ProvisionWork> logger)
{
    /// <summary>Moves the node, stores that, and hands the task over to the lane of actions. If there is no room for the work, everything is as it was before.</summary>
    /// <param name="task">An exclusive task; what was changed in its node is stored, too.</param>
    /// <param name="event">The verb's event.</param>
    /// <param name="target">Where the node shall get to in the end; null: the new state's default.</param>
    /// <param name="work">The work. It ends with a save that releases the task.</param>
    /// <exception cref="IronicException">NO_FREE_CONDUCTOR_WORKER, LOCK_LOST.</exception>
    public async Task StartAsync(NodeTask task, string @event, Func<NodeTask, CancellationToken, Task> work, CancellationToken cancellationToken, string? target = null)
    {
        lanes.Actions.RequireRoom();
        var before = task.Stored.Clone();
        task.Node.LastError = null;
        await task.SaveAsync(cancellationToken, transitions.Move(task.Node, @event, target));
        try
        {
            task.HandOver(lanes.Actions, (held, lost) => RunAsync(held, work, lost));
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
            (task.Node.ProvisionUpdatedAt, task.Node.LastError, task.Node.InstanceInfo) = (clock.UtcNow, before.LastError, before.InstanceInfo);
            await task.SaveAndReleaseAsync(CancellationToken.None, undone);
            throw;
        }
    }

    /// <summary>Runs work on a node that ends with a save of its own. What escapes it makes the node fail, for nobody else will move it on.</summary>
    public async Task RunAsync(NodeTask task, Func<NodeTask, CancellationToken, Task> work, CancellationToken lost)
    {
        try
        {
            await work(task, lost);
        }
        catch (Exception e)
        {
            await FailAsync(task, e);
        }
    }

    /// <summary>The last save of work that failed: the node moves to the state for that, and says why.</summary>
    /// <param name="eventType">The history's word for what failed.</param>
    /// <param name="error">Why.</param>
    /// <param name="target">As for <see cref="StartAsync"/>.</param>
    public async Task FailAsync(NodeTask task, string eventType, string error, string? target = null)
    {
        try
        {
            task.Node.LastError = error;
            var entry = transitions.Move(task.Node, "fail", target);
            await task.SaveAndReleaseAsync(CancellationToken.None, entry, new JournalEntry(eventType, error) { Severity = "ERROR" });
        }
        catch (Exception e)
        {
            // The state stays as it is until the database can be reached or the lock's new holder moves on.
            LogFailed(e, task.Node.Uuid, "The failure could not be stored");
        }
    }

    private async Task FailAsync(NodeTask task, Exception exception)
    {
        const string what = "The work ended unexpectedly";
        if (exception is IronicException refused)
            LogRefused(task.Node.Uuid, what, refused.Message);
        else
            LogFailed(exception, task.Node.Uuid, what);
        // Whoever has the node now settles it.
        if (task.Lost.IsCancellationRequested || !task.IsExclusive)
            return;
        try
        {
            // What the work changed and did not store is not true; and whether its last save took place, only the database knows.
            await task.ReloadAsync(CancellationToken.None);
        }
        catch (Exception e)
        {
            LogFailed(e, task.Node.Uuid, "The failure could not be stored");
            return;
        }

        await FailAsync(task, "conductor", $"Unexpected error in the state '{task.Node.ProvisionState}': {WorkErrors.Text(exception)}", CleaningFlow.ManualTarget(task.Node));
    }

    [LoggerMessage(EventId = 1601, EventName = "ProvisioningFailed", Level = LogLevel.Error, Message = "Node {Node}: {What}")]
    private partial void LogFailed(Exception exception, string node, string what);

    [LoggerMessage(EventId = 1602, EventName = "ProvisioningRefused", Level = LogLevel.Warning, Message = "Node {Node}: {What}: {Reason}")]
    private partial void LogRefused(string node, string what, string reason);
}
