namespace Ironic.Driver.Sdk.Operations;

/// <summary>
/// The highest fencing epoch seen for each node and the operations that run under it. Not thread-safe: guarded by its owner.
/// The memory is the process's: after a restart the first call for a node sets its epoch anew, and the conductor's database,
/// which refuses writes of old epochs, is what remains.
/// </summary>
internal sealed class NodeFences(int maximum)
{
    private readonly Dictionary<string, LinkedListNode<Fence>> _fences = new(StringComparer.Ordinal);
    private readonly LinkedList<Fence> _byUse = [];

    /// <summary>The highest epoch seen for the node, that of this call included.</summary>
    public ulong Raise(string nodeUuid, ulong epoch)
    {
        var fence = Use(nodeUuid);
        return fence.Epoch = Math.Max(fence.Epoch, epoch);
    }

    /// <summary>Admits an operation and returns those of earlier lock holders that still run.</summary>
    /// <param name="operation">Its scope names the node and the epoch.</param>
    /// <param name="highest">The node's highest epoch, for the refusal.</param>
    /// <returns>Null when the operation's epoch is stale.</returns>
    public IReadOnlyList<Operation>? TryEnter(Operation operation, out ulong highest)
    {
        var fence = Use(operation.Scope.NodeUuid);
        highest = fence.Epoch;
        if (operation.Scope.Epoch < fence.Epoch)
            return null;
        var superseded = operation.Scope.Epoch > fence.Epoch ? fence.Running.FindAll(running => running.Scope.Epoch < operation.Scope.Epoch && !running.Scope.IsDetached) : [];
        fence.Epoch = operation.Scope.Epoch;
        fence.Running.Add(operation);
        return superseded;
    }

    public void Leave(Operation operation)
    {
        if (_fences.TryGetValue(operation.Scope.NodeUuid, out var entry))
            entry.Value.Running.Remove(operation);
    }

    private Fence Use(string nodeUuid)
    {
        if (_fences.TryGetValue(nodeUuid, out var entry))
        {
            _byUse.Remove(entry);
            _byUse.AddLast(entry);
            return entry.Value;
        }

        entry = _byUse.AddLast(new Fence(nodeUuid));
        _fences.Add(nodeUuid, entry);
        for (var oldest = _byUse.First; _fences.Count > maximum && oldest is not null && oldest != entry;)
        {
            var next = oldest.Next;
            if (oldest.Value.Running.Count == 0)
            {
                _byUse.Remove(oldest);
                _fences.Remove(oldest.Value.NodeUuid);
            }

            oldest = next;
        }

        return entry.Value;
    }

    private sealed class Fence(string nodeUuid)
    {
        public string NodeUuid { get; } = nodeUuid;

        public ulong Epoch { get; set; }

        public List<Operation> Running { get; } = [];
    }
}
