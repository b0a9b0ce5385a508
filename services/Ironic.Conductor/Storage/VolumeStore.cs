using System.Data.Common;
using Dapper;
using Ironic.Api.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Storage;

/// <summary>
/// Reads and writes volume connectors or targets. What changes one that is there is written within the fenced transaction of its node's task.
/// </summary>
internal abstract class VolumeStore<TRow>(Database database, Journal journal, RowColumns<TRow> columns)
    where TRow : VolumeRow, new()
{
    private readonly string _columns = $"v.id, {columns.Join("v.")}, n.uuid AS node_uuid";
    private readonly string _tables = $"{columns.Table} v JOIN nodes n ON n.id = v.node_id";

    /// <summary>What one of them is called in the journal.</summary>
    protected abstract string Word { get; }

    public async Task<TRow?> FindAsync(string uuid, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<TRow>($"SELECT {_columns} FROM {_tables} WHERE v.uuid = @uuid", new { uuid });
    }

    /// <summary>The page, or null when there is none with the UUID of the marker.</summary>
    public async Task<IReadOnlyList<TRow>?> ListAsync(long? nodeId, PageQuery page, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var select = new PagedSelect<TRow>(_columns, _tables, columns, "v");
        select.WhereEqual("node_id", nodeId);
        return await select.ReadAsync(connection, page);
    }

    /// <summary>Stores a new one, with an event of its node. <see cref="VolumeRow.Id"/> is set.</summary>
    /// <exception cref="IronicException">As <see cref="Duplicate"/> says; REFERENCE_NOT_FOUND when its node is gone.</exception>
    public async Task InsertAsync(TRow row, NodeRow node, CancellationToken cancellationToken)
    {
        await using var write = await database.BeginWriteAsync(cancellationToken);
        row.Id = await TryAsync(row, () => write.Connection.ExecuteScalarAsync<long>(columns.Insert, columns.Values(row), write.Transaction));
        await journal.AppendAsync(write, node, Event("created", row));
        await write.CommitAsync();
    }

    /// <summary>Writes the columns in which one differs from what it was.</summary>
    /// <exception cref="IronicException">As <see cref="Duplicate"/> says.</exception>
    public Task UpdateAsync(WriteTransaction write, TRow before, TRow after) => TryAsync(after, async () =>
    {
        await columns.UpdateAsync(write, before.Id, before, after);
        return true;
    });

    public Task DeleteAsync(WriteTransaction write, TRow row) =>
        write.Connection.ExecuteAsync($"DELETE FROM {columns.Table} WHERE id = @Id", new { row.Id }, write.Transaction);

    /// <summary>The event of a node that something was done with one of its.</summary>
    public JournalEntry Event(string done, TRow row) => new($"{Word}_{done}", row.Uuid);

    /// <summary>The error of a row that has what only one may have.</summary>
    /// <param name="column">As <see cref="Database.ViolatedUniqueColumn"/> says it.</param>
    protected abstract IronicException Duplicate(TRow row, string column);

    private async Task<T> TryAsync<T>(TRow row, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (DbException e) when (database.ViolatedUniqueColumn(e) is { } column)
        {
            throw Duplicate(row, column);
        }
        catch (DbException e) when (database.IsReferenceViolation(e))
        {
            throw new IronicException(ErrorReason.ReferenceNotFound, $"Node {row.NodeUuid} could not be found.");
        }
    }
}

/// <summary>Reads and writes volume connectors.</summary>
internal sealed class VolumeConnectorStore(Database database, Journal journal) : VolumeStore<VolumeConnectorRow>(database, journal, Columns)
{
    public static RowColumns<VolumeConnectorRow> Columns { get; } = new("volume_connectors", nameof(VolumeRow.NodeUuid));

    protected override string Word => "volume_connector";

    protected override IronicException Duplicate(VolumeConnectorRow row, string column) => new(
        ErrorReason.VolumeConnectorAlreadyExists,
        column.EndsWith(".uuid", StringComparison.Ordinal)
            ? $"A volume connector with UUID {row.Uuid} already exists."
            : $"A volume connector with type {row.Type} and connector ID {row.ConnectorId} already exists.");
}

/// <summary>Reads and writes volume targets.</summary>
internal sealed class VolumeTargetStore(Database database, Journal journal) : VolumeStore<VolumeTargetRow>(database, journal, Columns)
{
    public static RowColumns<VolumeTargetRow> Columns { get; } = new("volume_targets", nameof(VolumeRow.NodeUuid));

    protected override string Word => "volume_target";

    protected override IronicException Duplicate(VolumeTargetRow row, string column) => new(
        ErrorReason.VolumeTargetAlreadyExists,
        column.EndsWith(".uuid", StringComparison.Ordinal)
            ? $"A volume target with UUID {row.Uuid} already exists."
            : $"A volume target with boot index '{row.BootIndex}' for the same node already exists.");
}
