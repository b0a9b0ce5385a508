using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Conductor.Networks;

namespace Ironic.Conductor.Services;

/// <summary>The public service of the VIFs of nodes.</summary>
internal sealed class NodeVifGrpcService(NodeVifs vifs) : NodeVifService.NodeVifServiceBase
{
    public override async Task<ListNodeVifsResponse> ListNodeVifs(ListNodeVifsRequest request, ServerCallContext context) =>
        new() { Vifs = { await vifs.ListAsync(request.Node, context.CancellationToken) } };

    public override async Task<AttachNodeVifResponse> AttachNodeVif(AttachNodeVifRequest request, ServerCallContext context)
    {
        await vifs.AttachAsync(request.Node, request.Vif ?? new VifAttachment(), context.CancellationToken);
        return new AttachNodeVifResponse();
    }

    public override async Task<DetachNodeVifResponse> DetachNodeVif(DetachNodeVifRequest request, ServerCallContext context)
    {
        await vifs.DetachAsync(request.Node, request.VifId, context.CancellationToken);
        return new DetachNodeVifResponse();
    }
}
