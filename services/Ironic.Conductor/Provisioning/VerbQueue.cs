using Google.Protobuf;
using Ironic.Api.V1;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Hosting.Errors;
using Ironic.Hosting.Requests;

namespace Ironic.Conductor.Provisioning;

/// <summary>
/// Where verbs wait that came when as many nodes as may be were deployed or cleaned already. The node is in the verb's state meanwhile, and nobody
/// has it; the queue is in the database, so that it outlives conductors and is one for all of them.
/// </summary>
internal sealed class VerbQueue(VerbQueueStore store, Transitions transitions, Clock clock)
{
    /// <summary>Why a deployment or cleaning fails whose node is in maintenance when its turn comes.</summary>
    public const string InMaintenance = "The node was put into maintenance while it waited for its turn.";

    /// <summary>Moves the node, puts the verb at the end of the queue, and gives the node back.</summary>
    /// <param name="task">An exclusive task; what was changed in its node is stored, too.</param>
    /// <param name="event">The verb's event.</param>
    /// <param name="work">What it waits for.</param>
    /// <param name="request">The verb. Its checks have passed.</param>
    /// <param name="target">Where the node shall get to in the end; null: the new state's default.</param>
    /// <exception cref="IronicException">LOCK_LOST.</exception>
    public async Task PutAsync(NodeTask task, string @event, LimitedWork work, SetNodeProvisionStateRequest request, CancellationToken cancellationToken, string? target = null)
    {
        var context = RequestContext.Current ?? RequestContext.CreateNew();
        var verb = new QueuedVerb
        {
            NodeId = task.Node.Id,
            NodeUuid = task.Node.Uuid,
            Driver = task.Node.Driver,
            ConductorGroup = task.Node.ConductorGroup,
            Work = work.Name,
            FromState = task.Node.ProvisionState,
            Microversion = context.Version.Minor,
            RequestId = context.RequestId,
            UserId = context.UserId,
            ProjectId = context.ProjectId,
            CreatedAt = clock.UtcNow,
        };
        task.Node.LastError = null;
        var entry = transitions.Move(task.Node, @event, target) with { Message = $"The node waits for its turn: no more nodes may be in {work.Name} now." };
        await task.SaveAndReleaseAsync(write => VerbQueueStore.PutAsync(write, verb, request.ToByteArray()), cancellationToken, entry);
    }

    /// <summary>Takes a node's verb out of the queue, as its <c>abort</c>: nothing was done yet, and the node fails with that.</summary>
    /// <returns>False: none waits.</returns>
    /// <exception cref="IronicException">NODE_LOCKED, LOCK_LOST.</exception>
    public async Task<bool> TryTakeBackAsync(NodeTask task, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(task.Node.Id, cancellationToken) is null)
            return false;
        await task.UpgradeAsync(cancellationToken);
        // Its turn may have come while the lock was waited for.
        if (await store.FindAsync(task.Node.Id, cancellationToken) is not { } id)
            return false;
        task.Node.LastError = "The node was waiting for its turn, and was aborted before it began.";
        var entry = transitions.Move(task.Node, "fail", CleaningFlow.ManualTarget(task.Node)) with { Message = task.Node.LastError };
        await task.SaveAndReleaseAsync(write => VerbQueueStore.RemoveAsync(write, id), cancellationToken, entry);
        return true;
    }
}
