using Dapper;

namespace Ironic.Conductor.Storage;

/// <summary>A node that waits for inspection data.</summary>
internal sealed record InspectedNode(string Uuid, string? DriverInternalInfo);

/// <summary>Finds nodes by what an agent knows of its machine.</summary>
internal sealed class RamdiskNodes(Database database)
{
    private const int BatchSize = 500;

    /// <summary>The UUIDs of the nodes that have a port with one of the addresses.</summary>
    /// <param name="addresses">In lower case.</param>
    public async Task<IReadOnlyCollection<string>> FindByAddressesAsync(IEnumerable<string> addresses, CancellationToken cancellationToken)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        await using var connection = await database.OpenAsync(cancellationToken);
        foreach (var batch in addresses.Distinct().Chunk(BatchSize))
        {
            var values = new DynamicParameters();
            var names = SqlLists.Add(values, "address", batch);
            found.UnionWith(await connection.QueryAsync<string>(
                $"""
                SELECT DISTINCT n.uuid FROM ports p JOIN nodes n ON n.id = p.node_id
                WHERE p.address IN ({names})
                """,
                values));
        }

        return found;
    }

    /// <summary>The nodes that wait for inspection data. There are as many as are inspected at the time.</summary>
    public async Task<IReadOnlyList<InspectedNode>> ListInspectedAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<InspectedNode>("SELECT uuid, driver_internal_info FROM nodes WHERE provision_state = 'inspect wait'")).AsList();
    }
}
