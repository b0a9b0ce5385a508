using System.Text;
using Dapper;

namespace Ironic.Conductor.Storage;

/// <summary>
/// Lists nodes in pages. A page begins after its marker by comparing the sort key and the id with the marker's, so it costs the same
/// wherever it is. Nulls sort first, as in MariaDB and SQLite.
/// </summary>
internal sealed class NodeListing(Database database)
{
    /// <summary>The page, or null when there is no node with the UUID of the marker.</summary>
    public async Task<IReadOnlyList<NodeRow>?> ListAsync(NodeQuery query, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var values = new DynamicParameters();
        var conditions = Conditions(query, values);
        if (query.Marker is { } marker)
        {
            // A list must not fail because the node at its marker was changed; one that is gone has no place to go on from.
            var row = await connection.QuerySingleOrDefaultAsync($"SELECT id AS marker_id, {query.SortKey} AS marker_key FROM nodes WHERE uuid = @marker", new { marker });
            if (row is null)
                return null;
            conditions.Add(AfterMarker(query, (object?)row.marker_key is not null));
            values.Add("marker_id", (object)row.marker_id);
            values.Add("marker_key", (object?)row.marker_key);
        }

        var sql = new StringBuilder("SELECT ").Append(query.SummaryOnly ? NodeColumns.SelectSummary : NodeColumns.SelectAll).Append(" FROM nodes n");
        if (!query.SummaryOnly)
            sql.Append(" JOIN node_locks l ON l.node_id = n.id");
        if (conditions.Count > 0)
            sql.Append(" WHERE ").AppendJoin(" AND ", conditions);
        var direction = query.Descending ? "DESC" : "ASC";
        sql.Append(" ORDER BY ");
        if (query.SortKey != "id")
            sql.Append("n.").Append(query.SortKey).Append(' ').Append(direction).Append(query.Descending ? " NULLS LAST, " : " NULLS FIRST, ");
        sql.Append("n.id ").Append(direction).Append(" LIMIT @limit");
        values.Add("limit", query.Limit);
        return (await connection.QueryAsync<NodeRow>(sql.ToString(), values)).AsList();
    }

    private static string AfterMarker(NodeQuery query, bool markerHasKey)
    {
        var (beyond, column) = (query.Descending ? "<" : ">", "n." + query.SortKey);
        if (query.SortKey == "id")
            return $"n.id {beyond} @marker_id";
        return (query.Descending, markerHasKey) switch
        {
            (false, true) => $"({column} > @marker_key OR ({column} = @marker_key AND n.id > @marker_id))",
            (false, false) => $"({column} IS NOT NULL OR n.id > @marker_id)",
            (true, true) => $"({column} < @marker_key OR ({column} = @marker_key AND n.id < @marker_id) OR {column} IS NULL)",
            (true, false) => $"({column} IS NULL AND n.id < @marker_id)",
        };
    }

    private static List<string> Conditions(NodeQuery query, DynamicParameters values)
    {
        var conditions = new List<string>();
        void Equal(string column, object? value)
        {
            if (value is null)
                return;
            conditions.Add($"n.{column} = @{column}");
            values.Add(column, value);
        }

        Equal("chassis_uuid", query.ChassisUuid);
        Equal("instance_uuid", query.InstanceUuid);
        Equal("maintenance", query.Maintenance);
        Equal("retired", query.Retired);
        Equal("provision_state", query.ProvisionState);
        Equal("driver", query.Driver);
        Equal("resource_class", query.ResourceClass);
        Equal("fault", query.Fault);
        Equal("conductor_group", query.ConductorGroup);
        Equal("owner", query.Owner);
        Equal("lessee", query.Lessee);
        Equal("instance_name", query.InstanceName);
        if (query.Associated is { } associated)
            conditions.Add(associated ? "n.instance_uuid IS NOT NULL" : "n.instance_uuid IS NULL");
        if (query.Sharded is { } sharded)
            conditions.Add(sharded ? "n.shard IS NOT NULL" : "n.shard IS NULL");
        if (query.Shards is { Count: > 0 } shards)
        {
            var names = new List<string>();
            foreach (var shard in shards)
            {
                names.Add("@shard" + names.Count);
                values.Add("shard" + (names.Count - 1), shard);
            }

            conditions.Add($"n.shard IN ({string.Join(", ", names)})");
        }

        if (query.Project is { } project)
        {
            conditions.Add("(n.owner = @project OR n.lessee = @project)");
            values.Add("project", project);
        }

        if (query.DescriptionContains is { } part)
        {
            conditions.Add("LOWER(n.description) LIKE @description");
            values.Add("description", $"%{part.ToLowerInvariant()}%");
        }

        if (query.ParentNode is not null)
            Equal("parent_node", query.ParentNode);
        else if (!query.IncludeChildren)
            conditions.Add("n.parent_node IS NULL");
        return conditions;
    }
}
