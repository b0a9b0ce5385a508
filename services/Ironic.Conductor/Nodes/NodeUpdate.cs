using System.Collections.Frozen;
using Ironic.Api.V1;
using Ironic.Conductor.Allocations;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Patches;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;
using Ironic.Hosting.Requests;

namespace Ironic.Conductor.Nodes;

/// <summary>Patches nodes: what may change in which state.</summary>
internal sealed class NodeUpdate(TaskManager tasks, DriverRegistry drivers, NodeReferences references)
{
    // States in which a transition is under way and yet the node may be changed.
    private static readonly FrozenSet<string> UpdateAllowed = FrozenSet.Create(
        "adopt failed", "clean failed", "deploy failed", "error", "inspect failed", "inspect wait", "inspecting", "rescue failed", "service failed",
        "service hold", "unrescue failed", "verifying");

    private static readonly FrozenSet<string> InterfacesChangeable = FrozenSet.Create("enroll", "inspecting", "inspect wait", "manageable", "available");

    private static readonly FrozenSet<string> ResourceClassChangeable = FrozenSet.Create("enroll", "inspecting", "inspect wait", "manageable", "available");

    /// <exception cref="IronicException">PATCH_ERROR, NOT_ACCEPTABLE, NODE_NOT_FOUND, NODE_LOCKED, INVALID_STATE, NODE_ASSOCIATED, DUPLICATE_NAME and others; nothing was changed.</exception>
    public async Task<NodeRow> PatchAsync(string ident, ResourcePatch<NodeRow> patch, bool? resetInterfaces, Microversion version, CancellationToken cancellationToken)
    {
        if (resetInterfaces == true && !patch.Touches("driver"))
            throw new IronicException(ErrorReason.InvalidParameterValue, "The reset_interfaces parameter can only be used when changing the node's driver.");
        if (version.Minor < 25 && patch.Removes("chassis_uuid"))
            throw new IronicException(ErrorReason.NotAcceptable, "Request not acceptable. Removing chassis_uuid needs API version 1.25.");
        await using var task = await tasks.OpenSharedAsync(ident, cancellationToken);
        CheckTransition(task.Node, patch, version);
        await task.UpgradeAsync(cancellationToken);
        CheckTransition(task.Node, patch, version);
        var before = task.Node.Clone();
        patch.ApplyTo(task.Node);
        await CompleteAsync(before, task.Node, patch, resetInterfaces == true, version, cancellationToken);
        var endsAllocation = EndsAllocation(before, task.Node);
        var holder = task.Node.Reservation;
        // Even an empty patch counts as an update of the node.
        await task.TouchAndReleaseAsync(
            endsAllocation ? write => AllocationStore.DeleteOfNodeAsync(write, before.Id) : null, cancellationToken, new JournalEntry("updated"));
        // The answer shows the node as the holder of its lock saw it, as Ironic's does.
        task.Node.Reservation = holder;
        return task.Node;
    }

    /// <summary>Whether a node may be changed though a transition is under way.</summary>
    public static bool IsUpdateAllowed(string provisionState) => UpdateAllowed.Contains(provisionState);

    // The allocation goes with the instance that it was made for.
    private static bool EndsAllocation(NodeRow before, NodeRow node)
    {
        if (before.AllocationUuid is null || before.InstanceUuid is null || node.InstanceUuid is not null)
            return false;
        AllocationRemoval.CheckRemovable(before);
        node.AllocationUuid = null;
        return true;
    }

    private static void CheckTransition(NodeRow node, ResourcePatch<NodeRow> patch, Microversion version)
    {
        if (version.Minor >= 39 && node.ProvisionState == ProvisionStates.Inspecting)
            throw new IronicException(ErrorReason.InvalidState, $"Cannot update node \"{node.Uuid}\" while it is in state \"{ProvisionStates.Inspecting}\".");
        if (node.TargetProvisionState is null || UpdateAllowed.Contains(node.ProvisionState) || (node.Maintenance && patch.OnlyRemoves("instance_uuid")))
            return;
        throw new IronicException(ErrorReason.InvalidState, $"Node {node.Uuid} can not be updated while a state transition is in progress.");
    }

