using System.Collections.Frozen;
using Ironic.Api.V1;
using Ironic.Conductor.Cluster;
using Ironic.Conductor.Storage;
using Ironic.Hosting.Errors;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Nodes;

/// <summary>Lists nodes: checks what is asked for, reads the page, says where the next one begins.</summary>
internal sealed class NodeLists(NodeListing listing, NodeMapper mapper, Membership membership, IOptions<ListOptions> options)
{
    // JSON members have no order.
    private static readonly FrozenSet<string> NotSortable = FrozenSet.Create(
        "properties", "driver_info", "driver_internal_info", "instance_info", "extra", "clean_step", "deploy_step", "service_step", "raid_config",
        "target_raid_config", "network_data", "traits");

    private static readonly FrozenSet<string> Sortable =
        NodeColumns.All.Select(c => c.Name).Where(c => !NotSortable.Contains(c) && c != "chassis_uuid").Append("id").ToFrozenSet();

    private static readonly FrozenSet<string> Summary = FrozenSet.Create(
        "uuid", "name", "instance_uuid", "maintenance", "power_state", "provision_state", "links", "driver", "resource_class", "owner", "lessee", "created_at");

    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE; NODE_NOT_FOUND for the marker; REFERENCE_NOT_FOUND.</exception>
    public async Task<ListNodesResponse> ListAsync(ListNodesRequest request, CancellationToken cancellationToken)
    {
        var limit = request.Limit > 0 ? Math.Min(request.Limit, options.Value.MaxLimit) : options.Value.MaxLimit;
        var query = ToQuery(request, limit);
        var page = await listing.ListAsync(query, cancellationToken)
            ?? throw new IronicException(ErrorReason.NodeNotFound, $"Node {request.Marker} could not be found.");
        var response = new ListNodesResponse();
        foreach (var row in page)
        {
            // Computed, so it cannot be part of the query: a page may come out short.
            if (request.HasConductor && membership.FindConductor(row.Driver, row.ConductorGroup, row.Uuid) != request.Conductor)
                continue;
            response.Nodes.Add(mapper.ToApi(row));
        }

        // An instance has one node, so a list by instance has no second page.
        if (page.Count == limit && !request.HasInstanceUuid)
            response.NextMarker = page[^1].Uuid;
        return response;
    }

    private static NodeQuery ToQuery(ListNodesRequest request, int limit)
    {
        if (request.HasProvisionState && !ProvisionStates.IsState(request.ProvisionState))
            throw Invalid($"Provision state \"{request.ProvisionState}\" is not valid");
        if (request.HasFault && !Faults.IsFault(request.Fault))
            throw Invalid($"Unrecognized fault \"{request.Fault}\" is specified.");
        if (request.HasChassisUuid)
            throw new IronicException(ErrorReason.ChassisNotFound, $"Chassis {request.ChassisUuid} could not be found.");
        var sortKey = request.SortKey.Length == 0 ? "id" : request.SortKey;
        if (NotSortable.Contains(sortKey))
            throw Invalid($"The sort_key value {sortKey} is an invalid field for sorting");
        if (!Sortable.Contains(sortKey))
            throw Invalid($"The sort_key value \"{sortKey}\" is an invalid field for sorting");
        return new NodeQuery
        {
            InstanceUuid = request.HasInstanceUuid ? request.InstanceUuid : null,
            Associated = request.HasAssociated ? request.Associated : null,
            Maintenance = request.HasMaintenance ? request.Maintenance : null,
            Retired = request.HasRetired ? request.Retired : null,
            ProvisionState = request.HasProvisionState ? request.ProvisionState : null,
            Driver = request.HasDriver ? request.Driver : null,
            ResourceClass = request.HasResourceClass ? request.ResourceClass : null,
            Fault = request.HasFault ? request.Fault : null,
            ConductorGroup = request.HasConductorGroup ? request.ConductorGroup : null,
            Owner = request.HasOwner ? request.Owner : null,
            Lessee = request.HasLessee ? request.Lessee : null,
            DescriptionContains = request.HasDescriptionContains ? request.DescriptionContains : null,
            Project = request.HasProject ? request.Project : null,
            Shards = request.Shard.Count > 0 ? request.Shard : null,
            Sharded = request.HasSharded ? request.Sharded : null,
            IncludeChildren = request.IncludeChildren,
            ParentNode = request.HasParentNode ? request.ParentNode : null,
            InstanceName = request.HasInstanceName ? request.InstanceName : null,
            Limit = limit,
            Marker = request.Marker.Length == 0 ? null : NodeIdent.TryParseUuid(request.Marker) ?? throw Invalid($"Expected UUID for marker: {request.Marker}"),
            SortKey = sortKey,
            Descending = request.SortDir switch
            {
                "" or "asc" => false,
                "desc" => true,
                _ => throw Invalid($"Invalid sort direction: {request.SortDir}. Acceptable values are 'asc' or 'desc'"),
            },
            SummaryOnly = request.ReadMask.Count > 0 && request.ReadMask.All(Summary.Contains),
        };
    }

    private static IronicException Invalid(string message) => new(ErrorReason.InvalidParameterValue, message);
}
