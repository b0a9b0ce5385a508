using System.Text.Json.Nodes;
using Ironic.Api.V1;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Lanes;
using Ironic.Conductor.Locks;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Storage;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Tasks;

/// <summary>
/// Work on one node: the node, its driver and, when it is exclusive, its lock. The only way to change a node: what is written is fenced by
/// the epoch of the lock, so a task that lost its lock writes nothing.
/// </summary>
internal sealed class NodeTask : IAsyncDisposable
{
    private readonly TaskManager _manager;
    private ILockHandle? _lock;
    private NodeRow _stored;
    private HardwareTypeInfo? _hardware;
    private bool _unlocked;
    private int _handovers;

    internal NodeTask(TaskManager manager, NodeRow node, ILockHandle? @lock)
    {
        _manager = manager;
        _lock = @lock;
        _stored = node.Clone();
        Node = node;
    }

    /// <summary>The node. Changes to it are stored by <see cref="SaveAsync(CancellationToken, JournalEntry[])"/>.</summary>
    public NodeRow Node { get; private set; }

    /// <summary>The node as it is stored now.</summary>
    public NodeRow Stored => _stored;

    public bool IsExclusive => _lock is not null;

    /// <summary>Cancelled when the exclusive lock is lost.</summary>
    public CancellationToken Lost => _lock?.Lost ?? CancellationToken.None;

    /// <summary>The node's hardware type. Available after <see cref="LoadDriverAsync"/>.</summary>
    public HardwareTypeInfo Hardware => _hardware ?? throw new InvalidOperationException("The task's driver is not loaded.");

    /// <summary>Who serves the node's implementation of an interface. Available after <see cref="LoadDriverAsync"/>.</summary>
    /// <returns>Null: the conductor itself has it, or nobody.</returns>
    /// <exception cref="IronicException">DRIVER_UNAVAILABLE: the process that served it is gone.</exception>
    public ServedInterface? FindServed(InterfaceType type) => Hardware.FindServed(Node, type);

    /// <summary>Finds the live driver of the node's hardware type. Its interfaces may be served by others: <see cref="FindServed"/>.</summary>
    /// <param name="missing">The error's reason when there is none.</param>
    /// <exception cref="IronicException">NO_VALID_HOST, or as <paramref name="missing"/> says.</exception>
    public async Task LoadDriverAsync(CancellationToken cancellationToken, ErrorReason missing = ErrorReason.NoValidHost) =>
        _hardware = await _manager.FindDriverAsync(Node, missing, cancellationToken);

    /// <summary>Makes a shared task exclusive; the node is as it is now, and changes made to it before are gone.</summary>
    /// <param name="patience">How long to wait for a node that somebody else has; null: as long as requests do.</param>
    /// <exception cref="IronicException">NODE_LOCKED, also when the node has another driver or conductor group than when its driver was loaded; NODE_NOT_FOUND.</exception>
    public async Task UpgradeAsync(CancellationToken cancellationToken, TimeSpan? patience = null)
    {
        if (IsExclusive)
            return;
        var before = _stored;
        (_lock, Node) = await _manager.LockAsync(_stored, patience, cancellationToken);
        _stored = Node.Clone();
        // What was found of the driver, and checked with it, is of another one.
        if (_hardware is not null && (Node.Driver, Node.ConductorGroup) != (before.Driver, before.ConductorGroup))
            throw new IronicException(ErrorReason.NodeLocked, $"Node {Node.Uuid} has just got another driver or conductor group. Please try again.");
    }

    /// <summary>As <see cref="UpgradeAsync"/>, at once, for work that rests on what was read of the node before.</summary>
    /// <returns>Whether nobody has had the node since it was read. The task is exclusive in either case.</returns>
    /// <exception cref="IronicException">NODE_LOCKED, NODE_NOT_FOUND.</exception>
    public async Task<bool> TryUpgradeUnchangedAsync(CancellationToken cancellationToken)
    {
        // Every lock raises the epoch, and nothing changes a node without one.
        var seen = Node.LockEpoch;
        await UpgradeAsync(cancellationToken, TimeSpan.Zero);
        return Node.LockEpoch == seen + 1;
    }

    /// <exception cref="IronicException">LOCK_LOST: the node is not this task's any more.</exception>
    public void ThrowIfLost()
    {
        if (Lost.IsCancellationRequested)
            throw LockLost();
    }

    /// <summary>Takes the node as it is stored now: what was changed and not stored is gone.</summary>
    /// <exception cref="IronicException">LOCK_LOST: the node is not this task's any more.</exception>
    public async Task ReloadAsync(CancellationToken cancellationToken)
    {
        RequireExclusive();
        if (await _manager.Nodes.FindByUuidAsync(_stored.Uuid, cancellationToken) is not { Reservation: not null } now || now.LockEpoch != _stored.LockEpoch)
            throw LockLost();
        Node = now;
        _stored = now.Clone();
    }

    /// <summary>Stores what was changed in <see cref="Node"/>, with its events.</summary>
    /// <exception cref="IronicException">LOCK_LOST: nothing was stored.</exception>
    public Task SaveAsync(CancellationToken cancellationToken, params JournalEntry[] entries) => StoreAsync(false, entries, cancellationToken);

    /// <summary>As <see cref="SaveAsync(CancellationToken, JournalEntry[])"/>, together with what belongs to the node.</summary>
    /// <param name="also">Writes that in the same transaction; what it throws leaves everything as it was.</param>
    /// <exception cref="IronicException">LOCK_LOST: nothing was stored.</exception>
    public Task SaveAsync(Func<WriteTransaction, Task> also, CancellationToken cancellationToken, params JournalEntry[] entries) =>
        StoreAsync(false, entries, cancellationToken, also);

