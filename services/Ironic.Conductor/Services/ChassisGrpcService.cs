using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Conductor.Chassis;
using Ironic.Hosting.Requests;
using ChassisResource = Ironic.Api.V1.Chassis;

namespace Ironic.Conductor.Services;

/// <summary>The public chassis service.</summary>
internal sealed class ChassisGrpcService(ChassisCollection chassis) : ChassisService.ChassisServiceBase
{
    private static Microversion Version => RequestContext.Current?.Version ?? Microversion.Newest;

    public override Task<ListChassisResponse> ListChassis(ListChassisRequest request, ServerCallContext context) => chassis.ListAsync(request, context.CancellationToken);

    public override async Task<GetChassisResponse> GetChassis(GetChassisRequest request, ServerCallContext context) =>
        new() { Chassis = ChassisMapper.ToApi(await chassis.GetAsync(request.ChassisUuid, context.CancellationToken)) };

    public override async Task<CreateChassisResponse> CreateChassis(CreateChassisRequest request, ServerCallContext context) =>
        new() { Chassis = ChassisMapper.ToApi(await chassis.CreateAsync(request.Chassis ?? new ChassisResource(), context.CancellationToken)) };

    public override async Task<PatchChassisResponse> PatchChassis(PatchChassisRequest request, ServerCallContext context) =>
        new() { Chassis = ChassisMapper.ToApi(await chassis.PatchAsync(request.ChassisUuid, request.Patch, Version, context.CancellationToken)) };

    public override async Task<DeleteChassisResponse> DeleteChassis(DeleteChassisRequest request, ServerCallContext context)
    {
        await chassis.DeleteAsync(request.ChassisUuid, context.CancellationToken);
        return new DeleteChassisResponse();
    }
}
