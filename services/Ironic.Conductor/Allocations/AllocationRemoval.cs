using Ironic.Api.V1;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Allocations;

/// <summary>Ends allocations and gives their nodes back.</summary>
internal sealed class AllocationRemoval(AllocationStore store, AllocationCatalog catalog, TaskManager tasks)
{
    /// <exception cref="IronicException">ALLOCATION_NOT_FOUND, INVALID_STATE, NODE_LOCKED.</exception>
    public async Task DeleteAsync(string ident, CancellationToken cancellationToken) =>
        await DeleteAsync(await catalog.FindAsync(ident, cancellationToken), cancellationToken);

    /// <exception cref="IronicException">NODE_NOT_FOUND, ALLOCATION_NOT_FOUND, INVALID_STATE, NODE_LOCKED.</exception>
    public async Task DeleteOfNodeAsync(string node, CancellationToken cancellationToken) =>
        await DeleteAsync(await catalog.FindByNodeAsync(node, cancellationToken), cancellationToken);

    /// <summary>An instance that uses its node must not lose it.</summary>
    /// <exception cref="IronicException">INVALID_STATE.</exception>
    public static void CheckRemovable(NodeRow node)
    {
        if (node.Maintenance)
            return;
        if (node.TargetProvisionState is not null && !NodeUpdate.IsUpdateAllowed(node.ProvisionState))
        {
            throw new IronicException(
                ErrorReason.InvalidState,
                $"Cannot remove allocation {node.AllocationUuid} for node {node.Uuid}, because the node is in state {node.ProvisionState} where updates are not allowed (and maintenance mode is off)");
        }

        if (node.ProvisionState == ProvisionStates.Active)
        {
            throw new IronicException(
                ErrorReason.InvalidState, $"Cannot remove allocation {node.AllocationUuid} for node {node.Uuid}, because the node is active (and maintenance mode is off)");
        }
    }

    private async Task DeleteAsync(AllocationRow allocation, CancellationToken cancellationToken)
    {
        if (allocation.NodeUuid is null)
        {
            if (await store.DeleteAsync(allocation.Uuid, cancellationToken))
                return;
            // It has got a node since it was read, or is gone.
            allocation = await store.FindByUuidAsync(allocation.Uuid, cancellationToken) ?? throw AllocationCatalog.NotFound(allocation.Uuid);
        }

        await using var task = await tasks.OpenExclusiveAsync(allocation.NodeUuid!, cancellationToken);
        if (task.Node.AllocationUuid != allocation.Uuid)
            throw AllocationCatalog.NotFound(allocation.Uuid);
        CheckRemovable(task.Node);
        task.Node.AllocationUuid = null;
        task.Node.InstanceUuid = null;
        task.Node.InstanceInfo = AllocationMatch.WithTraits(task.Node.InstanceInfo, null);
        await task.SaveAndReleaseAsync(
            write => AllocationStore.DeleteOfNodeAsync(write, task.Node.Id), CancellationToken.None, new JournalEntry("allocation", $"allocation {allocation.Uuid} removed"));
    }
}
