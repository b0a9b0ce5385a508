using System.Data;
using System.Data.Common;
using Dapper;
using Ironic.Api.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Storage;

/// <summary>
/// Reads and writes nodes. Every write to an existing node, but for <see cref="FillLastErrorAsync"/>, is fenced: it names the lock epoch
/// under which it was decided, and nothing happens when the epoch has risen since.
/// </summary>
internal sealed class NodeStore(Database database, Journal journal, Clock clock)
{
    private static readonly string SelectByUuid = $"SELECT {NodeColumns.SelectAll} FROM nodes n JOIN node_locks l ON l.node_id = n.id WHERE n.uuid = @key";

    private static readonly string SelectByName = $"SELECT {NodeColumns.SelectAll} FROM nodes n JOIN node_locks l ON l.node_id = n.id WHERE n.name = @key";

    private static readonly string SelectById = $"SELECT {NodeColumns.SelectAll} FROM nodes n JOIN node_locks l ON l.node_id = n.id WHERE n.id = @id";

    private static readonly string TakeLock =
        $"""
        UPDATE node_locks SET epoch = epoch + 1, reservation = @owner WHERE node_id = @id AND reservation IS NULL RETURNING epoch;
        {SelectById};
        """;

    private static readonly string InsertWithLock =
        $"""
        {NodeColumns.Table.Insert};
        INSERT INTO node_locks (node_id, epoch) SELECT n.id, f.epoch FROM nodes n CROSS JOIN lock_epoch_floor f WHERE n.uuid = @uuid
        """;

    // Its verb does not wait for its turn.
    private const string IsNotQueued = "NOT EXISTS (SELECT 1 FROM queued_verbs q WHERE q.node_id = n.id)";

    private const string TakeUnchanged =
        "UPDATE node_locks SET epoch = epoch + 1, reservation = @owner WHERE node_id = @id AND epoch = @epoch AND reservation IS NULL RETURNING epoch";

    private static readonly string TakeOverLock =
        $"""
        UPDATE node_locks SET epoch = epoch + 1, reservation = @owner WHERE node_id = @id AND epoch = @epoch AND reservation IS NOT NULL RETURNING epoch;
        {SelectById};
        """;

    public Task<NodeRow?> FindByUuidAsync(string uuid, CancellationToken cancellationToken) => FindAsync(SelectByUuid, uuid, cancellationToken);

    public Task<NodeRow?> FindByNameAsync(string name, CancellationToken cancellationToken) => FindAsync(SelectByName, name, cancellationToken);

