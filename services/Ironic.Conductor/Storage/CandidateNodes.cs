using Dapper;

namespace Ironic.Conductor.Storage;

/// <summary>A node that an allocation may get.</summary>
/// <param name="HasTraits">Whether it has all traits that the allocation asks for.</param>
internal sealed record CandidateNode(long Id, string Uuid, bool HasTraits);

/// <summary>
/// Finds nodes for allocations: available, without an instance, of known power state and not in maintenance, and of the wanted resource class,
/// owner and name.
/// </summary>
internal sealed class CandidateNodes(Database database)
{
    private const int BatchSize = 100;

    // As the condition of the index nodes_free_idx.
    private const string Free = "n.provision_state = 'available' AND n.instance_uuid IS NULL AND n.power_state IS NOT NULL AND NOT n.maintenance";

    /// <summary>The node whose name is the allocation's, when it is a candidate.</summary>
    public async Task<IReadOnlyList<CandidateNode>> FindNamesakeAsync(AllocationRow allocation, CancellationToken cancellationToken) =>
        allocation.Name is { Length: > 0 } name ? await ReadAsync(allocation, "n.name = @name", new DynamicParameters(new { name }), cancellationToken) : [];

    /// <summary>Some place among the nodes, to begin at: allocations that are looked for at the same time shall not all try the same nodes.</summary>
    public async Task<long> RandomPlaceAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return Random.Shared.NextInt64(await connection.ExecuteScalarAsync<long?>("SELECT max(id) FROM nodes") + 1 ?? 1);
    }

    /// <summary>The next candidates in the order of their ids; none is after <paramref name="last"/>.</summary>
    /// <param name="after">The id before the first one.</param>
    public Task<IReadOnlyList<CandidateNode>> NextAsync(AllocationRow allocation, long after, long last, CancellationToken cancellationToken) =>
        ReadAsync(allocation, "n.id > @after AND n.id <= @last", new DynamicParameters(new { after, last }), cancellationToken);

    private async Task<IReadOnlyList<CandidateNode>> ReadAsync(AllocationRow allocation, string where, DynamicParameters values, CancellationToken cancellationToken)
    {
        values.Add("resourceClass", allocation.ResourceClass);
        values.Add("limit", BatchSize);
        var conditions = new List<string> { "n.resource_class = @resourceClass", Free, where };
        if (allocation.GetCandidateNodes() is { Count: > 0 } candidates)
            conditions.Add($"n.uuid IN ({SqlLists.Add(values, "candidate", candidates)})");
        if (allocation.Owner is { Length: > 0 } owner)
        {
            conditions.Add("(n.owner = @owner OR n.lessee = @owner)");
            values.Add("owner", owner);
        }

        var hasTraits = "1";
        if (allocation.GetTraits() is { Count: > 0 } traits)
        {
            hasTraits = $"CASE WHEN (SELECT count(*) FROM node_traits t WHERE t.node_id = n.id AND t.trait IN ({SqlLists.Add(values, "trait", traits)})) = @traits THEN 1 ELSE 0 END";
            values.Add("traits", traits.Count);
        }

        await using var connection = await database.OpenAsync(cancellationToken);
        var found = await connection.QueryAsync<(long Id, string Uuid, int HasTraits)>(
            $"SELECT n.id, n.uuid, {hasTraits} AS has_traits FROM nodes n WHERE {string.Join(" AND ", conditions)} ORDER BY n.id LIMIT @limit", values);
        return [.. found.Select(n => new CandidateNode(n.Id, n.Uuid, n.HasTraits == 1))];
    }
}
