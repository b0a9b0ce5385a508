using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Conductor.NodeRecords;

namespace Ironic.Conductor.Services;

/// <summary>The public service of the inventories of nodes.</summary>
internal sealed class NodeInventoryGrpcService(NodeInventories inventories) : NodeInventoryService.NodeInventoryServiceBase
{
    public override async Task<GetNodeInventoryResponse> GetNodeInventory(GetNodeInventoryRequest request, ServerCallContext context)
    {
        var found = await inventories.GetAsync(request.Node, context.CancellationToken);
        return new GetNodeInventoryResponse { Inventory = ApiValues.Json(found.Inventory), PluginData = ApiValues.Json(found.PluginData) };
    }
}
