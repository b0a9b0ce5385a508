using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Conductor.Storage;

namespace Ironic.Conductor.Services;

/// <summary>The public shard service.</summary>
internal sealed class ShardGrpcService(ShardStore shards) : ShardService.ShardServiceBase
{
    public override async Task<ListShardsResponse> ListShards(ListShardsRequest request, ServerCallContext context)
    {
        var response = new ListShardsResponse();
        response.Shards.AddRange((await shards.ListAsync(context.CancellationToken)).Select(shard => new Shard { Name = shard.Name ?? "None", Count = checked((int)shard.Count) }));
        return response;
    }
}
