using Dapper;

namespace Ironic.Conductor.Storage;

/// <summary>Finds the nodes whose consoles are on: whole rows, since their drivers need them, page by page in the order of their ids.</summary>
internal sealed class ConsoleNodes(Database database)
{
    public const int PageSize = 200;

    // The second limit keeps the join from reading all locks up to the page.
    private static readonly string Enabled =
        $"""
        SELECT {NodeColumns.SelectAll} FROM nodes n JOIN node_locks l ON l.node_id = n.id
        WHERE n.console_enabled AND n.id > @after AND l.node_id > @after AND n.conductor_group = @group
        ORDER BY n.id LIMIT {PageSize}
        """;

    /// <summary>The next nodes of a conductor group with their consoles on.</summary>
    /// <param name="after">The id before the first one.</param>
    public async Task<IReadOnlyList<NodeRow>> NextAsync(string group, long after, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<NodeRow>(Enabled, new { group, after })).AsList();
    }
}
