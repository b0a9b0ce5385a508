using Ironic.Api.V1;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.NodeRecords;

/// <summary>The inventories of nodes.</summary>
internal sealed class NodeInventories(TaskManager tasks, NodeInventoryStore store)
{
    /// <exception cref="IronicException">NODE_NOT_FOUND, NODE_INVENTORY_NOT_FOUND.</exception>
    public async Task<NodeInventory> GetAsync(string ident, CancellationToken cancellationToken)
    {
        var node = await tasks.FindNodeAsync(ident, cancellationToken);
        return await store.FindAsync(node.Id, cancellationToken)
            ?? throw new IronicException(ErrorReason.NodeInventoryNotFound, $"Node inventory record for node {node.Uuid} could not be found.");
    }
}
