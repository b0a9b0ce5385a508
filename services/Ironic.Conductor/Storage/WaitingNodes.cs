using Dapper;

namespace Ironic.Conductor.Storage;

/// <summary>A node that waits for somebody.</summary>
/// <param name="Since">Since when, or since when it was last heard of.</param>
internal sealed record WaitingNode(long Id, string Uuid, string Driver, DateTime Since);

/// <summary>Finds the nodes that have waited for long: free, not in maintenance, and not with a step that a driver runs, which has a limit of its own.</summary>
internal sealed class WaitingNodes(Database database)
{
    private const int PageSize = 100;

    /// <summary>The next nodes of a conductor group that have waited in a state since before a time, the longest first.</summary>
    /// <param name="state">One of those of the index <c>nodes_waiting_idx</c>; a constant, since it becomes a part of the statement.</param>
    /// <param name="after">The node before the first one; null: from the beginning.</param>
    public async Task<IReadOnlyList<WaitingNode>> NextAsync(string state, string group, DateTime before, WaitingNode? after, CancellationToken cancellationToken)
    {
        // What an agent says does not prolong an inspection.
        var since = state == "inspect wait" ? "COALESCE(n.inspection_started_at, n.provision_updated_at)" : "n.provision_updated_at";
        var values = new DynamicParameters(new { group, before, limit = PageSize });
        var place = "";
        if (after is not null)
        {
            place = $"AND ({since}, n.id) > (@since, @id)";
            values.AddDynamicParams(new { since = after.Since, id = after.Id });
        }

        await using var connection = await database.OpenAsync(cancellationToken);
        var found = await connection.QueryAsync<(long Id, string Uuid, string Driver, DateTime Since)>(
            $"""
            SELECT n.id, n.uuid, n.driver, {since} AS since FROM nodes n JOIN node_locks l ON l.node_id = n.id
            WHERE n.provision_state = '{state}' AND {since} < @before {place} AND n.conductor_group = @group AND NOT n.maintenance AND l.reservation IS NULL
              AND (n.driver_internal_info IS NULL OR n.driver_internal_info NOT LIKE '%_step_operation"%')
            ORDER BY {since}, n.id LIMIT @limit
            """,
            values);
        return [.. found.Select(node => new WaitingNode(node.Id, node.Uuid, node.Driver, node.Since))];
    }
}
