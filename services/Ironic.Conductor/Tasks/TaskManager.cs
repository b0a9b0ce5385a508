using Ironic.Api.V1;
using Ironic.Conductor.Cluster;
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

    /// <summary>A task that has the node to itself.</summary>
    /// <exception cref="IronicException">NODE_NOT_FOUND, NODE_LOCKED.</exception>
    public async Task<NodeTask> OpenExclusiveAsync(string ident, CancellationToken cancellationToken)
    {
        var task = await OpenSharedAsync(ident, cancellationToken);
        await task.UpgradeAsync(cancellationToken);
        return task;
    }

    /// <summary>The node's hardware type, where a live driver serves it and a conductor of the node's group can reach that.</summary>
    /// <exception cref="IronicException">NO_VALID_HOST, or as <paramref name="missing"/> says.</exception>
    public async Task<HardwareTypeInfo> FindDriverAsync(NodeRow node, ErrorReason missing, CancellationToken cancellationToken)
    {
        if (await drivers.FindAsync(node.Driver, cancellationToken) is { } hardware)
        {
            if (membership.FindConductor(node.Driver, node.ConductorGroup, node.Uuid) is not null)
                return hardware;
            // The driver may have come after the last heartbeat.
            await membership.BeatAsync(true, cancellationToken);
            if (membership.FindConductor(node.Driver, node.ConductorGroup, node.Uuid) is not null)
                return hardware;
        }

        throw new IronicException(
            missing,
            $"No valid host was found. Reason: No conductor service registered which supports driver {node.Driver} for conductor group \"{node.ConductorGroup}\".");
    }

    internal async Task<(ILockHandle Lock, NodeRow Node)> LockAsync(NodeRow node, CancellationToken cancellationToken)
    {
        var key = LockKey(node.Uuid);
        var started = clock.Provider.GetTimestamp();
        ILockHandle? handle;
        try
        {
            handle = await locks.AcquireAsync(key, self.Hostname, options.Value.LockPatience, cancellationToken);
        }
        catch (LockUnavailableException e)
        {
            LogLockServiceUnavailable(e);
            throw new IronicException(ErrorReason.BackendUnavailable, "The lock service cannot be reached at the moment. Please try again later.");
        }

        if (handle is null)
        {
            metrics.LockRefused();
            var holder = (await nodes.FindByUuidAsync(node.Uuid, cancellationToken))?.Reservation ?? "another task";
            throw new IronicException(ErrorReason.NodeLocked, $"Node {node.Uuid} is locked by host {holder}, please retry after the current operation is completed.");
        }

        try
        {
            var locked = await nodes.LockAsync(node.Id, self.Hostname, cancellationToken) ?? throw NotFound(node.Uuid);
            metrics.LockTaken(clock.Provider.GetElapsedTime(started));
            return (handle, locked);
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

    private static IronicException NotFound(string ident) => new(ErrorReason.NodeNotFound, $"Node {ident} could not be found.");

    [LoggerMessage(EventId = 1401, Level = LogLevel.Error, Message = "The lock service cannot be reached")]
    private partial void LogLockServiceUnavailable(Exception exception);

    [LoggerMessage(EventId = 1402, Level = LogLevel.Warning, Message = "The reservation of node {Node} could not be cleared")]
    private partial void LogUnlockFailed(Exception exception, string node);
}
