using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Conductor.Volumes;
using Ironic.Hosting.Requests;

namespace Ironic.Conductor.Services;

/// <summary>The public volume service.</summary>
internal sealed class VolumeGrpcService(VolumeConnectors connectors, VolumeTargets targets) : VolumeService.VolumeServiceBase
{
    private static Microversion Version => RequestContext.Current?.Version ?? Microversion.Newest;

    // Nothing but links, whether or not there is such a node.
    public override Task<GetVolumeResponse> GetVolume(GetVolumeRequest request, ServerCallContext context) => Task.FromResult(new GetVolumeResponse { Volume = new Volume() });

    public override Task<ListVolumeConnectorsResponse> ListVolumeConnectors(ListVolumeConnectorsRequest request, ServerCallContext context) =>
        connectors.ListAsync(request, context.CancellationToken);

    public override async Task<GetVolumeConnectorResponse> GetVolumeConnector(GetVolumeConnectorRequest request, ServerCallContext context) =>
        new() { Connector = VolumeConnectors.ToApi(await connectors.GetAsync(request.ConnectorUuid, context.CancellationToken)) };

    public override async Task<CreateVolumeConnectorResponse> CreateVolumeConnector(CreateVolumeConnectorRequest request, ServerCallContext context) =>
        new() { Connector = VolumeConnectors.ToApi(await connectors.CreateAsync(request.Connector ?? new VolumeConnector(), context.CancellationToken)) };

    public override async Task<PatchVolumeConnectorResponse> PatchVolumeConnector(PatchVolumeConnectorRequest request, ServerCallContext context) =>
        new() { Connector = VolumeConnectors.ToApi(await connectors.PatchAsync(request.ConnectorUuid, request.Patch, Version, context.CancellationToken)) };

    public override async Task<DeleteVolumeConnectorResponse> DeleteVolumeConnector(DeleteVolumeConnectorRequest request, ServerCallContext context)
    {
        await connectors.DeleteAsync(request.ConnectorUuid, Version, context.CancellationToken);
        return new DeleteVolumeConnectorResponse();
    }

    public override Task<ListVolumeTargetsResponse> ListVolumeTargets(ListVolumeTargetsRequest request, ServerCallContext context) =>
        targets.ListAsync(request, context.CancellationToken);

    public override async Task<GetVolumeTargetResponse> GetVolumeTarget(GetVolumeTargetRequest request, ServerCallContext context) =>
        new() { Target = VolumeTargets.ToApi(await targets.GetAsync(request.TargetUuid, context.CancellationToken)) };

    public override async Task<CreateVolumeTargetResponse> CreateVolumeTarget(CreateVolumeTargetRequest request, ServerCallContext context) =>
        new() { Target = VolumeTargets.ToApi(await targets.CreateAsync(request.Target ?? new VolumeTarget(), context.CancellationToken)) };

    public override async Task<PatchVolumeTargetResponse> PatchVolumeTarget(PatchVolumeTargetRequest request, ServerCallContext context) =>
        new() { Target = VolumeTargets.ToApi(await targets.PatchAsync(request.TargetUuid, request.Patch, Version, context.CancellationToken)) };

    public override async Task<DeleteVolumeTargetResponse> DeleteVolumeTarget(DeleteVolumeTargetRequest request, ServerCallContext context)
    {
        await targets.DeleteAsync(request.TargetUuid, Version, context.CancellationToken);
        return new DeleteVolumeTargetResponse();
    }
}
