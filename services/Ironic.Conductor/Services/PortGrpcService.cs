using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Conductor.Ports;
using Ironic.Hosting.Requests;

namespace Ironic.Conductor.Services;

/// <summary>The public port service.</summary>
internal sealed class PortGrpcService(PortLists lists, PortCreation creation, PortUpdate update) : PortService.PortServiceBase
{
    private static Microversion Version => RequestContext.Current?.Version ?? Microversion.Newest;

    public override Task<ListPortsResponse> ListPorts(ListPortsRequest request, ServerCallContext context) => lists.ListAsync(request, Version, context.CancellationToken);

    public override async Task<GetPortResponse> GetPort(GetPortRequest request, ServerCallContext context) =>
        new() { Port = PortMapper.ToApi(await lists.FindAsync(request.Port, context.CancellationToken), Version) };

    public override async Task<CreatePortResponse> CreatePort(CreatePortRequest request, ServerCallContext context) =>
        new() { Port = PortMapper.ToApi(await creation.CreateAsync(request.Port ?? new Port(), Version, context.CancellationToken), Version) };

    public override async Task<PatchPortResponse> PatchPort(PatchPortRequest request, ServerCallContext context) =>
        new() { Port = PortMapper.ToApi(await update.PatchAsync(request.Port, request.Patch, Version, context.CancellationToken), Version) };

    public override async Task<DeletePortResponse> DeletePort(DeletePortRequest request, ServerCallContext context)
    {
        await update.DeleteAsync(request.PortUuid, context.CancellationToken);
        return new DeletePortResponse();
    }
}
