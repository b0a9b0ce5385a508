using System.Collections.Frozen;
using System.Text.Json;
using Ironic.Api.V1;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Storage;
using Ironic.Hosting.Errors;
using Ironic.Hosting.Requests;

namespace Ironic.Conductor.Ports;

/// <summary>What must be true of a port whoever sets its fields, and when it may change.</summary>
internal sealed class PortRules(PortStore ports)
{
    private const int PortgroupsHavePhysicalNetworks = 102;
    private const int InspectionIsVisible = 39;

    /// <summary>The states in which a node may be wired anew.</summary>
    private static readonly FrozenSet<string> Rewirable =
        FrozenSet.Create(ProvisionStates.Enroll, ProvisionStates.Inspecting, ProvisionStates.InspectWait, ProvisionStates.Manageable);

    // Where the id of an attached network is kept, by what it is attached for.
    private static readonly string[] AttachedNetworks =
        ["cleaning_vif_port_id", "provisioning_vif_port_id", "rescuing_vif_port_id", "inspection_vif_port_id", "tenant_vif_port_id"];

    /// <summary>Whether ports and port groups may be put on the node, taken from it and wired anew.</summary>
    public static bool CanRewire(NodeRow node) => node.Maintenance || Rewirable.Contains(node.ProvisionState);

    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE.</exception>
    public static void CheckPhysicalNetwork(string? network)
    {
        if (network is { Length: 0 })
            throw new IronicException(ErrorReason.InvalidParameterValue, "A non-empty value is required when setting physical_network");
    }

    /// <exception cref="IronicException">INVALID_STATE: inspection finds ports, and must not meet changing ones.</exception>
    public static void CheckNotInspecting(NodeRow node, string what, Microversion version)
    {
        if (version.Minor >= InspectionIsVisible && node.ProvisionState == ProvisionStates.Inspecting)
            throw new IronicException(ErrorReason.InvalidState, $"Cannot update {what} on node \"{node.Uuid}\" while it is in state \"{ProvisionStates.Inspecting}\".");
    }

    /// <summary>Checks a change against the state of the port's node.</summary>
    /// <exception cref="IronicException">INVALID_STATE, INVALID_PARAMETER_VALUE.</exception>
    public static void CheckChange(NodeRow node, PortRow before, PortRow after, bool setsPhysicalNetwork, Microversion version)
    {
        if (setsPhysicalNetwork && after.PortgroupId is not null && version.Minor >= PortgroupsHavePhysicalNetworks)
            throw new IronicException(ErrorReason.InvalidParameterValue, "physical_network cannot be changed while the port belongs to a portgroup.");
        var inUse = node.ProvisionState == ProvisionStates.Active || node.InstanceUuid is not null;
        if (after.Address != before.Address && inUse && !node.Maintenance)
        {
            throw new IronicException(
                ErrorReason.InvalidState, $"Cannot update hardware address for port {before.Uuid} as node {node.Uuid} is active or has instance UUID assigned");
        }

        if (IsRewired(before, after) && !CanRewire(node))
        {
            throw new IronicException(
                ErrorReason.InvalidState,
                $"Port {before.Uuid} can not have its connectivity (portgroup_uuid, pxe_enabled, local_link_connection, physical_network) updated unless node " +
                $"{node.Uuid} is in one of the states {string.Join(", ", Rewirable.Order())} or in maintenance mode. The current state is {node.ProvisionState}.");
        }
    }

    /// <summary>All ports of a port group are on one physical network, which may be none.</summary>
    /// <exception cref="IronicException">PORTGROUP_CONFLICT.</exception>
    public async Task CheckPortgroupAsync(PortRow port, PortgroupRow portgroup, CancellationToken cancellationToken)
    {
        var networks = await ports.ListPhysicalNetworksAsync(portgroup.Id, port.Id, cancellationToken);
        if (networks.Count > 1)
        {
            throw new IronicException(
                ErrorReason.PortgroupConflict, $"Port group {portgroup.Uuid} has member ports with inconsistent physical networks. All ports in a port group must have the same physical network.");
        }

        if (networks.Count == 0 && portgroup.PhysicalNetwork is null)
            return;
        var expected = networks.Count == 0 ? portgroup.PhysicalNetwork : networks[0];
        if (port.PhysicalNetwork != expected)
        {
            throw new IronicException(
                ErrorReason.PortgroupConflict,
                $"Port with physical network {port.PhysicalNetwork ?? "None"} cannot become a member of port group {portgroup.Uuid} which has ports in physical network {expected ?? "None"}.");
        }
    }

    /// <summary>The network that is attached to the port; null when none is.</summary>
    public static string? AttachedNetwork(PortRow port)
    {
        if (port.InternalInfo is null)
            return null;
        using var info = JsonDocument.Parse(port.InternalInfo);
        foreach (var key in AttachedNetworks)
        {
            if (info.RootElement.TryGetProperty(key, out var id) && id.ValueKind == JsonValueKind.String && id.GetString() is { Length: > 0 } attached)
                return attached;
        }

        return null;
    }

    private static bool IsRewired(PortRow before, PortRow after) =>
        after.NodeUuid != before.NodeUuid || after.PortgroupId != before.PortgroupId || after.PxeEnabled != before.PxeEnabled ||
        (after.LocalLinkConnection ?? "{}") != (before.LocalLinkConnection ?? "{}") || after.PhysicalNetwork != before.PhysicalNetwork;
}
