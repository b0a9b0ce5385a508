using System.Collections.Frozen;
using Ironic.Api.V1;
using Ironic.Conductor.Cluster;
using Ironic.Conductor.Lists;
using Ironic.Conductor.Provisioning;
using Ironic.Conductor.Storage;
using Ironic.Hosting.Errors;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Nodes;

/// <summary>Lists nodes: checks what is asked for, reads the page, says where the next one begins.</summary>
internal sealed class NodeLists(NodeListing listing, ChassisStore chassis, NodeMapper mapper, Membership membership, StateLimits limits, IOptions<ListOptions> options)
{
    // The chassis is not sorted by: Ironic stores its number.
    private static readonly PageRules Rules = PageRules.For(
        NodeColumns.Table,
        hidden: ["chassis_uuid"],
        withoutOrder:
        [
            "properties", "driver_info", "driver_internal_info", "instance_info", "extra", "clean_step", "deploy_step", "service_step", "raid_config",
            "target_raid_config", "network_data", "traits",
        ]);

    private static readonly FrozenSet<string> Summary = FrozenSet.Create(
        "uuid", "name", "instance_uuid", "maintenance", "power_state", "provision_state", "links", "driver", "resource_class", "owner", "lessee", "created_at");

    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE; NODE_NOT_FOUND for the marker; REFERENCE_NOT_FOUND.</exception>
    public async Task<ListNodesResponse> ListAsync(ListNodesRequest request, CancellationToken cancellationToken)
    {
        var paging = Rules.Read(request.Limit, request.Marker, request.SortKey, request.SortDir, options.Value.MaxLimit);
        if (request.HasChassisUuid && await chassis.FindByUuidAsync(NodeIdent.ParseUuid(request.ChassisUuid, "chassis_uuid"), cancellationToken) is null)
            throw new IronicException(ErrorReason.ChassisNotFound, $"Chassis {request.ChassisUuid} could not be found.");
        var query = ToQuery(request, paging);
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
        if (page.Count == paging.Limit && !request.HasInstanceUuid)
            response.NextMarker = page[^1].Uuid;
        return response;
    }

    private NodeQuery ToQuery(ListNodesRequest request, PageQuery page)
    {
        if (request.HasProvisionState && !ProvisionStates.IsState(request.ProvisionState))
            throw Invalid($"Provision state \"{request.ProvisionState}\" is not valid");
        if (request.HasFault && !Faults.IsFault(request.Fault))
            throw Invalid($"Unrecognized fault \"{request.Fault}\" is specified.");
        return new NodeQuery
        {
            ChassisUuid = request.HasChassisUuid ? NodeIdent.ParseUuid(request.ChassisUuid, "chassis_uuid") : null,
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
            AboveSla = request.HasAboveSla ? request.AboveSla : null,
            StateLimits = request.HasAboveSla ? limits.Above() : [],
            Page = page,
            SummaryOnly = request.ReadMask.Count > 0 && request.ReadMask.All(Summary.Contains),
        };
    }

    private static IronicException Invalid(string message) => new(ErrorReason.InvalidParameterValue, message);
}
