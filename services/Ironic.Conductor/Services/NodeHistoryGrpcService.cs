using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Conductor.NodeRecords;

namespace Ironic.Conductor.Services;

/// <summary>The public service of the history of nodes.</summary>
internal sealed class NodeHistoryGrpcService(NodeHistory history) : NodeHistoryService.NodeHistoryServiceBase
{
    public override Task<ListNodeHistoryResponse> ListNodeHistory(ListNodeHistoryRequest request, ServerCallContext context) =>
        history.ListAsync(request, context.CancellationToken);

    public override async Task<GetNodeHistoryEventResponse> GetNodeHistoryEvent(GetNodeHistoryEventRequest request, ServerCallContext context) =>
        new() { Event = await history.GetAsync(request.Node, request.Event, context.CancellationToken) };
}
