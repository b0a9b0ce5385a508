using Ironic.Api.V1;
using Ironic.Conductor.Cluster;
using Ironic.Conductor.Provisioning;
using Ironic.Conductor.Steps;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Nodes;

/// <summary>
/// Settles what was left half done, because a conductor died or lost the node's lock: a pending power action is given up, a transition ends as
/// a failed one does. Without it such a node would wait for work that nobody does.
/// </summary>
internal sealed partial class InterruptedWork(
    TaskManager tasks, NodeStore nodes, VerbQueueStore queue, Membership membership, StepRecovery steps, Transitions transitions, ILogger<InterruptedWork> logger)
{
    /// <summary>Takes a node from a holder that is gone, settles it and frees it.</summary>
    /// <returns>false when somebody has the node again, or it was released after all.</returns>
    public async Task<bool> TakeOverAsync(ReservedNode reserved, CancellationToken cancellationToken)
    {
        await using var task = await tasks.TakeOverAsync(reserved, cancellationToken);
        if (task is null)
            return false;
        var expired = new JournalEntry("lock_expired", $"The lock of {reserved.Owner} expired without being released.") { Severity = "ERROR" };
        await task.SaveAsync(CancellationToken.None, expired);
        // A verb that waits for its turn has not begun; steps that are stored are older.
        var isQueued = await queue.FindAsync(task.Node.Id, cancellationToken) is not null;
        if (isQueued || !await steps.TryResumeAsync(task, cancellationToken))
            await task.SaveAndReleaseAsync(CancellationToken.None, [.. Settle(task.Node, reserved.Owner, isQueued)]);
        return true;
    }

    /// <summary>Settles what is to be settled, and follows the steps that nobody follows any more.</summary>
    /// <returns>How many nodes that were.</returns>
    public async Task<int> GoOnAsync(CancellationToken cancellationToken) => await SettleAllAsync(cancellationToken) + await steps.FollowOrphansAsync(cancellationToken);

    /// <summary>Settles the nodes that nobody has locked although their state says that somebody works on them.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> SettleAllAsync(CancellationToken cancellationToken)
    {
        var settled = 0;
        foreach (var (uuid, group) in await nodes.ListInterruptedAsync(ProvisionStateMachine.WorkedOn, cancellationToken))
        {
            if (membership.IsForOthers(group))
                continue;
            try
            {
                await using var task = await tasks.OpenExclusiveAsync(uuid, cancellationToken, patience: TimeSpan.Zero);
                // Whoever had the node in between may have ended the work, or begun other work; both leave it settled.
                var isQueued = await queue.FindAsync(task.Node.Id, cancellationToken) is not null;
                if (!isQueued && await steps.TryResumeAsync(task, cancellationToken))
                {
                    settled++;
                    continue;
                }

                if (Settle(task.Node, owner: null, isQueued) is not { Count: > 0 } entries)
                    continue;
                await task.SaveAndReleaseAsync(CancellationToken.None, [.. entries]);
                settled++;
                LogSettled(uuid);
            }
            catch (IronicException e) when (e.Reason is ErrorReason.NodeLocked or ErrorReason.NodeNotFound)
            {
                LogSkipped(uuid, e.Message);
            }
        }

        return settled;
    }

    private List<JournalEntry> Settle(NodeRow node, string? owner, bool isQueued)
    {
        var entries = new List<JournalEntry>();
        var who = owner is null ? "The conductor that worked on the node" : $"The conductor {owner}";
        if (node.TargetPowerState is { } target)
        {
            node.LastError = $"{who} stopped before the change of the power state to '{target}' was complete; whether it took place is not known.";
            entries.Add(new JournalEntry("power_state", node.LastError) { Severity = "ERROR", FromState = node.PowerState, TargetState = target });
            node.TargetPowerState = null;
        }

        if (!isQueued && ProvisionStateMachine.WorkedOn.Contains(node.ProvisionState))
        {
            node.LastError = $"{who} stopped before the work of the state '{node.ProvisionState}' was complete.";
            entries.Add(transitions.Move(node, "fail", CleaningFlow.ManualTarget(node)) with { Severity = "ERROR", Message = node.LastError });
        }

        return entries;
    }

    [LoggerMessage(EventId = 1620, EventName = "InterruptedWorkSettled", Level = LogLevel.Warning, Message = "The work on node {Node} was interrupted; it counts as failed")]
    private partial void LogSettled(string node);

    [LoggerMessage(EventId = 1621, EventName = "InterruptedWorkSkipped", Level = LogLevel.Debug, Message = "Node {Node} is not settled: {Reason}")]
    private partial void LogSkipped(string node, string reason);
}
