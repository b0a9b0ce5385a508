using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Conductor.Ramdisks;
using Ironic.Hosting.Requests;

namespace Ironic.Conductor.Services;

/// <summary>The public service of agents in ramdisks.</summary>
internal sealed class RamdiskGrpcService(RamdiskLookup lookup, Heartbeats heartbeats, InspectionIntake inspection) : RamdiskService.RamdiskServiceBase
{
    private static Microversion Version => RequestContext.Current?.Version ?? Microversion.Newest;

    public override Task<LookupNodeResponse> LookupNode(LookupNodeRequest request, ServerCallContext context) =>
        lookup.LookUpAsync(request, Version, context.CancellationToken);

    public override async Task<HeartbeatResponse> Heartbeat(HeartbeatRequest request, ServerCallContext context)
    {
        await heartbeats.TakeAsync(request, context.CancellationToken);
        return new HeartbeatResponse();
    }

    public override Task<ContinueInspectionResponse> ContinueInspection(ContinueInspectionRequest request, ServerCallContext context) =>
        inspection.ContinueAsync(request, Version, context.CancellationToken);
}
