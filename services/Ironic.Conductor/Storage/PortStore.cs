using System.Data.Common;
using Dapper;
using Ironic.Api.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Storage;

/// <summary>Reads and writes ports. What changes a port that is there is written within the fenced transaction of its node's task.</summary>
internal sealed class PortStore(Database database, Journal journal)
{
    public static RowColumns<PortRow> Columns { get; } = new("ports", nameof(PortRow.NodeUuid), nameof(PortRow.PortgroupUuid));

    private const string Tables = "ports p JOIN nodes n ON n.id = p.node_id LEFT JOIN portgroups g ON g.id = p.portgroup_id";

    private static readonly string AllColumns = $"p.id, {Columns.Join("p.")}, n.uuid AS node_uuid, g.uuid AS portgroup_uuid";

    private static readonly string SelectByUuid = $"SELECT {AllColumns} FROM {Tables} WHERE p.uuid = @key";

    private static readonly string SelectByName = $"SELECT {AllColumns} FROM {Tables} WHERE p.name = @key";

    public async Task<PortRow?> FindByUuidAsync(string uuid, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<PortRow>(SelectByUuid, new { key = uuid });
    }

    public async Task<PortRow?> FindByNameAsync(string name, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<PortRow>(SelectByName, new { key = name });
    }

    /// <summary>The page, or null when there is no port with the UUID of the marker.</summary>
    public async Task<IReadOnlyList<PortRow>?> ListAsync(PortQuery query, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var ofNodes = query.Shards is { Count: > 0 } || query.ConductorGroups is { Count: > 0 };
        var select = query.SummaryOnly
            ? new PagedSelect<PortRow>("p.id, p.uuid, p.address", ofNodes ? "ports p JOIN nodes n ON n.id = p.node_id" : "ports p", Columns, "p")
            : new PagedSelect<PortRow>(AllColumns, Tables, Columns, "p");
        select.WhereEqual("node_id", query.NodeId);
        select.WhereEqual("portgroup_id", query.PortgroupId);
        select.WhereEqual("address", query.Address);
        select.WhereIn("n.shard", query.Shards);
        select.WhereIn("n.conductor_group", query.ConductorGroups);
        if (query.DescriptionContains is { } part)
            select.Where("LOWER(p.description) LIKE @part", "part", $"%{part.ToLowerInvariant()}%");
        return await select.ReadAsync(connection, query.Page);
    }

    /// <summary>Whether a node has any port.</summary>
    public async Task<bool> HasAnyAsync(long nodeId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<bool>("SELECT EXISTS (SELECT 1 FROM ports WHERE node_id = @nodeId)", new { nodeId });
    }

    /// <summary>The physical networks of the ports of a port group, each once, without one of its ports.</summary>
    public async Task<IReadOnlyList<string?>> ListPhysicalNetworksAsync(long portgroupId, long withoutId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<string?>(
            "SELECT DISTINCT physical_network FROM ports WHERE portgroup_id = @portgroupId AND id <> @withoutId", new { portgroupId, withoutId })).AsList();
    }

    /// <summary>Stores a new port, with an event of its node. <see cref="PortRow.Id"/> is set.</summary>
    /// <exception cref="IronicException">MAC_ALREADY_EXISTS, PORT_ALREADY_EXISTS, DUPLICATE_NAME; REFERENCE_NOT_FOUND when its node or port group is gone.</exception>
    public async Task InsertAsync(PortRow port, NodeRow node, CancellationToken cancellationToken)
    {
        await using var write = await database.BeginWriteAsync(cancellationToken);
        port.Id = await TryAsync(port, () => write.Connection.ExecuteScalarAsync<long>(Columns.Insert, Columns.Values(port), write.Transaction));
        await journal.AppendAsync(write, node, new JournalEntry("port_created", port.Uuid));
        await write.CommitAsync();
    }

    /// <summary>Stores a new port within the transaction of its node's change, unless there is a port with its address.</summary>
    public async Task InsertMissingAsync(WriteTransaction write, PortRow port, NodeRow node)
    {
        if (await write.Connection.ExecuteScalarAsync<bool>("SELECT EXISTS (SELECT 1 FROM ports WHERE address = @Address)", new { port.Address }, write.Transaction))
            return;
        port.Id = await TryAsync(port, () => write.Connection.ExecuteScalarAsync<long>(Columns.Insert, Columns.Values(port), write.Transaction));
        await journal.AppendAsync(write, node, new JournalEntry("port_created", port.Uuid));
    }

    /// <summary>Writes the columns in which a port differs from what it was.</summary>
    /// <exception cref="IronicException">As <see cref="InsertAsync"/>.</exception>
    public Task UpdateAsync(WriteTransaction write, PortRow before, PortRow after) => TryAsync(after, async () =>
    {
        await Columns.UpdateAsync(write, before.Id, before, after);
        return true;
    });

    public static Task DeleteAsync(WriteTransaction write, PortRow port) =>
        write.Connection.ExecuteAsync("DELETE FROM ports WHERE id = @Id", new { port.Id }, write.Transaction);

    private async Task<T> TryAsync<T>(PortRow port, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (DbException e) when (database.ViolatedUniqueColumn(e) is { } column)
        {
            throw column switch
            {
                "ports.address" => new IronicException(ErrorReason.MacAlreadyExists, $"A port with MAC address {port.Address} already exists."),
                "ports.name" => new IronicException(ErrorReason.DuplicateName, $"A port with name {port.Name} already exists."),
                _ => new IronicException(ErrorReason.PortAlreadyExists, $"A port with UUID {port.Uuid} already exists."),
            };
        }
        catch (DbException e) when (database.IsReferenceViolation(e))
        {
            throw new IronicException(ErrorReason.ReferenceNotFound, $"Node {port.NodeUuid} or port group {port.PortgroupUuid} could not be found.");
        }
    }
}