    /// <summary>The nodes in one of the states with a step that a driver runs.</summary>
    public async Task<IReadOnlyList<NodeOfGroup>> ListDetachedAsync(IReadOnlyList<string> states, CancellationToken cancellationToken)
    {
        var values = new DynamicParameters();
        var names = SqlLists.Add(values, "state", states);
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<NodeOfGroup>(
            $"SELECT uuid, conductor_group FROM nodes WHERE provision_state IN ({names}) AND driver_internal_info LIKE '%_step_operation%' ORDER BY id", values)).AsList();
    }

    /// <summary>How many nodes are in one of the states; counting ends at <paramref name="limit"/>.</summary>
    public Task<int> CountInStatesAsync(IReadOnlyList<string> states, int limit, CancellationToken cancellationToken) => CountAsync(states, "", limit, cancellationToken);

    /// <summary>As <see cref="CountInStatesAsync"/>, without those that wait for their turn.</summary>
    public Task<int> CountWorkedOnAsync(IReadOnlyList<string> states, int limit, CancellationToken cancellationToken) => CountAsync(states, $"AND {IsNotQueued}", limit, cancellationToken);

    /// <summary>Stores a new node and its first event. <see cref="NodeRow.Id"/> is set.</summary>
    /// <exception cref="IronicException">NODE_ALREADY_EXISTS, DUPLICATE_NAME, INSTANCE_ASSOCIATED or REFERENCE_NOT_FOUND.</exception>
    public async Task InsertAsync(NodeRow node, JournalEntry entry, CancellationToken cancellationToken)
    {
        await using var write = await database.BeginWriteAsync(cancellationToken);
        var values = NodeColumns.Table.Values(node);
        // One command, not three: on the way of a request to the database and back lies most of what it costs.
        var command = InsertWithLock + journal.Compose(write, values, node, [entry]);
        try
        {
            await using var results = await write.Connection.ExecuteReaderAsync(command, values, write.Transaction);
            if (await results.ReadAsync(CancellationToken.None))
                node.Id = results.GetInt64(0);
            await ReadToEndAsync(results);
        }
        catch (DbException e) when (database.ViolatedUniqueColumn(e) is { } column)
        {
            throw Duplicate(column, node);
        }
        catch (DbException e) when (database.IsReferenceViolation(e))
        {
            throw NoChassis(node);
        }

        await write.CommitAsync();
    }

    /// <summary>Locks a node that nobody has: raises its epoch, which shuts out every holder before, and names the owner.</summary>
    /// <param name="cancellationToken">Ends the wait for a connection; what was sent is waited for, so that no lock is taken without its taker's knowledge.</param>
    /// <returns>The node as it is now, null when it is gone, and whether it was locked: not when somebody has it.</returns>
    public async Task<(NodeRow? Node, bool Locked)> LockAsync(long id, string owner, CancellationToken cancellationToken)
    {
        await using var write = await database.OpenWriterAsync(cancellationToken);
        return await TakeAsync(write, TakeLock, new { id, owner });
    }

    /// <summary>As <see cref="LockAsync"/> for a node that was read already, without reading it again.</summary>
    /// <param name="seen">The node as it was read; it is left as it is.</param>
    /// <returns>Null when the node may have changed since it was read, or somebody has it: nothing was locked.</returns>
    public async Task<NodeRow?> LockUnchangedAsync(NodeRow seen, string owner, CancellationToken cancellationToken)
    {
        // Who changes a node has locked it, and every lock raises the epoch: what was free when it was read and has its epoch still is as it was read.
        // Only FillLastErrorAsync writes beside that, and no task decides by the error of another one.
        if (seen.Reservation is not null)
            return null;
        await using var write = await database.OpenWriterAsync(cancellationToken);
        if (await write.Connection.ExecuteScalarAsync<long?>(TakeUnchanged, new { id = seen.Id, epoch = seen.LockEpoch, owner }) is not { } epoch)
            return null;
        var locked = seen.Clone();
        (locked.LockEpoch, locked.Reservation) = (epoch, owner);
        return locked;
    }

    /// <summary>Locks a node whose holder is gone: raises the epoch, so that a holder that comes back is shut out, and names the new owner.</summary>
    /// <returns>Null when the node was released, deleted or locked anew meanwhile.</returns>
    public async Task<NodeRow?> TakeOverAsync(ReservedNode reserved, string owner, CancellationToken cancellationToken)
    {
        await using var write = await database.OpenWriterAsync(cancellationToken);
        var (node, locked) = await TakeAsync(write, TakeOverLock, new { id = reserved.Id, epoch = reserved.Epoch, owner });
        return locked ? node : null;
    }

    /// <summary>Whether the lock of this epoch was neither released nor taken over.</summary>
    public async Task<bool> IsHeldAsync(long id, long epoch, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<int>("SELECT 1 FROM node_locks WHERE node_id = @id AND epoch = @epoch AND reservation IS NOT NULL", new { id, epoch }) == 1;
    }

    /// <summary>Takes the owner's name off the node, unless somebody else has locked it since.</summary>
    public async Task UnlockAsync(long id, long epoch, CancellationToken cancellationToken)
    {
        await using var write = await database.OpenWriterAsync(cancellationToken);
        await write.Connection.ExecuteAsync("UPDATE node_locks SET reservation = NULL WHERE node_id = @id AND epoch = @epoch", new { id, epoch });
    }

    /// <summary>
    /// Writes the columns in which <paramref name="after"/> differs from <paramref name="before"/>, with the events, in one transaction.
    /// </summary>
    /// <param name="unlock">Also takes the owner's name off the node.</param>
    /// <param name="also">Writes what belongs to the change in the same transaction, after the node; what it throws undoes all.</param>
    /// <exception cref="IronicException">LOCK_LOST when the node's epoch is not that of <paramref name="before"/> any more; DUPLICATE_NAME, INSTANCE_ASSOCIATED, REFERENCE_NOT_FOUND.</exception>
    public async Task UpdateAsync(
        NodeRow before, NodeRow after, IReadOnlyList<JournalEntry> entries, bool unlock, CancellationToken cancellationToken, Func<WriteTransaction, Task>? also = null)
    {
        var values = new SqlValues();
        values.Add("id", before.Id, DbType.Int64);
        values.Add("epoch", before.LockEpoch, DbType.Int64);
        var assignments = NodeColumns.Table.Assign(values, before, after);
        if (assignments.Count > 0 && after.UpdatedAt == before.UpdatedAt)
        {
            after.UpdatedAt = clock.UtcNow;
            values.Add("updated_at", after.UpdatedAt, DbType.DateTime);
            assignments.Add("updated_at = @updated_at");
        }

        await using var write = await database.BeginWriteAsync(cancellationToken);
        // One command, as for a new node. What it changes without the lock goes when the transaction ends.
        var update = assignments.Count > 0 ? $";\nUPDATE nodes SET {string.Join(", ", assignments)} WHERE id = @id" : "";
        var command = FenceStatement(unlock) + update + journal.Compose(write, values, before, entries);
        var held = false;
        try
        {
            await using var results = await write.Connection.ExecuteReaderAsync(command, values, write.Transaction);
            held = await results.ReadAsync(CancellationToken.None);
            await ReadToEndAsync(results);
        }
        catch (DbException e) when (database.ViolatedUniqueColumn(e) is { } column)
        {
            throw held ? Duplicate(column, after) : LockLost(before);
        }
        catch (DbException e) when (database.IsReferenceViolation(e))
        {
            throw held ? NoChassis(after) : LockLost(before);
        }

        if (!held)
            throw LockLost(before);
        if (also is not null)
            await also(write);
        await write.CommitAsync();
    }

    /// <summary>
    /// Notes in a node that has no error what went wrong beside its lock, with the event. The one write that is not fenced: it fills in a
    /// column that is empty, so it takes nothing away from who holds the lock, and its outcome must not get lost because somebody does.
    /// </summary>
    public async Task FillLastErrorAsync(NodeRow node, string error, JournalEntry entry, CancellationToken cancellationToken)
    {
        await using var write = await database.BeginWriteAsync(cancellationToken);
        await write.Connection.ExecuteAsync(
            "UPDATE nodes SET last_error = @error, updated_at = @now WHERE id = @Id AND last_error IS NULL", new { error, now = clock.UtcNow, node.Id }, write.Transaction);
        await journal.AppendAsync(write, node, entry);
        await write.CommitAsync();
    }

    /// <summary>Removes a node with all that belongs to it; its journal stays.</summary>
    /// <exception cref="IronicException">LOCK_LOST.</exception>
    public async Task DeleteAsync(NodeRow node, JournalEntry entry, CancellationToken cancellationToken)
    {
        await using var write = await database.BeginWriteAsync(cancellationToken);
        await FenceAsync(write, node, unlock: true);
        await write.Connection.ExecuteAsync("DELETE FROM nodes WHERE id = @Id", new { node.Id }, write.Transaction);
        // Drivers have seen this epoch of its UUID; should that come again, it begins above.
        await write.Connection.ExecuteAsync("UPDATE lock_epoch_floor SET epoch = @LockEpoch WHERE epoch < @LockEpoch", new { node.LockEpoch }, write.Transaction);
        // A later node of the same UUID begins with a history of its own.
        await write.Connection.ExecuteAsync("UPDATE node_events SET in_history = false WHERE node_uuid = @Uuid AND in_history", new { node.Uuid }, write.Transaction);
        await journal.AppendAsync(write, node, entry);
        await write.CommitAsync();
    }

    /// <summary>All locked nodes, of whatever owner.</summary>
    public async Task<IReadOnlyList<ReservedNode>> ListReservedAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<ReservedNode>(
            "SELECT n.id, n.uuid, l.reservation AS owner, l.epoch, n.conductor_group FROM node_locks l JOIN nodes n ON n.id = l.node_id WHERE l.reservation IS NOT NULL")).AsList();
    }

    /// <summary>The nodes that nobody has locked although a power action or a transition is under way on them; not those whose verb waits for its turn.</summary>
    /// <param name="states">The provisioning states in which a conductor has the node locked and works on it.</param>
    public async Task<IReadOnlyList<NodeOfGroup>> ListInterruptedAsync(IReadOnlyCollection<string> states, CancellationToken cancellationToken)
    {
        var values = new DynamicParameters();
        var names = SqlLists.Add(values, "state", states);
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<NodeOfGroup>(
            $"""
            SELECT n.uuid, n.conductor_group FROM nodes n JOIN node_locks l ON l.node_id = n.id
            WHERE l.reservation IS NULL
              AND (n.target_power_state IS NOT NULL OR (n.provision_state IN ({names}) AND {IsNotQueued}))
            """,
            values)).AsList();
    }

    /// <summary>The UUIDs of nodes that are named by UUID or name; those that do not exist are missing.</summary>
    public async Task<IReadOnlyDictionary<string, string>> ResolveAsync(IReadOnlyCollection<string> idents, CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        await using var connection = await database.OpenAsync(cancellationToken);
        foreach (var batch in idents.Chunk(500))
        {
            var values = new DynamicParameters();
            var names = SqlLists.Add(values, "ident", batch);
            var found = await connection.QueryAsync<(string Uuid, string? Name)>(
                $"SELECT uuid, name FROM nodes WHERE uuid IN ({names}) UNION SELECT uuid, name FROM nodes WHERE name IN ({names})", values);
            foreach (var (uuid, name) in found)
            {
                known[uuid] = uuid;
                if (name is not null)
                    known[name] = uuid;
            }
        }

        return known;
    }

    /// <summary>UUIDs of the nodes that are parts of another one, in the order of their creation.</summary>
    public async Task<IReadOnlyList<string>> ListChildrenAsync(string uuid, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<string>("SELECT uuid FROM nodes WHERE parent_node = @uuid ORDER BY id", new { uuid })).AsList();
    }

    private static async Task<(NodeRow? Node, bool Locked)> TakeAsync(WriteTransaction write, string sql, object parameters)
    {
        await using var results = await write.Connection.QueryMultipleAsync(sql, parameters);
        var epoch = await results.ReadSingleOrDefaultAsync<long?>();
        return (await results.ReadSingleOrDefaultAsync<NodeRow>(), epoch is not null);
    }

    private async Task<NodeRow?> FindAsync(string sql, string key, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<NodeRow>(sql, new { key });
    }

    private async Task<int> CountAsync(IReadOnlyList<string> states, string condition, int limit, CancellationToken cancellationToken)
    {
        var values = new DynamicParameters(new { limit });
        var names = SqlLists.Add(values, "state", states);
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<int>($"SELECT COUNT(*) FROM (SELECT 1 FROM nodes n WHERE n.provision_state IN ({names}) {condition} LIMIT @limit) found", values);
    }

    /// <summary>
    /// Ends the transaction when the node's epoch has risen. The row of <c>node_locks</c> stays locked until the transaction ends: a rising
    /// epoch waits for the write, or the write sees the risen epoch.
    /// </summary>
    /// <param name="unlock">Also takes the owner's name off the node.</param>
    /// <exception cref="IronicException">LOCK_LOST.</exception>
    public async Task FenceAsync(WriteTransaction write, NodeRow node, bool unlock)
    {
        if (await write.Connection.ExecuteScalarAsync<int?>(FenceStatement(unlock), new { id = node.Id, epoch = node.LockEpoch }, write.Transaction) is null)
            throw LockLost(node);
    }

    // Gives a row when the lock is held.
    private string FenceStatement(bool unlock) => unlock
        ? "UPDATE node_locks SET reservation = NULL WHERE node_id = @id AND epoch = @epoch RETURNING 1"
        : $"SELECT 1 FROM node_locks WHERE node_id = @id AND epoch = @epoch {database.ForShare}";

    // Statements run, and fail, as their results are come to.
    private static async Task ReadToEndAsync(DbDataReader results)
    {
        while (await results.NextResultAsync(CancellationToken.None))
        {
            // None of them has rows that anybody wants.
        }
    }

    private static IronicException LockLost(NodeRow node) =>
        new(ErrorReason.LockLost, $"The lock on node {node.Uuid} was lost before the change was stored; nothing was changed. Look at the node and try again.");

    // The chassis is the only row that a node itself refers to.
    private static IronicException NoChassis(NodeRow node) => new(ErrorReason.ReferenceNotFound, $"Chassis {node.ChassisUuid} could not be found.");

    private static IronicException Duplicate(string column, NodeRow node) => column switch
    {
        "nodes.name" => new IronicException(ErrorReason.DuplicateName, $"A node with name {node.Name} already exists."),
        "nodes.instance_uuid" => new IronicException(
            ErrorReason.InstanceAssociated, $"Instance {node.InstanceUuid} is already associated with a node, it cannot be associated with this other node {node.Uuid}"),
        _ => new IronicException(ErrorReason.NodeAlreadyExists, $"A node with UUID {node.Uuid} already exists."),
    };
}

/// <summary>A locked node.</summary>
/// <param name="Owner">Hostname of the conductor that locked it.</param>
internal sealed record ReservedNode(long Id, string Uuid, string Owner, long Epoch, string ConductorGroup);

/// <summary>A node, and the conductor group that serves it.</summary>
internal sealed record NodeOfGroup(string Uuid, string ConductorGroup);
