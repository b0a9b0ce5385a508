using Google.Protobuf.Collections;
using Ironic.Api.V1;
using Ironic.Conductor.Contracts;
using Ironic.Conductor.Idempotency;
using Ironic.Conductor.Lanes;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Traits;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Allocations;

/// <summary>Makes allocations and has nodes found for them.</summary>
internal sealed class AllocationCreation(
    AllocationStore store, NodeStore nodes, AllocationCatalog catalog, NodeAllocator allocator, AllocationBackfill backfill, ConductorLanes lanes, ConductorIdentity self, Clock clock)
{
    // More candidates than this are no choice any more, and the query that looks at them has its limits.
    private const int MaximumCandidates = 10_000;

    /// <returns>The allocation as it was stored: a node is still looked for, unless the request names it.</returns>
    /// <exception cref="IronicException">As <c>AllocationService.CreateAllocation</c> says.</exception>
    public async Task<AllocationRow> CreateAsync(Allocation request, CancellationToken cancellationToken)
    {
        ContractRules.Check(request);
        AllocationCatalog.CheckName(request.HasName ? request.Name : null);
        foreach (var trait in request.Traits)
            TraitRules.Check(trait);
        var node = request is { HasNode: true, Node.Length: > 0 } ? await catalog.FindReferenceAsync(request.Node, cancellationToken) : null;
        var resourceClass = request is { HasResourceClass: true, ResourceClass.Length: > 0 } ? request.ResourceClass : node?.ResourceClass;
        if (node is null && resourceClass is null)
            throw new IronicException(ErrorReason.MissingParameterValue, "The resource_class field is mandatory when not backfilling");
        var allocation = new AllocationRow
        {
            Uuid = request.Uuid.Length > 0
                ? NodeIdent.ParseUuid(request.Uuid, "uuid")
                : node?.InstanceUuid ?? Guid.NewGuid().ToString(),
            CreatedAt = clock.UtcNow,
            Name = request.HasName ? request.Name : null,
            Owner = request.HasOwner ? request.Owner : null,
            ResourceClass = resourceClass,
            Traits = string.Join(',', request.Traits.Distinct(StringComparer.Ordinal)),
            CandidateNodes = string.Join(',', await ResolveAsync(request.CandidateNodes, cancellationToken)),
            Extra = request.Extra?.Text,
            Conductor = self.Hostname,
        };
        // With a node the answer is known only when that is taken.
        if (node is null)
            KeyedCreation.Answer(() => new CreateAllocationResponse { Allocation = AllocationMapper.ToApi(allocation) });
        await store.InsertAsync(allocation, cancellationToken);
        if (node is not null)
            return await backfill.FillAsync(allocation, node, cancellationToken);
        try
        {
            lanes.Allocations.Start(() => allocator.AllocateAsync(allocation));
        }
        catch (IronicException)
        {
            // It was never looked for; the caller comes again.
            await store.DeleteAsync(allocation.Uuid, CancellationToken.None);
            await KeyedCreation.WithdrawAsync();
            throw;
        }

        return allocation;
    }

    private async Task<IReadOnlyList<string>> ResolveAsync(RepeatedField<string> idents, CancellationToken cancellationToken)
    {
        if (idents.Count > MaximumCandidates)
            throw new IronicException(ErrorReason.InvalidParameterValue, $"candidate_nodes has {idents.Count} nodes, at most {MaximumCandidates} are possible.");
        if (idents.Count == 0)
            return [];
        var keys = idents.Select(ident => NodeIdent.TryParseUuid(ident) ?? ident).ToArray();
        var known = await nodes.ResolveAsync([.. keys.Distinct(StringComparer.Ordinal)], cancellationToken);
        var missing = keys.Where(key => !known.ContainsKey(key)).ToArray();
        if (missing.Length > 0)
            throw new IronicException(ErrorReason.ReferenceNotFound, $"Nodes cannot be found: {string.Join(", ", missing.Take(10))}{(missing.Length > 10 ? ", ..." : "")}");
        return [.. keys.Select(key => known[key])];
    }
}
