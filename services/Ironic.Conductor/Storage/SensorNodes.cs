using Dapper;

namespace Ironic.Conductor.Storage;

/// <summary>Finds the nodes whose sensors are read: whole rows, since their drivers need them, page by page in the order of their ids.</summary>
internal sealed class SensorNodes(Database database)
{
    public const int PageSize = 200;

    // Nobody has said that a node that is enrolled, or is being adopted, can be reached.
    private static readonly string All = Select("n.provision_state NOT IN ('enroll', 'adopt failed')");

    private static readonly string Deployed = Select("n.provision_state = 'active'");

    /// <summary>The next nodes of a conductor group that are not in maintenance.</summary>
    /// <param name="undeployed">Whether those that are not active are among them.</param>
    /// <param name="after">The id before the first one.</param>
    public async Task<IReadOnlyList<NodeRow>> NextAsync(string group, bool undeployed, long after, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<NodeRow>(undeployed ? All : Deployed, new { group, after })).AsList();
    }

    private static string Select(string states) =>
        $"""
        SELECT {NodeColumns.SelectAll} FROM nodes n JOIN node_locks l ON l.node_id = n.id
        WHERE n.id > @after AND l.node_id > @after AND n.conductor_group = @group AND NOT n.maintenance AND {states}
        ORDER BY n.id LIMIT {PageSize}
        """;
}
