using Dapper;

namespace Ironic.Conductor.Storage;

/// <summary>A shard that has nodes.</summary>
internal sealed record ShardRow
{
    /// <summary>Null for the nodes that are in none.</summary>
    public string? Name { get; init; }

    /// <summary>How many nodes are in it.</summary>
    public long Count { get; init; }
}

/// <summary>Counts the nodes of each shard.</summary>
internal sealed class ShardStore(Database database)
{
    /// <summary>The shards that have nodes, the largest first.</summary>
    public async Task<IReadOnlyList<ShardRow>> ListAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<ShardRow>("SELECT shard AS name, count(*) AS count FROM nodes GROUP BY shard ORDER BY count(*) DESC, shard")).AsList();
    }
}
