using Dapper;

namespace Ironic.Conductor.Storage;

/// <summary>
/// Finds the nodes whose power is looked at from time to time: whole rows, since their drivers need them, page by page in the order of their ids. Those that
/// somebody works on, and those of which Ironic takes no notice, are left out.
/// </summary>
internal sealed class PowerNodes(Database database)
{
    public const int PageSize = 200;

    // In the first two a ramdisk switches the machine itself; of the last two nobody has said that they can be reached.
    private static readonly string Synchronised =
        $"""
        SELECT {NodeColumns.SelectAll} FROM nodes n JOIN node_locks l ON l.node_id = n.id
        WHERE n.conductor_group = @group AND NOT n.maintenance AND n.target_power_state IS NULL AND l.reservation IS NULL
          AND n.provision_state NOT IN ('wait call-back', 'clean wait', 'enroll', 'adopt failed')
        """;

    private static readonly string Failed =
        $"""
        SELECT {NodeColumns.SelectAll} FROM nodes n JOIN node_locks l ON l.node_id = n.id
        WHERE n.fault = 'power failure' AND n.id > @after AND n.conductor_group = @group AND n.maintenance AND n.target_power_state IS NULL AND l.reservation IS NULL
          AND n.provision_state <> 'enroll'
        ORDER BY n.id LIMIT {PageSize}
        """;

    /// <summary>The next nodes of a conductor group whose power is kept in step with what is stored.</summary>
    /// <param name="after">The id before the first one.</param>
    public Task<IReadOnlyList<NodeRow>> NextAsync(string group, long after, CancellationToken cancellationToken) =>
        // The second limit keeps a join from reading all locks up to the page.
        ReadAsync($"{Synchronised} AND n.id > @after AND l.node_id > @after ORDER BY n.id LIMIT {PageSize}", new DynamicParameters(new { group, after }), cancellationToken);

    /// <summary>Those of the given nodes whose power is kept in step.</summary>
    /// <param name="uuids">No more than a page.</param>
    public Task<IReadOnlyList<NodeRow>> FindAsync(string group, IReadOnlyCollection<string> uuids, CancellationToken cancellationToken)
    {
        var values = new DynamicParameters(new { group });
        var names = SqlLists.Add(values, "uuid", uuids);
        return ReadAsync($"{Synchronised} AND n.uuid IN ({names})", values, cancellationToken);
    }

    /// <summary>The next nodes of a conductor group that are in maintenance because their power could not be read or set.</summary>
    /// <param name="after">The id before the first one.</param>
    public Task<IReadOnlyList<NodeRow>> NextFailedAsync(string group, long after, CancellationToken cancellationToken) =>
        ReadAsync(Failed, new DynamicParameters(new { group, after }), cancellationToken);

    private async Task<IReadOnlyList<NodeRow>> ReadAsync(string sql, DynamicParameters values, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<NodeRow>(sql, values)).AsList();
    }
}
