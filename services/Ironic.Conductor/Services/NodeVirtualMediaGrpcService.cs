using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Conductor.Nodes;

namespace Ironic.Conductor.Services;

/// <summary>The public service of the virtual media of nodes.</summary>
internal sealed class NodeVirtualMediaGrpcService(NodeVirtualMedia media) : NodeVirtualMediaService.NodeVirtualMediaServiceBase
{
    public override async Task<ListNodeVirtualMediaResponse> ListNodeVirtualMedia(ListNodeVirtualMediaRequest request, ServerCallContext context) =>
        new() { Devices = { await media.ListAsync(request.Node, context.CancellationToken) } };

    public override async Task<AttachNodeVirtualMediaResponse> AttachNodeVirtualMedia(AttachNodeVirtualMediaRequest request, ServerCallContext context)
    {
        await media.AttachAsync(request.Node, request.Vmedia ?? new VirtualMediaAttachment(), context.CancellationToken);
        return new AttachNodeVirtualMediaResponse();
    }

    public override async Task<DetachNodeVirtualMediaResponse> DetachNodeVirtualMedia(DetachNodeVirtualMediaRequest request, ServerCallContext context)
    {
        await media.DetachAsync(request.Node, request.DeviceTypes, context.CancellationToken);
        return new DetachNodeVirtualMediaResponse();
    }
}
