using Dapper;
using Ironic.Api.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Storage;

/// <summary>Which allocations a list has. Null members do not filter.</summary>
internal sealed record AllocationFilter(long? NodeId, string? ResourceClass, string? State, string? Owner);

/// <summary>The allocations. What binds one to a node is written in the transaction that changes the node.</summary>
internal sealed class AllocationStore(Database database, ConductorIdentity self, Clock clock)
    : ResourceStore<AllocationRow>(database, clock, Columns, "n.uuid AS node_uuid", "LEFT JOIN nodes n ON n.id = r.node_id")
{
    private readonly Clock _clock = clock;

    public static RowColumns<AllocationRow> Columns { get; } = new("allocations", nameof(AllocationRow.NodeUuid));

    public Task<AllocationRow?> FindByNameAsync(string name, CancellationToken cancellationToken) => FindAsync("name", name, cancellationToken);

    public Task<AllocationRow?> FindByNodeAsync(long nodeId, CancellationToken cancellationToken) => FindAsync("node_id", nodeId, cancellationToken);

    /// <summary>The page, or null when there is no allocation with the UUID of the marker.</summary>
    public Task<IReadOnlyList<AllocationRow>?> ListAsync(AllocationFilter filter, PageQuery page, CancellationToken cancellationToken) => ReadPageAsync(
        page,
        select =>
        {
            select.WhereEqual("node_id", filter.NodeId);
            select.WhereEqual("resource_class", filter.ResourceClass);
            select.WhereEqual("state", filter.State);
            select.WhereEqual("owner", filter.Owner);
        },
        cancellationToken);

    /// <summary>Says that no node was found. False when the allocation is gone, or has a node.</summary>
    public Task<bool> FailAsync(long id, string error, CancellationToken cancellationToken) => WriteAsync(
        $"UPDATE allocations SET updated_at = @now, state = '{AllocationRow.Error}', last_error = @error WHERE id = @id AND node_id IS NULL",
        new { id, error, now = _clock.UtcNow },
        cancellationToken);

    /// <summary>Gives the allocation its node, in the transaction that gives the node its instance.</summary>
    /// <exception cref="IronicException">ALLOCATION_NOT_FOUND: it is gone, or not looking for a node any more.</exception>
    public async Task BindAsync(WriteTransaction write, AllocationRow allocation, long nodeId)
    {
        var bound = await write.Connection.ExecuteAsync(
            $"""
            UPDATE allocations SET updated_at = @now, state = '{AllocationRow.Active}', node_id = @nodeId
            WHERE id = @Id AND state = '{AllocationRow.Allocating}'
            """,
            new { allocation.Id, nodeId, now = _clock.UtcNow },
            write.Transaction);
        if (bound == 0)
            throw new IronicException(ErrorReason.AllocationNotFound, $"Allocation {allocation.Uuid} could not be found.");
    }

    /// <summary>Removes an allocation that has no node. False when it is gone, or has got one.</summary>
    public override Task<bool> DeleteAsync(string uuid, CancellationToken cancellationToken) =>
        WriteAsync("DELETE FROM allocations WHERE uuid = @uuid AND node_id IS NULL", new { uuid }, cancellationToken);

    /// <summary>Removes the allocation of a node, in the transaction that takes the node's instance away.</summary>
    public static Task DeleteOfNodeAsync(WriteTransaction write, long nodeId) =>
        write.Connection.ExecuteAsync("DELETE FROM allocations WHERE node_id = @nodeId", new { nodeId }, write.Transaction);

    /// <summary>The allocations for which a node is still looked for.</summary>
    public Task<IReadOnlyList<AllocationRow>> ListAllocatingAsync(CancellationToken cancellationToken) =>
        ReadAllAsync($"r.state = '{AllocationRow.Allocating}'", cancellationToken);

    /// <summary>Takes an allocation over from a conductor that is gone. False when somebody was quicker, or it is settled.</summary>
    public Task<bool> TakeOverAsync(AllocationRow allocation, CancellationToken cancellationToken) => WriteAsync(
        $"UPDATE allocations SET conductor = @self WHERE id = @Id AND conductor = @Conductor AND state = '{AllocationRow.Allocating}'",
        new { allocation.Id, allocation.Conductor, self = self.Hostname },
        cancellationToken);

    protected override IronicException Duplicate(AllocationRow row, string column) => column == "allocations.name"
        ? new IronicException(ErrorReason.DuplicateName, $"An allocation with name {row.Name} already exists.")
        : new IronicException(ErrorReason.AllocationAlreadyExists, $"An allocation with UUID {row.Uuid} already exists.");
}
