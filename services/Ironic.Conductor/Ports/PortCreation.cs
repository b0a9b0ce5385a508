using Ironic.Api.V1;
using Ironic.Conductor.Idempotency;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Hosting.Errors;
using Ironic.Hosting.Requests;

namespace Ironic.Conductor.Ports;

/// <summary>Adds ports to nodes.</summary>
internal sealed class PortCreation(TaskManager tasks, PortStore ports, PortgroupStore portgroups, PortRules rules, Clock clock)
{
    /// <exception cref="IronicException">As <c>PortService.CreatePort</c> says.</exception>
    public async Task<PortRow> CreateAsync(Port request, Microversion version, CancellationToken cancellationToken)
    {
        if (request.NodeUuid.Length == 0 == (request.NodeIdent.Length == 0))
            throw new IronicException(ErrorReason.InvalidParameterValue, "Schema error for port: exactly one of 'node_uuid' and 'node_ident' is a required property");
        var port = new PortRow
        {
            Uuid = request.Uuid.Length == 0 ? Guid.NewGuid().ToString() : NodeIdent.ParseUuid(request.Uuid, "uuid"),
            CreatedAt = clock.UtcNow,
            Address = MacAddress.TryParse(request.Address) ?? throw new IronicException(ErrorReason.InvalidParameterValue, $"Expected valid MAC address for address: {request.Address}"),
            Extra = JsonTexts.ReadObject(request.Extra, "extra"),
            PxeEnabled = !request.HasPxeEnabled || request.PxeEnabled,
            LocalLinkConnection = JsonTexts.ReadObject(request.LocalLinkConnection, "local_link_connection") is { } link ? LocalLink.Normalize(link, null, version) : null,
            PhysicalNetwork = request.HasPhysicalNetwork ? request.PhysicalNetwork : null,
            IsSmartnic = request.IsSmartnic,
            Name = request.HasName ? request.Name : null,
            Description = request.HasDescription ? request.Description : null,
            Vendor = request.HasVendor ? request.Vendor : null,
            Category = request.HasCategory ? request.Category : null,
            AvailableForDynamicPortgroup = !request.HasAvailableForDynamicPortgroup || request.AvailableForDynamicPortgroup,
        };
        PortRules.CheckPhysicalNetwork(port.PhysicalNetwork);
        if (port is { IsSmartnic: true, LocalLinkConnection: not null } && !LocalLink.FitsSmartNic(port.LocalLinkConnection))
            throw new IronicException(ErrorReason.InvalidParameterValue, "Smart NIC port must have port_id and hostname in local_link_connection");
        var node = request.NodeIdent.Length > 0 ? request.NodeIdent : NodeIdent.ParseUuid(request.NodeUuid, "node_uuid");
        await using var task = await OpenAsync(node, cancellationToken);
        (port.NodeId, port.NodeUuid) = (task.Node.Id, task.Node.Uuid);
        if (request.HasPortgroupUuid)
            await JoinAsync(port, NodeIdent.ParseUuid(request.PortgroupUuid, "portgroup_uuid"), wantsBoot: request.PxeEnabled, cancellationToken);
        KeyedCreation.Answer(() => new CreatePortResponse { Port = PortMapper.ToApi(port, version) });
        await ports.InsertAsync(port, task.Node, cancellationToken);
        return port;
    }

    // Shared: a new port disturbs nobody who works on the node.
    private async Task<NodeTask> OpenAsync(string ident, CancellationToken cancellationToken)
    {
        try
        {
            return await tasks.OpenSharedAsync(ident, cancellationToken);
        }
        catch (IronicException e) when (e.Reason == ErrorReason.NodeNotFound)
        {
            throw new IronicException(ErrorReason.ReferenceNotFound, e.Message);
        }
    }

    private async Task JoinAsync(PortRow port, string portgroupUuid, bool wantsBoot, CancellationToken cancellationToken)
    {
        var portgroup = await portgroups.FindByUuidAsync(portgroupUuid, cancellationToken)
            ?? throw new IronicException(ErrorReason.ReferenceNotFound, $"Portgroup {portgroupUuid} could not be found.");
        if (portgroup.NodeId != port.NodeId)
            throw new IronicException(ErrorReason.InvalidParameterValue, "Port can not be added to a portgroup belonging to a different node.");
        if (wantsBoot && !portgroup.StandalonePortsSupported)
        {
            throw new IronicException(
                ErrorReason.PortgroupConflict,
                $"Port group {portgroup.Uuid} doesn't support standalone ports. This port cannot be created as a member of that portgroup as the port's 'pxe_enabled' field was set to True.");
        }

        (port.PortgroupId, port.PortgroupUuid) = (portgroup.Id, portgroup.Uuid);
        await rules.CheckPortgroupAsync(port, portgroup, cancellationToken);
    }
}
