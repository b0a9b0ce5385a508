using Ironic.Api.V1;
using Ironic.Conductor.Lists;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Hosting.Errors;
using Ironic.Hosting.Requests;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Portgroups;

/// <summary>Finds port groups, and lists them in pages.</summary>
internal sealed class PortgroupLists(PortgroupStore portgroups, TaskManager tasks, IOptions<ListOptions> options)
{
    // From here on filters that contradict each other are refused.
    private const int FiltersExclude = 99;

    private static readonly PageRules Pages = PageRules.For(PortgroupStore.Columns, "extra", "internal_info", "properties");

    /// <summary>The port group that <paramref name="ident"/> names.</summary>
    /// <exception cref="IronicException">PORTGROUP_NOT_FOUND.</exception>
    public async Task<PortgroupRow> FindAsync(string ident, CancellationToken cancellationToken) =>
        await (NodeIdent.TryParseUuid(ident) is { } uuid ? portgroups.FindByUuidAsync(uuid, cancellationToken) : portgroups.FindByNameAsync(ident, cancellationToken))
        ?? throw NotFound(ident);

    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE, NODE_NOT_FOUND; PORTGROUP_NOT_FOUND for the marker.</exception>
    public async Task<ListPortgroupsResponse> ListAsync(ListPortgroupsRequest request, Microversion version, CancellationToken cancellationToken)
    {
        var page = Pages.Read(request.Limit, request.Marker, request.SortKey, request.SortDir, options.Value.MaxLimit);
        var rows = await portgroups.ListAsync(await ToQueryAsync(request, page, version, cancellationToken), cancellationToken) ?? throw NotFound(request.Marker);
        var response = new ListPortgroupsResponse();
        response.Portgroups.AddRange(rows.Select(PortgroupMapper.ToApi));
        if (rows.Count == page.Limit)
            response.NextMarker = rows[^1].Uuid;
        return response;
    }

    private async Task<PortgroupQuery> ToQueryAsync(ListPortgroupsRequest request, PageQuery page, Microversion version, CancellationToken cancellationToken)
    {
        var filters = (request.HasNode ? 1 : 0) + (request.HasAddress ? 1 : 0) + (request.Shard.Count > 0 ? 1 : 0) + (request.ConductorGroups.Count > 0 ? 1 : 0);
        if (filters > 1 && version.Minor >= FiltersExclude)
            throw Invalid("Filtering by more than one of node, address, shard and conductor_groups is not supported.");
        if (request.HasNode)
            return new PortgroupQuery { NodeId = (await tasks.FindNodeAsync(request.Node, cancellationToken)).Id, Page = page };
        return new PortgroupQuery
        {
            Address = !request.HasAddress ? null : MacAddress.TryParse(request.Address) ?? throw Invalid($"Expected valid MAC address for address: {request.Address}"),
            Shards = request.Shard,
            ConductorGroups = request.ConductorGroups,
            Page = page,
        };
    }

    private static IronicException NotFound(string ident) => new(ErrorReason.PortgroupNotFound, $"Portgroup {ident} could not be found.");

    private static IronicException Invalid(string message) => new(ErrorReason.InvalidParameterValue, message);
}
