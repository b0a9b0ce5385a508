using Ironic.Api.V1;
using Ironic.Conductor.Patches;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Hosting.Errors;
using Ironic.Hosting.Requests;

namespace Ironic.Conductor.Ports;

/// <summary>Changes and deletes ports, under the lock of their node.</summary>
internal sealed class PortUpdate(TaskManager tasks, PortLists lists, PortStore ports, PortgroupStore portgroups, PortRules rules, Clock clock)
{
    private static readonly ResourceFields<PortRow> Fields = new(Port.Descriptor);

    /// <exception cref="IronicException">As <c>PortService.PatchPort</c> says; nothing was changed.</exception>
    public async Task<PortRow> PatchAsync(string ident, IEnumerable<JsonPatchOperation> operations, Microversion version, CancellationToken cancellationToken)
    {
        var patch = Fields.ParsePatch(operations, version);
        var found = await lists.FindAsync(ident, cancellationToken);
        await using var task = await tasks.OpenExclusiveAsync(found.NodeUuid, cancellationToken);
        var before = await FindLockedAsync(found, task, cancellationToken);
        var after = before.Clone();
        patch.ApplyTo(after);
        PortRules.CheckNotInspecting(task.Node, $"port \"{before.Uuid}\"", version);
        if (patch.Touches("physical_network"))
            PortRules.CheckPhysicalNetwork(after.PhysicalNetwork);
        if (patch.Touches("local_link_connection") && after.LocalLinkConnection is { } link)
            after.LocalLinkConnection = LocalLink.Normalize(link, before.LocalLinkConnection, version);
        await using var target = after.NodeUuid == before.NodeUuid ? null : await OpenTargetAsync(after.NodeUuid, cancellationToken);
        after.NodeId = (target ?? task).Node.Id;
        var portgroup = await ResolvePortgroupAsync(before, after, cancellationToken);
        PortRules.CheckChange(task.Node, before, after, patch.Touches("physical_network"), version);
        if (target is not null && !PortRules.CanRewire(target.Node))
            throw new IronicException(ErrorReason.InvalidState, $"Port {before.Uuid} can not be moved to node {target.Node.Uuid} while that is in state \"{target.Node.ProvisionState}\".");
        if (portgroup is not null && (after.PortgroupId != before.PortgroupId || after.PhysicalNetwork != before.PhysicalNetwork))
            await rules.CheckPortgroupAsync(after, portgroup, cancellationToken);
        after.UpdatedAt = clock.UtcNow;
        await task.SaveAndReleaseAsync(
            async write =>
            {
                if (target is not null)
                    await target.FenceAsync(write);
                await ports.UpdateAsync(write, before, after);
            },
            cancellationToken,
            new JournalEntry("port_updated", before.Uuid));
        return after;
    }

    /// <exception cref="IronicException">PORT_NOT_FOUND, NODE_LOCKED; INVALID_STATE: a network is attached.</exception>
    public async Task DeleteAsync(string uuid, CancellationToken cancellationToken)
    {
        var found = await lists.FindAsync(uuid, cancellationToken);
        await using var task = await tasks.OpenExclusiveAsync(found.NodeUuid, cancellationToken);
        var port = await FindLockedAsync(found, task, cancellationToken);
        if (!task.Node.Maintenance && PortRules.AttachedNetwork(port) is { } network)
            throw new IronicException(ErrorReason.InvalidState, $"Cannot delete the port {port.Uuid} as it is bound to VIF {network} for use.");
        await task.SaveAndReleaseAsync(write => PortStore.DeleteAsync(write, port), cancellationToken, new JournalEntry("port_deleted", port.Uuid));
    }

    // The port as it is now that nobody else can change it.
    private async Task<PortRow> FindLockedAsync(PortRow found, NodeTask task, CancellationToken cancellationToken)
    {
        var port = await lists.FindAsync(found.Uuid, cancellationToken);
        return port.NodeId == task.Node.Id
            ? port
            : throw new IronicException(ErrorReason.NodeLocked, $"Port {port.Uuid} was moved to another node at this moment, please retry.");
    }

    private async Task<NodeTask> OpenTargetAsync(string uuid, CancellationToken cancellationToken)
    {
        try
        {
            return await tasks.OpenExclusiveAsync(uuid, cancellationToken);
        }
        catch (IronicException e) when (e.Reason == ErrorReason.NodeNotFound)
        {
            throw new IronicException(ErrorReason.ReferenceNotFound, e.Message);
        }
    }

    private async Task<PortgroupRow?> ResolvePortgroupAsync(PortRow before, PortRow after, CancellationToken cancellationToken)
    {
        if (after.PortgroupUuid is null)
        {
            after.PortgroupId = null;
            return null;
        }

        var portgroup = await portgroups.FindByUuidAsync(after.PortgroupUuid, cancellationToken)
            ?? throw new IronicException(ErrorReason.ReferenceNotFound, $"Portgroup {after.PortgroupUuid} could not be found.");
        if (portgroup.NodeId != after.NodeId)
        {
            throw new IronicException(
                ErrorReason.InvalidParameterValue,
                after.PortgroupUuid == before.PortgroupUuid
                    ? $"Port {before.Uuid} can not be moved to another node while it is a member of port group {portgroup.Uuid}."
                    : "Port can not be added to a portgroup belonging to a different node.");
        }

        after.PortgroupId = portgroup.Id;
        return portgroup;
    }
}
