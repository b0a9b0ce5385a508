using Dapper;

namespace Ironic.Conductor.Storage;

/// <summary>What an inspection found: two JSON objects.</summary>
/// <param name="Inventory">What the hardware is.</param>
/// <param name="PluginData">What the inspection's plugins collected.</param>
internal sealed record NodeInventory(string Inventory, string PluginData);

/// <summary>The inventories of nodes.</summary>
internal sealed class NodeInventoryStore(Database database, Clock clock)
{
    public async Task<NodeInventory?> FindAsync(long nodeId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<NodeInventory>("SELECT inventory, plugin_data FROM node_inventories WHERE node_id = @nodeId", new { nodeId });
    }

    /// <summary>Stores an inventory in place of a former one, within the transaction of the change of the node.</summary>
    public Task PutAsync(WriteTransaction write, long nodeId, NodeInventory inventory) => write.Connection.ExecuteAsync(
        """
        INSERT INTO node_inventories (node_id, created_at, inventory, plugin_data) VALUES (@nodeId, @now, @Inventory, @PluginData)
        ON CONFLICT (node_id) DO UPDATE SET updated_at = excluded.created_at, inventory = excluded.inventory, plugin_data = excluded.plugin_data
        """,
        new { nodeId, now = clock.UtcNow, inventory.Inventory, inventory.PluginData },
        write.Transaction);
}