    /// <summary>The last save of a task: the lock's name comes off the node in the same transaction.</summary>
    /// <exception cref="IronicException">LOCK_LOST: nothing was stored.</exception>
    public async Task SaveAndReleaseAsync(CancellationToken cancellationToken, params JournalEntry[] entries)
    {
        await StoreAsync(true, entries, cancellationToken);
        await EndAsync();
    }

    /// <summary>As <see cref="SaveAndReleaseAsync(CancellationToken, JournalEntry[])"/>, together with what belongs to the node.</summary>
    /// <param name="also">Writes that in the same transaction; what it throws leaves everything as it was.</param>
    /// <exception cref="IronicException">LOCK_LOST: nothing was stored.</exception>
    public async Task SaveAndReleaseAsync(Func<WriteTransaction, Task> also, CancellationToken cancellationToken, params JournalEntry[] entries)
    {
        await StoreAsync(true, entries, cancellationToken, also);
        await EndAsync();
    }

    /// <summary>As <see cref="SaveAndReleaseAsync(CancellationToken, JournalEntry[])"/>; the node counts as updated even when nothing differs.</summary>
    /// <exception cref="IronicException">LOCK_LOST: nothing was stored.</exception>
    public Task TouchAndReleaseAsync(CancellationToken cancellationToken, params JournalEntry[] entries) => TouchAndReleaseAsync(null, cancellationToken, entries);

    /// <summary>As <see cref="TouchAndReleaseAsync(CancellationToken, JournalEntry[])"/>, together with what belongs to the node.</summary>
    /// <param name="also">Writes that in the same transaction, if there is any; what it throws leaves everything as it was.</param>
    /// <exception cref="IronicException">LOCK_LOST: nothing was stored.</exception>
    public async Task TouchAndReleaseAsync(Func<WriteTransaction, Task>? also, CancellationToken cancellationToken, params JournalEntry[] entries)
    {
        Node.UpdatedAt = _manager.Now;
        await StoreAsync(true, entries, cancellationToken, also);
        await EndAsync();
    }

    /// <summary>Stores what the driver changes in the node's driver_internal_info, and nothing else: other changes to <see cref="Node"/> wait for their own save.</summary>
    /// <param name="changes">The members to set; a null removes one.</param>
    /// <exception cref="IronicException">LOCK_LOST: nothing was stored.</exception>
    public async Task SaveDriverInternalInfoAsync(JsonObject changes, CancellationToken cancellationToken)
    {
        RequireExclusive();
        var after = _stored.Clone();
        after.DriverInternalInfo = JsonTexts.With(after.DriverInternalInfo, changes);
        await _manager.Nodes.UpdateAsync(_stored, after, [], unlock: false, cancellationToken);
        _stored = after;
        Node.DriverInternalInfo = JsonTexts.With(Node.DriverInternalInfo, changes);
        Node.UpdatedAt = after.UpdatedAt;
    }

    /// <summary>Fences the transaction of another node's task, which changes something of this node, too.</summary>
    /// <exception cref="IronicException">LOCK_LOST.</exception>
    public Task FenceAsync(WriteTransaction write)
    {
        RequireExclusive();
        return _manager.Nodes.FenceAsync(write, _stored, unlock: false);
    }

    /// <summary>Removes the node.</summary>
    /// <exception cref="IronicException">LOCK_LOST.</exception>
    public async Task DeleteAsync(JournalEntry entry, CancellationToken cancellationToken)
    {
        RequireExclusive();
        await _manager.Nodes.DeleteAsync(_stored, entry, cancellationToken);
        _unlocked = true;
    }

    /// <summary>
    /// Gives the task to a lane: the work goes on there after the caller has its answer, and the lock is held until it ends.
    /// Disposing the task does nothing from then on. Work that runs in a lane may hand the task on to another one.
    /// </summary>
    /// <exception cref="IronicException">NO_FREE_CONDUCTOR_WORKER; the caller still has the task.</exception>
    public void HandOver(Lane lane, Func<NodeTask, CancellationToken, Task> work)
    {
        // Who handed it on does not release it.
        var handover = Interlocked.Increment(ref _handovers);
        try
        {
            lane.Start(async () =>
            {
                try
                {
                    await work(this, Lost);
                }
                finally
                {
                    if (Volatile.Read(ref _handovers) == handover)
                        await ReleaseAsync();
                }
            });
        }
        catch
        {
            Interlocked.Decrement(ref _handovers);
            throw;
        }
    }

    public ValueTask DisposeAsync() => Volatile.Read(ref _handovers) > 0 ? ValueTask.CompletedTask : ReleaseAsync();

    private async ValueTask ReleaseAsync()
    {
        if (Interlocked.Exchange(ref _lock, null) is { } held)
            await _manager.ReleaseAsync(Node, held, _unlocked);
    }

    private async Task EndAsync()
    {
        _unlocked = true;
        Node.Reservation = null;
        await ReleaseAsync();
    }

    private async Task StoreAsync(bool unlock, JournalEntry[] entries, CancellationToken cancellationToken, Func<WriteTransaction, Task>? also = null)
    {
        RequireExclusive();
        await _manager.Nodes.UpdateAsync(_stored, Node, entries, unlock, cancellationToken, also);
        _stored = Node.Clone();
    }

    private IronicException LockLost() => new(ErrorReason.LockLost, $"The lock on node {Node.Uuid} was lost; the work on it ends here. Look at the node and try again.");

    private void RequireExclusive()
    {
        if (!IsExclusive)
            throw new IronicException(ErrorReason.ExclusiveLockRequired, $"An exclusive lock on node {Node.Uuid} is required.");
    }
}
