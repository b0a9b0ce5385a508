using Ironic.Api.V1;
using Ironic.Conductor.Cluster;
using Ironic.Conductor.Cluster.Forwarding;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Locks;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Storage;
using Ironic.Hosting.Errors;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Tasks;

/// <summary>Opens tasks on nodes.</summary>
internal sealed partial class TaskManager(
    NodeStore nodes,
    ILockManager locks,
    DriverRegistry drivers,
    Membership membership,
    ConductorIdentity self,
    Clock clock,
    ConductorMetrics metrics,
    IOptions<TaskOptions> options,
    ILogger<TaskManager> logger)
{
    internal NodeStore Nodes => nodes;

    internal DateTime Now => clock.UtcNow;

    /// <summary>The key of a node's lock.</summary>
    public static string LockKey(string uuid) => "node:" + uuid;

    /// <summary>The node that <paramref name="ident"/> names.</summary>
    /// <exception cref="IronicException">NODE_NOT_FOUND.</exception>
    public async Task<NodeRow> FindNodeAsync(string ident, CancellationToken cancellationToken)
    {
        var found = NodeIdent.TryParseUuid(ident) is { } uuid
            ? await nodes.FindByUuidAsync(uuid, cancellationToken)
            : await nodes.FindByNameAsync(ident, cancellationToken);
        return found ?? throw NotFound(ident);
    }

    /// <summary>A task that changes nothing; any number may be open at a time, beside an exclusive one.</summary>
    /// <exception cref="IronicException">NODE_NOT_FOUND.</exception>
    public async Task<NodeTask> OpenSharedAsync(string ident, CancellationToken cancellationToken) => new(this, await FindNodeAsync(ident, cancellationToken), null);

    /// <summary>As <see cref="OpenSharedAsync"/> for a node that was read with its lock.</summary>
    public NodeTask OpenShared(NodeRow node) => new(this, node, null);

    /// <summary>A task that has the node to itself.</summary>
    /// <param name="patience">How long to wait for a node that somebody else has; null: as long as requests do.</param>
    /// <exception cref="IronicException">NODE_NOT_FOUND, NODE_LOCKED.</exception>
    public async Task<NodeTask> OpenExclusiveAsync(string ident, CancellationToken cancellationToken, TimeSpan? patience = null)
    {
        var task = await OpenSharedAsync(ident, cancellationToken);
        await task.UpgradeAsync(cancellationToken, patience);
        return task;
    }

    /// <summary>A task on a node whose holder is gone: that one is shut out, should it come back.</summary>
    /// <returns>Null when somebody has the node again, or nobody needs it freed any more.</returns>
    public async Task<NodeTask?> TakeOverAsync(ReservedNode reserved, CancellationToken cancellationToken)
    {
        if (await AcquireAsync(reserved.Uuid, TimeSpan.Zero, cancellationToken) is not { } handle)
            return null;
        try
        {
            if (await nodes.TakeOverAsync(reserved, self.Hostname, cancellationToken) is { } taken)
                return new NodeTask(this, taken, Hold(handle, taken));
            await handle.ReleaseAsync();
            return null;
        }
        catch
        {
            await handle.ReleaseAsync();
            throw;
        }
    }

    /// <summary>The node's hardware type, where a live driver serves it and a conductor of the node's group can reach that.</summary>
    /// <exception cref="IronicException">NO_VALID_HOST, or as <paramref name="missing"/> says.</exception>
    /// <exception cref="ServedElsewhereException">A caller waits, and conductors of another group serve the node.</exception>
    public async Task<HardwareTypeInfo> FindDriverAsync(NodeRow node, ErrorReason missing, CancellationToken cancellationToken)
    {
        if (await drivers.FindAsync(node, cancellationToken) is { } hardware)
        {
            var conductor = membership.FindConductor(node.Driver, node.ConductorGroup, node.Uuid);
            if (conductor is null)
            {
                // The driver, or another conductor, may have come after the last heartbeat.
                await membership.RefreshAsync(cancellationToken);
                conductor = membership.FindConductor(node.Driver, node.ConductorGroup, node.Uuid);
            }

            if (conductor is not null)
            {
                RequireOwnGroup(node, conductor);
                return hardware;
            }
        }

        throw new IronicException(
            missing,
            $"No valid host was found. Reason: No conductor service registered which supports driver {node.Driver} for conductor group \"{node.ConductorGroup}\".");
    }

    /// <param name="node">The node as it was read.</param>
    internal async Task<(ILockHandle Lock, NodeRow Node)> LockAsync(NodeRow node, TimeSpan? patience, CancellationToken cancellationToken)
    {
        var started = clock.Provider.GetTimestamp();
        if (await AcquireAsync(node.Uuid, patience ?? options.Value.LockPatience, cancellationToken) is not { } handle)
            throw Locked(node, (await nodes.FindByUuidAsync(node.Uuid, cancellationToken))?.Reservation);
        try
        {
            var current = await nodes.LockUnchangedAsync(node, self.Hostname, cancellationToken) ?? await LockAnewAsync(node, cancellationToken);
            metrics.LockTaken(clock.Provider.GetElapsedTime(started));
            return (Hold(handle, current), current);
        }
        catch
        {
            await handle.ReleaseAsync();
            throw;
        }
    }

    internal async Task ReleaseAsync(NodeRow node, ILockHandle handle, bool unlocked)
    {
        try
        {
            if (!unlocked)
                await nodes.UnlockAsync(node.Id, node.LockEpoch, CancellationToken.None);
        }
        catch (Exception e)
        {
            // The node shows its old owner until the search for stale locks clears it; nobody is kept out by that.
            LogUnlockFailed(e, node.Uuid);
        }
        finally
        {
            await handle.ReleaseAsync();
        }
    }

    /// <summary>Any conductor of a node's group may work on it; a call about the node of another group is for that group's conductor.</summary>
    private void RequireOwnGroup(NodeRow node, string conductor)
    {
        if (node.ConductorGroup == self.Group || ServedCall.Current is not { } call)
            return;
        // Two that are of different opinions about a group, because it has just changed, must not pass a call back and forth.
        throw call.ForwardedBy is null
            ? new ServedElsewhereException([conductor, .. membership.FindGroup(node.Driver, node.ConductorGroup).Where(other => other != conductor)])
            : new IronicException(
                ErrorReason.TemporaryFailure, $"Node {node.Uuid} is being moved to the conductor group \"{node.ConductorGroup}\". Please try again later.");
    }

    private async Task<NodeRow> LockAnewAsync(NodeRow node, CancellationToken cancellationToken)
    {
        var (current, locked) = await nodes.LockAsync(node.Id, self.Hostname, cancellationToken);
        if (current is null)
            throw NotFound(node.Uuid);
        // The lock service forgot a lock that is held, or its holder died: whichever it is, the search for stale locks finds out.
        return locked ? current : throw Locked(node, current.Reservation);
    }

    private async ValueTask<ILockHandle?> AcquireAsync(string uuid, TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            return await locks.AcquireAsync(LockKey(uuid), self.Hostname, patience, cancellationToken);
        }
        catch (LockUnavailableException e)
        {
            LogLockServiceUnavailable(e);
            throw new IronicException(ErrorReason.BackendUnavailable, "The lock service cannot be reached at the moment. Please try again later.");
        }
    }

    private ILockHandle Hold(ILockHandle handle, NodeRow node)
    {
        var (id, epoch) = (node.Id, node.LockEpoch);
        handle.ConfirmWith(() => nodes.IsHeldAsync(id, epoch, CancellationToken.None));
        return handle;
    }

    private IronicException Locked(NodeRow node, string? holder)
    {
        metrics.LockRefused();
        return new IronicException(
            ErrorReason.NodeLocked, $"Node {node.Uuid} is locked by host {holder ?? "another task"}, please retry after the current operation is completed.");
    }

    private static IronicException NotFound(string ident) => new(ErrorReason.NodeNotFound, $"Node {ident} could not be found.");

    [LoggerMessage(EventId = 1401, EventName = "LockServiceUnavailable", Level = LogLevel.Error, Message = "The lock service cannot be reached")]
    private partial void LogLockServiceUnavailable(Exception exception);

    [LoggerMessage(EventId = 1402, EventName = "ReservationNotCleared", Level = LogLevel.Warning, Message = "The reservation of node {Node} could not be cleared")]
    private partial void LogUnlockFailed(Exception exception, string node);
}
