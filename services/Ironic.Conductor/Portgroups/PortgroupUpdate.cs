using Ironic.Api.V1;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Patches;
using Ironic.Conductor.Ports;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Hosting.Errors;
using Ironic.Hosting.Requests;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Portgroups;

/// <summary>Changes and deletes port groups, under the lock of their node.</summary>
internal sealed class PortgroupUpdate(
    TaskManager tasks, NodeReferences nodes, PortgroupLists lists, PortgroupStore portgroups, Clock clock, IOptions<PortgroupOptions> options)
{
    private static readonly ResourceFields<PortgroupRow> Fields = new(Portgroup.Descriptor);

    /// <exception cref="IronicException">As <c>PortgroupService.PatchPortgroup</c> says; nothing was changed.</exception>
    public async Task<PortgroupRow> PatchAsync(string ident, IEnumerable<JsonPatchOperation> operations, Microversion version, CancellationToken cancellationToken)
    {
        var patch = Fields.ParsePatch(operations, version);
        if (patch.Removes("mode"))
            throw PatchValues.Error("'mode' is a mandatory attribute and can not be removed");
        var found = await lists.FindAsync(ident, cancellationToken);
        await using var task = await tasks.OpenExclusiveAsync(found.NodeUuid, cancellationToken);
        var before = await FindLockedAsync(found, task, cancellationToken);
        var after = before.Clone();
        patch.ApplyTo(after);
        if (after.Mode.Length == 0 && before.Mode.Length > 0)
            after.Mode = options.Value.DefaultMode;
        if (after.Name is not null && after.Name != before.Name)
            PortgroupCreation.CheckName(after.Name);
        PortRules.CheckNotInspecting(task.Node, $"portgroup \"{before.Uuid}\"", version);
        await using var target = after.NodeUuid == before.NodeUuid ? null : await OpenTargetAsync(before, after, task.Node, cancellationToken);
        after.NodeId = (target ?? task).Node.Id;
        after.UpdatedAt = clock.UtcNow;
        await task.SaveAndReleaseAsync(
            async write =>
            {
                if (target is not null)
                    await target.FenceAsync(write);
                await portgroups.UpdateAsync(write, before, after, setPhysicalNetworkOfPorts: patch.Touches("physical_network"));
            },
            cancellationToken,
            new JournalEntry("portgroup_updated", before.Uuid));
        return after;
    }

    /// <exception cref="IronicException">PORTGROUP_NOT_FOUND, NODE_LOCKED, PORTGROUP_NOT_EMPTY.</exception>
    public async Task DeleteAsync(string ident, CancellationToken cancellationToken)
    {
        var found = await lists.FindAsync(ident, cancellationToken);
        await using var task = await tasks.OpenExclusiveAsync(found.NodeUuid, cancellationToken);
        var portgroup = await FindLockedAsync(found, task, cancellationToken);
        await task.SaveAndReleaseAsync(write => portgroups.DeleteAsync(write, portgroup), cancellationToken, new JournalEntry("portgroup_deleted", portgroup.Uuid));
    }

    // The port group as it is now that nobody else can change it.
    private async Task<PortgroupRow> FindLockedAsync(PortgroupRow found, NodeTask task, CancellationToken cancellationToken)
    {
        var portgroup = await lists.FindAsync(found.Uuid, cancellationToken);
        return portgroup.NodeId == task.Node.Id
            ? portgroup
            : throw new IronicException(ErrorReason.NodeLocked, $"Port group {portgroup.Uuid} was moved to another node at this moment, please retry.");
    }

    private async Task<NodeTask> OpenTargetAsync(PortgroupRow before, PortgroupRow after, NodeRow current, CancellationToken cancellationToken)
    {
        var node = await nodes.FindNodeAsync(after.NodeUuid, cancellationToken);
        if (await portgroups.HasPortsAsync(before.Id, cancellationToken))
        {
            throw new IronicException(
                ErrorReason.PortgroupNotEmpty, $"Portgroup {before.Uuid} can not be associated with node {node.Uuid} because there are ports associated with this portgroup.");
        }

        var target = await tasks.OpenExclusiveAsync(node.Uuid, cancellationToken);
        foreach (var each in new[] { current, target.Node })
        {
            if (PortRules.CanRewire(each))
                continue;
            await target.DisposeAsync();
            throw new IronicException(
                ErrorReason.InvalidState, $"Portgroup {before.Uuid} can not be associated to node {node.Uuid}: node {each.Uuid} is in state '{each.ProvisionState}'.");
        }

        return target;
    }
}
