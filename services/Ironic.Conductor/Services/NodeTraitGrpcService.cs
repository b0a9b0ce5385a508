using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Conductor.Traits;

namespace Ironic.Conductor.Services;

/// <summary>The public service of the traits of nodes.</summary>
internal sealed class NodeTraitGrpcService(NodeTraits traits) : NodeTraitService.NodeTraitServiceBase
{
    public override async Task<ListNodeTraitsResponse> ListNodeTraits(ListNodeTraitsRequest request, ServerCallContext context) =>
        new() { Traits = { await traits.ListAsync(request.Node, context.CancellationToken) } };

    public override async Task<SetNodeTraitsResponse> SetNodeTraits(SetNodeTraitsRequest request, ServerCallContext context)
    {
        await traits.SetAsync(request.Node, request.Traits, context.CancellationToken);
        return new SetNodeTraitsResponse();
    }

    public override async Task<AddNodeTraitResponse> AddNodeTrait(AddNodeTraitRequest request, ServerCallContext context)
    {
        await traits.AddAsync(request.Node, request.Trait, context.CancellationToken);
        return new AddNodeTraitResponse();
    }

    public override async Task<RemoveAllNodeTraitsResponse> RemoveAllNodeTraits(RemoveAllNodeTraitsRequest request, ServerCallContext context)
    {
        await traits.SetAsync(request.Node, [], context.CancellationToken);
        return new RemoveAllNodeTraitsResponse();
    }

    public override async Task<RemoveNodeTraitResponse> RemoveNodeTrait(RemoveNodeTraitRequest request, ServerCallContext context)
    {
        await traits.RemoveAsync(request.Node, request.Trait, context.CancellationToken);
        return new RemoveNodeTraitResponse();
    }
}
