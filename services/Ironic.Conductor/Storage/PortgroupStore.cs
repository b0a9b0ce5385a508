using System.Data.Common;
using Dapper;
using Ironic.Api.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Storage;

/// <summary>Reads and writes port groups. What changes one that is there is written within the fenced transaction of its node's task.</summary>
internal sealed class PortgroupStore(Database database, Journal journal)
{
    public static RowColumns<PortgroupRow> Columns { get; } = new("portgroups", nameof(PortgroupRow.NodeUuid));

    private const string Tables = "portgroups g JOIN nodes n ON n.id = g.node_id";

    private static readonly string AllColumns = $"g.id, {Columns.Join("g.")}, n.uuid AS node_uuid";

    private static readonly string SelectByUuid = $"SELECT {AllColumns} FROM {Tables} WHERE g.uuid = @key";

    private static readonly string SelectByName = $"SELECT {AllColumns} FROM {Tables} WHERE g.name = @key";

    private static readonly string SelectById = $"SELECT {AllColumns} FROM {Tables} WHERE g.id = @id";

    public async Task<PortgroupRow?> FindByUuidAsync(string uuid, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<PortgroupRow>(SelectByUuid, new { key = uuid });
    }

    public async Task<PortgroupRow?> FindByNameAsync(string name, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<PortgroupRow>(SelectByName, new { key = name });
    }

    public async Task<PortgroupRow?> FindByIdAsync(long id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<PortgroupRow>(SelectById, new { id });
    }

    /// <summary>The page, or null when there is no port group with the UUID of the marker.</summary>
    public async Task<IReadOnlyList<PortgroupRow>?> ListAsync(PortgroupQuery query, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var select = new PagedSelect<PortgroupRow>(AllColumns, Tables, Columns, "g");
        select.WhereEqual("node_id", query.NodeId);
        select.WhereEqual("address", query.Address);
        select.WhereIn("n.shard", query.Shards);
        select.WhereIn("n.conductor_group", query.ConductorGroups);
        return await select.ReadAsync(connection, query.Page);
    }

    /// <summary>Whether any port is a member.</summary>
    public async Task<bool> HasPortsAsync(long id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<bool>("SELECT EXISTS (SELECT 1 FROM ports WHERE portgroup_id = @id)", new { id });
    }

    /// <summary>Stores a new port group, with an event of its node. <see cref="PortgroupRow.Id"/> is set.</summary>
    /// <exception cref="IronicException">MAC_ALREADY_EXISTS, PORTGROUP_ALREADY_EXISTS, DUPLICATE_NAME; REFERENCE_NOT_FOUND when its node is gone.</exception>
    public async Task InsertAsync(PortgroupRow portgroup, NodeRow node, CancellationToken cancellationToken)
    {
        await using var write = await database.BeginWriteAsync(cancellationToken);
        portgroup.Id = await TryAsync(portgroup, () => write.Connection.ExecuteScalarAsync<long>(Columns.Insert, Columns.Values(portgroup), write.Transaction));
        await journal.AppendAsync(write, node, new JournalEntry("portgroup_created", portgroup.Uuid));
        await write.CommitAsync();
    }

    /// <summary>Writes the columns in which a port group differs from what it was; its ports follow its physical network.</summary>
    /// <exception cref="IronicException">As <see cref="InsertAsync"/>; PORTGROUP_NOT_EMPTY when it changes its node and has ports.</exception>
    public Task UpdateAsync(WriteTransaction write, PortgroupRow before, PortgroupRow after, bool setPhysicalNetworkOfPorts) => TryAsync(after, async () =>
    {
        await Columns.UpdateAsync(write, before.Id, before, after);
        if (setPhysicalNetworkOfPorts)
        {
            await write.Connection.ExecuteAsync(
                "UPDATE ports SET physical_network = @PhysicalNetwork, updated_at = @UpdatedAt WHERE portgroup_id = @Id",
                new { before.Id, after.PhysicalNetwork, after.UpdatedAt },
                write.Transaction);
        }

        return true;
    });

    /// <exception cref="IronicException">PORTGROUP_NOT_EMPTY.</exception>
    public Task DeleteAsync(WriteTransaction write, PortgroupRow portgroup) =>
        TryAsync(portgroup, () => write.Connection.ExecuteAsync("DELETE FROM portgroups WHERE id = @Id", new { portgroup.Id }, write.Transaction));

    private async Task<T> TryAsync<T>(PortgroupRow portgroup, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (DbException e) when (database.ViolatedUniqueColumn(e) is { } column)
        {
            throw column switch
            {
                "portgroups.address" => new IronicException(ErrorReason.MacAlreadyExists, $"A portgroup with MAC address {portgroup.Address} already exists."),
                "portgroups.name" => new IronicException(ErrorReason.DuplicateName, $"A portgroup with name {portgroup.Name} already exists."),
                _ => new IronicException(ErrorReason.PortgroupAlreadyExists, $"A portgroup with UUID {portgroup.Uuid} already exists."),
            };
        }
        catch (DbException e) when (database.IsReferenceViolation(e))
        {
            // One that is there already refers to a node that is locked, and so stays; its ports refer to it.
            throw portgroup.Id != 0
                ? new IronicException(ErrorReason.PortgroupNotEmpty, $"Cannot complete the requested action because port group {portgroup.Uuid} contains ports.")
                : new IronicException(ErrorReason.ReferenceNotFound, $"Node {portgroup.NodeUuid} could not be found.");
        }
    }
}
