using Dapper;

namespace Ironic.Conductor.Storage;

/// <summary>One event of a node's history: a row of <c>node_events</c> that is marked so.</summary>
internal sealed class NodeHistoryRow
{
    public long Id { get; set; }

    public string Uuid { get; set; } = "";

    public string NodeUuid { get; set; } = "";

    public DateTime CreatedAt { get; set; }

    public string EventType { get; set; } = "";

    public string Severity { get; set; } = "";

    public string Conductor { get; set; } = "";

    public string? UserId { get; set; }

    public string? ProjectId { get; set; }

    public string? Message { get; set; }

    public string? ProvisionState { get; set; }

    public string? TargetProvisionState { get; set; }

    public long? StateSeconds { get; set; }
}

/// <summary>Reads the history of nodes from the journal.</summary>
internal sealed class NodeHistoryStore(Database database)
{
    public static RowColumns<NodeHistoryRow> Columns { get; } = new("node_events");

    private static readonly string SelectColumns = $"e.id, {Columns.Join("e.")}";

    /// <summary>The page, or null when the node has no event with the UUID of the marker.</summary>
    public async Task<IReadOnlyList<NodeHistoryRow>?> ListAsync(string nodeUuid, PageQuery page, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var select = new PagedSelect<NodeHistoryRow>(SelectColumns, "node_events e", Columns, "e") { MarkerCondition = "node_uuid = @node_uuid AND in_history" };
        select.WhereEqual("node_uuid", nodeUuid);
        select.Where("e.in_history");
        return await select.ReadAsync(connection, page);
    }

    public async Task<NodeHistoryRow?> FindAsync(string nodeUuid, string uuid, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<NodeHistoryRow>(
            $"SELECT {SelectColumns} FROM node_events e WHERE e.node_uuid = @nodeUuid AND e.in_history AND e.uuid = @uuid", new { nodeUuid, uuid });
    }
}