    private async Task CompleteAsync(
        NodeRow before, NodeRow node, ResourcePatch<NodeRow> patch, bool resetInterfaces, Microversion version, CancellationToken cancellationToken)
    {
        if (node.Name is not null && node.Name != before.Name)
            NodeRules.CheckName(node.Name, version);
        if (node.Name is null && patch.Sets("name"))
            throw new IronicException(ErrorReason.InvalidName, $"Node {node.Uuid}: the name can be removed, but not changed to null.");
        if (patch.Sets("network_data"))
            NodeRules.CheckPatchedNetworkData(node.NetworkData);
        NodeRules.CheckProperties(node);
        node.ConductorGroup = NodeRules.NormalizeConductorGroup(node.ConductorGroup);
        if (node.ChassisUuid is not null && node.ChassisUuid != before.ChassisUuid)
            node.ChassisUuid = await references.ResolveChassisAsync(node.ChassisUuid, cancellationToken);
        if (node.ParentNode is not null && node.ParentNode != before.ParentNode)
            node.ParentNode = await references.ResolveParentAsync(node.ParentNode, cancellationToken);
        if (node.InstanceUuid is not null && before.InstanceUuid is not null && node.InstanceUuid != before.InstanceUuid)
            throw new IronicException(ErrorReason.NodeAssociated, $"Node {node.Uuid} is associated with instance {before.InstanceUuid}.");
        CheckResourceClass(before, node);
        CompleteProtection(before, node);
        CompleteRetirement(before, node);
        if (before.Maintenance && !node.Maintenance)
        {
            node.MaintenanceReason = null;
            node.Fault = null;
        }

        await CompleteInterfacesAsync(before, node, patch, resetInterfaces, cancellationToken);
    }

    private static void CheckResourceClass(NodeRow before, NodeRow node)
    {
        if (before.ResourceClass is null || node.ResourceClass == before.ResourceClass || ResourceClassChangeable.Contains(node.ProvisionState))
            return;
        throw new IronicException(
            ErrorReason.InvalidState, $"Node {node.Uuid} can not have resource_class updated unless it is in one of the states {string.Join(", ", ResourceClassChangeable.Order())}.");
    }

    private static void CompleteProtection(NodeRow before, NodeRow node)
    {
        if (!node.Protected)
        {
            if (node.ProtectedReason is not null && node.ProtectedReason != before.ProtectedReason)
                throw new IronicException(ErrorReason.InvalidParameterValue, "The protected_reason field can only be set when protected is true.");
            node.ProtectedReason = null;
        }
        else if (!before.Protected && node.ProvisionState is not (ProvisionStates.Active or ProvisionStates.Rescue))
        {
            throw new IronicException(
                ErrorReason.InvalidState,
                $"Node {node.Uuid} can only be made protected in provision states 'active' or 'rescue', the current state is '{node.ProvisionState}'");
        }
    }

    private static void CompleteRetirement(NodeRow before, NodeRow node)
    {
        if (node.Retired is not true)
        {
            if (node.RetiredReason is not null && node.RetiredReason != before.RetiredReason)
                throw new IronicException(ErrorReason.InvalidParameterValue, "The retired_reason field can only be set when retired is true.");
            node.RetiredReason = null;
        }
        else if (before.Retired is not true && node.ProvisionState == ProvisionStates.Available)
        {
            throw new IronicException(ErrorReason.InvalidState, $"Node {node.Uuid} can not be retired in the state 'available'; move it to 'manageable' first.");
        }
    }

    private async Task CompleteInterfacesAsync(NodeRow before, NodeRow node, ResourcePatch<NodeRow> patch, bool reset, CancellationToken cancellationToken)
    {
        var driverChanged = node.Driver != before.Driver;
        if (reset)
        {
            foreach (var kind in InterfaceTypes.All.Where(k => !patch.Touches(k.Name + "_interface")))
                kind.Set(node, null);
        }

        var changed = driverChanged || InterfaceTypes.All.Any(k => k.Get(node) != k.Get(before));
        if (!changed && node.ConductorGroup == before.ConductorGroup)
            return;
        // What can never be is told before what cannot be now.
        var hardware = await tasks.FindDriverAsync(node, ErrorReason.NoValidHostForNode, cancellationToken);
        hardware.CompleteInterfaces(node, before);
        if (changed && !InterfacesChangeable.Contains(node.ProvisionState) && !node.Maintenance)
        {
            throw new IronicException(
                ErrorReason.InvalidState,
                $"Node {node.Uuid} can not have its driver or interfaces updated unless it is in maintenance or in one of the states {string.Join(", ", InterfacesChangeable.Order())}.");
        }

        if (driverChanged && before.ConsoleEnabled)
            throw new IronicException(ErrorReason.InvalidState, $"The driver of node {node.Uuid} can not be changed while its console is enabled.");
        if (node.ConductorGroup != before.ConductorGroup && before.ConsoleEnabled && await drivers.FindAsync(before, cancellationToken) is { } former
            && former.FindServed(before, InterfaceType.Console)?.Driver != hardware.FindServed(node, InterfaceType.Console)?.Driver)
        {
            throw new IronicException(
                ErrorReason.InvalidState, $"The conductor group of node {node.Uuid} can not be changed while its console is enabled: the other group has another driver process.");
        }
    }
}
