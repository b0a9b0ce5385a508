using Ironic.Api.V1;
using Ironic.Conductor.Lists;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Patches;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Hosting.Errors;
using Ironic.Hosting.Requests;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Allocations;

/// <summary>Finds, lists and patches allocations.</summary>
internal sealed class AllocationCatalog(AllocationStore store, TaskManager tasks, IOptions<ListOptions> options)
{
    private static readonly ResourceFields<AllocationRow> Fields = new(Allocation.Descriptor);

    private static readonly PageRules Pages = PageRules.For(
        AllocationStore.Columns, hidden: ["node_id", "conductor"], withoutOrder: ["extra", "candidate_nodes", "traits"]);

    /// <exception cref="IronicException">ALLOCATION_NOT_FOUND.</exception>
    public async Task<AllocationRow> FindAsync(string ident, CancellationToken cancellationToken)
    {
        var found = NodeIdent.TryParseUuid(ident) is { } uuid
            ? await store.FindByUuidAsync(uuid, cancellationToken)
            : await store.FindByNameAsync(ident, cancellationToken);
        return found ?? throw NotFound(ident);
    }

    /// <summary>The allocation of a node.</summary>
    /// <exception cref="IronicException">NODE_NOT_FOUND, ALLOCATION_NOT_FOUND.</exception>
    public async Task<AllocationRow> FindByNodeAsync(string node, CancellationToken cancellationToken) =>
        await store.FindByNodeAsync((await tasks.FindNodeAsync(node, cancellationToken)).Id, cancellationToken)
        ?? throw new IronicException(ErrorReason.AllocationNotFound, $"Allocation for node {node} was not found");

    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE; REFERENCE_NOT_FOUND for the node; ALLOCATION_NOT_FOUND for the marker.</exception>
    public async Task<ListAllocationsResponse> ListAsync(ListAllocationsRequest request, CancellationToken cancellationToken)
    {
        var page = Pages.Read(request.Limit, request.Marker, request.SortKey, request.SortDir, options.Value.MaxLimit);
        var filter = new AllocationFilter(
            request.HasNode ? (await FindReferenceAsync(request.Node, cancellationToken)).Id : null,
            request.HasResourceClass ? request.ResourceClass : null,
            request.HasState ? request.State : null,
            request.HasOwner ? request.Owner : null);
        var rows = await store.ListAsync(filter, page, cancellationToken) ?? throw NotFound(request.Marker);
        var response = new ListAllocationsResponse { Allocations = { rows.Select(AllocationMapper.ToApi) } };
        if (rows.Count == page.Limit)
            response.NextMarker = rows[^1].Uuid;
        return response;
    }

    /// <exception cref="IronicException">As <c>AllocationService.PatchAllocation</c> says; nothing was changed.</exception>
    public async Task<AllocationRow> PatchAsync(string ident, IEnumerable<JsonPatchOperation> operations, Microversion version, CancellationToken cancellationToken)
    {
        var patch = Fields.ParsePatch(operations, version);
        var found = await FindAsync(ident, cancellationToken);
        return await store.ChangeAsync(
            found.Uuid,
            row =>
            {
                patch.ApplyTo(row);
                CheckName(row.Name);
            },
            cancellationToken) ?? throw NotFound(ident);
    }

    /// <summary>A node that a request names.</summary>
    /// <exception cref="IronicException">REFERENCE_NOT_FOUND.</exception>
    public async Task<NodeRow> FindReferenceAsync(string ident, CancellationToken cancellationToken)
    {
        try
        {
            return await tasks.FindNodeAsync(ident, cancellationToken);
        }
        catch (IronicException e) when (e.Reason == ErrorReason.NodeNotFound)
        {
            throw new IronicException(ErrorReason.ReferenceNotFound, e.Message);
        }
    }

    /// <summary>An allocation may go without a name, and with an empty one; any other is a logical name.</summary>
    /// <exception cref="IronicException">INVALID_NAME.</exception>
    public static void CheckName(string? name)
    {
        if (name is { Length: > 0 } && !NodeIdent.IsLogicalName(name))
            throw new IronicException(ErrorReason.InvalidName, $"'{name}' is not a valid name of an allocation: 1 to 255 letters, digits, '-', '.', '_', '~'.");
    }

    public static IronicException NotFound(string ident) => new(ErrorReason.AllocationNotFound, $"Allocation {ident} could not be found.");
}
