using Ironic.Api.V1;
using Ironic.Conductor.Lists;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Portgroups;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Hosting.Errors;
using Ironic.Hosting.Requests;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Ports;

/// <summary>Finds ports, and lists them in pages.</summary>
internal sealed class PortLists(PortStore ports, PortgroupLists portgroups, TaskManager tasks, IOptions<ListOptions> options)
{
    private static readonly PageRules Pages = PageRules.For(PortStore.Columns, "extra", "internal_info", "local_link_connection");

    /// <summary>The port that <paramref name="ident"/> names.</summary>
    /// <exception cref="IronicException">PORT_NOT_FOUND.</exception>
    public async Task<PortRow> FindAsync(string ident, CancellationToken cancellationToken) =>
        await (NodeIdent.TryParseUuid(ident) is { } uuid ? ports.FindByUuidAsync(uuid, cancellationToken) : ports.FindByNameAsync(ident, cancellationToken))
        ?? throw NotFound(ident);

    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE, OPERATION_NOT_PERMITTED, NODE_NOT_FOUND, PORTGROUP_NOT_FOUND; PORT_NOT_FOUND for the marker.</exception>
    public async Task<ListPortsResponse> ListAsync(ListPortsRequest request, Microversion version, CancellationToken cancellationToken)
    {
        var page = Pages.Read(request.Limit, request.Marker, request.SortKey, request.SortDir, options.Value.MaxLimit);
        var rows = await ports.ListAsync(await ToQueryAsync(request, page, cancellationToken), cancellationToken) ?? throw NotFound(request.Marker);
        var response = new ListPortsResponse();
        response.Ports.AddRange(rows.Select(row => PortMapper.ToApi(row, version)));
        if (rows.Count == page.Limit)
            response.NextMarker = rows[^1].Uuid;
        return response;
    }

    private async Task<PortQuery> ToQueryAsync(ListPortsRequest request, PageQuery page, CancellationToken cancellationToken)
    {
        var node = request.HasNodeUuid ? request.NodeUuid : request.HasNode ? request.Node : null;
        if ((node is null ? 0 : 1) + (request.HasPortgroup ? 1 : 0) + (request.Shard.Count > 0 ? 1 : 0) > 1)
            throw new IronicException(ErrorReason.OperationNotPermitted, "Ports are listed of a node, of a port group or of shards, not of more than one of them.");
        if (request.ConductorGroups.Count > 0 && (node is not null || request.HasPortgroup || request.HasAddress))
            throw Invalid("Filtering by conductor_groups cannot be combined with a node, a port group or an address.");
        // An address does not count beside its node or its port group, as ever.
        var address = node is null && !request.HasPortgroup && request.HasAddress ? request.Address : null;
        return new PortQuery
        {
            NodeId = node is null ? null : (await tasks.FindNodeAsync(node, cancellationToken)).Id,
            PortgroupId = request.HasPortgroup ? (await portgroups.FindAsync(request.Portgroup, cancellationToken)).Id : null,
            Address = address is null ? null : MacAddress.TryParse(address) ?? throw Invalid($"Expected valid MAC address for address: {address}"),
            Shards = address is null ? request.Shard : null,
            ConductorGroups = request.ConductorGroups,
            DescriptionContains = request.HasDescriptionContains ? request.DescriptionContains : null,
            Page = page,
            SummaryOnly = request.ReadMask.Count > 0 && request.ReadMask.All(field => field is "uuid" or "address" or "links"),
        };
    }

    private static IronicException NotFound(string ident) => new(ErrorReason.PortNotFound, $"Port {ident} could not be found.");

    private static IronicException Invalid(string message) => new(ErrorReason.InvalidParameterValue, message);
}
