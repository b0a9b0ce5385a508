using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Conductor.Portgroups;
using Ironic.Hosting.Requests;

namespace Ironic.Conductor.Services;

/// <summary>The public port group service.</summary>
internal sealed class PortgroupGrpcService(PortgroupLists lists, PortgroupCreation creation, PortgroupUpdate update) : PortgroupService.PortgroupServiceBase
{
    private static Microversion Version => RequestContext.Current?.Version ?? Microversion.Newest;

    public override Task<ListPortgroupsResponse> ListPortgroups(ListPortgroupsRequest request, ServerCallContext context) =>
        lists.ListAsync(request, Version, context.CancellationToken);

    public override async Task<GetPortgroupResponse> GetPortgroup(GetPortgroupRequest request, ServerCallContext context) =>
        new() { Portgroup = PortgroupMapper.ToApi(await lists.FindAsync(request.Portgroup, context.CancellationToken)) };

    public override async Task<CreatePortgroupResponse> CreatePortgroup(CreatePortgroupRequest request, ServerCallContext context) =>
        new() { Portgroup = PortgroupMapper.ToApi(await creation.CreateAsync(request.Portgroup ?? new Portgroup(), context.CancellationToken)) };

    public override async Task<PatchPortgroupResponse> PatchPortgroup(PatchPortgroupRequest request, ServerCallContext context) =>
        new() { Portgroup = PortgroupMapper.ToApi(await update.PatchAsync(request.Portgroup, request.Patch, Version, context.CancellationToken)) };

    public override async Task<DeletePortgroupResponse> DeletePortgroup(DeletePortgroupRequest request, ServerCallContext context)
    {
        await update.DeleteAsync(request.Portgroup, context.CancellationToken);
        return new DeletePortgroupResponse();
    }
}
