using Ironic.Api.V1;
using Ironic.Conductor.Idempotency;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Storage;
using Ironic.Hosting.Errors;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Portgroups;

/// <summary>Adds port groups to nodes.</summary>
internal sealed class PortgroupCreation(NodeReferences nodes, PortgroupStore portgroups, Clock clock, IOptions<PortgroupOptions> options)
{
    /// <exception cref="IronicException">As <c>PortgroupService.CreatePortgroup</c> says.</exception>
    public async Task<PortgroupRow> CreateAsync(Portgroup request, CancellationToken cancellationToken)
    {
        var node = await nodes.FindNodeAsync(NodeIdent.ParseUuid(request.NodeUuid, "node_uuid"), cancellationToken);
        if (request.HasName)
            CheckName(request.Name);
        var portgroup = new PortgroupRow
        {
            Uuid = request.Uuid.Length == 0 ? Guid.NewGuid().ToString() : NodeIdent.ParseUuid(request.Uuid, "uuid"),
            CreatedAt = clock.UtcNow,
            NodeId = node.Id,
            NodeUuid = node.Uuid,
            Name = request.HasName ? request.Name : null,
            Address = !request.HasAddress
                ? null
                : MacAddress.TryParse(request.Address) ?? throw new IronicException(ErrorReason.InvalidParameterValue, $"Expected valid MAC address for address: {request.Address}"),
            Extra = JsonTexts.ReadObject(request.Extra, "extra"),
            StandalonePortsSupported = !request.HasStandalonePortsSupported || request.StandalonePortsSupported,
            Mode = request.HasMode ? request.Mode : options.Value.DefaultMode,
            Properties = JsonTexts.ReadObject(request.Properties, "properties"),
            PhysicalNetwork = request.HasPhysicalNetwork ? request.PhysicalNetwork : null,
            Category = request.HasCategory ? request.Category : null,
        };
        KeyedCreation.Answer(() => new CreatePortgroupResponse { Portgroup = PortgroupMapper.ToApi(portgroup) });
        await portgroups.InsertAsync(portgroup, node, cancellationToken);
        return portgroup;
    }

    /// <summary>A name may be empty, which names nothing; else it must fit into a path.</summary>
    /// <exception cref="IronicException">INVALID_NAME.</exception>
    public static void CheckName(string name)
    {
        if (name.Length > 0 && !NodeIdent.IsLogicalName(name))
            throw new IronicException(ErrorReason.InvalidName, $"Invalid port group name '{name}': 1 to 255 letters, digits, '-', '.', '_' and '~'.");
    }
}
