using Ironic.Api.V1;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Allocations;

/// <summary>Gives an active node, whose instance came about without one, its allocation afterwards.</summary>
internal sealed class AllocationBackfill(AllocationStore store, TaskManager tasks)
{
    /// <returns>The allocation with its node.</returns>
    /// <exception cref="IronicException">ALLOCATION_FAILED, NODE_ASSOCIATED, INSTANCE_ASSOCIATED, NODE_LOCKED, NODE_NOT_FOUND: the allocation stays, and says why.</exception>
    public async Task<AllocationRow> FillAsync(AllocationRow allocation, NodeRow node, CancellationToken cancellationToken)
    {
        try
        {
            await using var task = await tasks.OpenExclusiveAsync(node.Uuid, cancellationToken);
            if (string.Join("; ", AllocationMatch.ObstaclesOfActive(task.Node, allocation)) is { Length: > 0 } obstacles)
                throw Failed(allocation, $"Cannot backfill an allocation for node {node.Uuid}: {obstacles}.");
            if (task.Node.InstanceUuid is { } instance && instance != allocation.Uuid)
                throw new IronicException(ErrorReason.NodeAssociated, $"Node {node.Uuid} is associated with instance {instance}.");
            await AllocationMatch.ReserveAsync(task, allocation, store);
        }
        catch (Exception e)
        {
            await store.FailAsync(allocation.Id, WorkErrors.Text(e), CancellationToken.None);
            throw;
        }

        return await store.FindByUuidAsync(allocation.Uuid, cancellationToken) ?? throw AllocationCatalog.NotFound(allocation.Uuid);
    }

    private static IronicException Failed(AllocationRow allocation, string why) => new(ErrorReason.AllocationFailed, $"Failed to process allocation {allocation.Uuid}: {why}");
}
