using Ironic.Conductor.Lanes;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Nodes;

/// <summary>Work on a node that goes on after the caller has its answer: what comes of it is stored, a failure as the node's last_error.</summary>
internal sealed partial class BackgroundWork(ConductorLanes lanes, ILogger<BackgroundWork> logger)
{
    /// <summary>Hands the task over to the lane of actions.</summary>
    /// <param name="task">An exclusive task; disposing it does nothing from now on.</param>
    /// <param name="eventType">The journal's word for it.</param>
    /// <param name="what">What it does, as in "Failed to {what}: ...".</param>
    /// <param name="work">The work. What it changes in the node is stored when it ends.</param>
    /// <param name="failureIsHistory">Whether the node's history tells of a failure.</param>
    /// <exception cref="IronicException">NO_FREE_CONDUCTOR_WORKER; the caller still has the task.</exception>
    public void Start(NodeTask task, string eventType, string what, Func<NodeTask, CancellationToken, Task> work, bool failureIsHistory = true) =>
        task.HandOver(lanes.Actions, async (held, lost) =>
        {
            try
            {
                await work(held, lost);
                await held.SaveAndReleaseAsync(CancellationToken.None, new JournalEntry(eventType, what));
            }
            catch (Exception e)
            {
                await FailAsync(held, e, eventType, what, failureIsHistory);
            }
        });

    private async Task FailAsync(NodeTask task, Exception exception, string eventType, string what, bool isHistory)
    {
        // What a driver or a management controller refuses is the node's affair; anything else is a defect.
        if (exception is IronicException refused)
            LogRefused(task.Node.Uuid, what, refused.Message);
        else
            LogFailed(exception, task.Node.Uuid, what);
        if (task.Lost.IsCancellationRequested)
            return;
        var error = $"Failed to {what}: {WorkErrors.Text(exception)}";
        task.Node.LastError = error;
        try
        {
            await task.SaveAndReleaseAsync(CancellationToken.None, new JournalEntry(eventType, error) { Severity = "ERROR", IsHistory = isHistory });
        }
        catch (Exception e)
        {
            // Without its database the conductor can tell the failure to its log only.
            LogFailed(e, task.Node.Uuid, what);
        }
    }

    [LoggerMessage(EventId = 1630, EventName = "BackgroundWorkFailed", Level = LogLevel.Error, Message = "Node {Node}: failed to {What}")]
    private partial void LogFailed(Exception exception, string node, string what);

    [LoggerMessage(EventId = 1631, EventName = "BackgroundWorkRefused", Level = LogLevel.Warning, Message = "Node {Node}: failed to {What}: {Reason}")]
    private partial void LogRefused(string node, string what, string reason);
}
