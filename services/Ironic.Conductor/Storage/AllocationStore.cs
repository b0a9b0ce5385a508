using System.Data.Common;
using Dapper;
using Ironic.Api.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Storage;

/// <summary>Which allocations a list has. Null members do not filter.</summary>
internal sealed record AllocationFilter(long? NodeId, string? ResourceClass, string? State, string? Owner);

/// <summary>The allocations. What binds one to a node is written in the transaction that changes the node.</summary>
internal sealed class AllocationStore(Database database, ConductorIdentity self, Clock clock)
{
    public static RowColumns<AllocationRow> Columns { get; } = new("allocations", nameof(AllocationRow.NodeUuid));

    private static readonly string SelectColumns = $"a.id, {Columns.Join("a.")}, n.uuid AS node_uuid";

    private const string From = "allocations a LEFT JOIN nodes n ON n.id = a.node_id";

    private static readonly string Select = $"SELECT {SelectColumns} FROM {From}";

    /// <exception cref="IronicException">DUPLICATE_NAME, ALLOCATION_ALREADY_EXISTS.</exception>
    public async Task InsertAsync(AllocationRow allocation, CancellationToken cancellationToken)
    {
        await using var write = await database.BeginWriteAsync(cancellationToken);
        try
        {
            allocation.Id = await write.Connection.ExecuteScalarAsync<long>(Columns.Insert, Columns.Values(allocation), write.Transaction);
        }
        catch (DbException e) when (database.ViolatedUniqueColumn(e) is { } column)
        {
            throw Duplicate(column, allocation);
        }

        await write.CommitAsync();
    }

    public Task<AllocationRow?> FindByUuidAsync(string uuid, CancellationToken cancellationToken) => FindAsync($"{Select} WHERE a.uuid = @key", uuid, cancellationToken);

    public Task<AllocationRow?> FindByNameAsync(string name, CancellationToken cancellationToken) => FindAsync($"{Select} WHERE a.name = @key", name, cancellationToken);

    public Task<AllocationRow?> FindByNodeAsync(long nodeId, CancellationToken cancellationToken) => FindAsync($"{Select} WHERE a.node_id = @key", nodeId, cancellationToken);

    /// <summary>The page, or null when there is no allocation with the UUID of the marker.</summary>
    public async Task<IReadOnlyList<AllocationRow>?> ListAsync(AllocationFilter filter, PageQuery page, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var select = new PagedSelect<AllocationRow>(SelectColumns, From, Columns, "a");
        select.WhereEqual("node_id", filter.NodeId);
        select.WhereEqual("resource_class", filter.ResourceClass);
        select.WhereEqual("state", filter.State);
        select.WhereEqual("owner", filter.Owner);
        return await select.ReadAsync(connection, page);
    }

    /// <summary>Changes an allocation as it is at this moment: nobody else's change comes between reading and writing.</summary>
    /// <param name="change">Changes the row. What it throws leaves the allocation as it is.</param>
    /// <returns>The allocation after the change; null when there is none.</returns>
    /// <exception cref="IronicException">DUPLICATE_NAME.</exception>
    public async Task<AllocationRow?> ChangeAsync(long id, Action<AllocationRow> change, CancellationToken cancellationToken)
    {
        await using var write = await database.BeginWriteAsync(cancellationToken);
        // The node is only read for its UUID.
        var lockRow = database.ForUpdate.Length == 0 ? "" : $"{database.ForUpdate} OF a";
        var before = await write.Connection.QuerySingleOrDefaultAsync<AllocationRow>($"{Select} WHERE a.id = @id {lockRow}", new { id }, write.Transaction);
        if (before is null)
            return null;
        var after = before.Clone();
        change(after);
        after.UpdatedAt = clock.UtcNow;
        try
        {
            await Columns.UpdateAsync(write, id, before, after);
        }
        catch (DbException e) when (database.ViolatedUniqueColumn(e) is { } column)
        {
            throw Duplicate(column, after);
        }

        await write.CommitAsync();
        return after;
    }

    /// <summary>Says that no node was found. False when the allocation is gone, or has a node.</summary>
    public async Task<bool> FailAsync(long id, string error, CancellationToken cancellationToken)
    {
        await using var write = await database.OpenWriterAsync(cancellationToken);
        return await write.Connection.ExecuteAsync(
            $"UPDATE allocations SET updated_at = @now, state = '{AllocationRow.Error}', last_error = @error WHERE id = @id AND node_id IS NULL",
            new { id, error, now = clock.UtcNow }) > 0;
    }

    /// <summary>Gives the allocation its node, in the transaction that gives the node its instance.</summary>
    /// <exception cref="IronicException">ALLOCATION_NOT_FOUND: it is gone, or not looking for a node any more.</exception>
    public async Task BindAsync(WriteTransaction write, AllocationRow allocation, long nodeId)
    {
        var bound = await write.Connection.ExecuteAsync(
            $"""
            UPDATE allocations SET updated_at = @now, state = '{AllocationRow.Active}', node_id = @nodeId
            WHERE id = @Id AND state = '{AllocationRow.Allocating}'
            """,
            new { allocation.Id, nodeId, now = clock.UtcNow },
            write.Transaction);
        if (bound == 0)
            throw new IronicException(ErrorReason.AllocationNotFound, $"Allocation {allocation.Uuid} could not be found.");
    }

    /// <summary>Removes an allocation that has no node. False when it is gone, or has got one.</summary>
    public async Task<bool> DeleteUnboundAsync(long id, CancellationToken cancellationToken)
    {
        await using var write = await database.OpenWriterAsync(cancellationToken);
        return await write.Connection.ExecuteAsync("DELETE FROM allocations WHERE id = @id AND node_id IS NULL", new { id }) > 0;
    }

    /// <summary>Removes the allocation of a node, in the transaction that takes the node's instance away.</summary>
    public static Task DeleteOfNodeAsync(WriteTransaction write, long nodeId) =>
        write.Connection.ExecuteAsync("DELETE FROM allocations WHERE node_id = @nodeId", new { nodeId }, write.Transaction);

    /// <summary>The allocations for which a node is still looked for.</summary>
    public async Task<IReadOnlyList<AllocationRow>> ListAllocatingAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<AllocationRow>($"{Select} WHERE a.state = '{AllocationRow.Allocating}' ORDER BY a.id")).AsList();
    }

    /// <summary>Takes an allocation over from a conductor that is gone. False when somebody was quicker, or it is settled.</summary>
    public async Task<bool> TakeOverAsync(AllocationRow allocation, CancellationToken cancellationToken)
    {
        await using var write = await database.OpenWriterAsync(cancellationToken);
        return await write.Connection.ExecuteAsync(
            $"UPDATE allocations SET conductor = @self WHERE id = @Id AND conductor = @Conductor AND state = '{AllocationRow.Allocating}'",
            new { allocation.Id, allocation.Conductor, self = self.Hostname }) > 0;
    }

    private async Task<AllocationRow?> FindAsync(string sql, object key, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<AllocationRow>(sql, new { key });
    }

    private static IronicException Duplicate(string column, AllocationRow allocation) => column == "allocations.name"
        ? new IronicException(ErrorReason.DuplicateName, $"An allocation with name {allocation.Name} already exists.")
        : new IronicException(ErrorReason.AllocationAlreadyExists, $"An allocation with UUID {allocation.Uuid} already exists.");
}
