using Grpc.Core;
using Ironic.Driver.Sdk.Catalog;
using Ironic.Driver.Sdk.Operations;

namespace Ironic.Driver.Sdk.Services;

/// <summary>Who the driver is, whether it can work, and whether a node has what an interface needs.</summary>
internal sealed class DriverGrpcService(DriverCatalog catalog, DriverState state, CallRunner calls, CallScopes scopes) : V1.DriverService.DriverServiceBase
{
    public override Task<V1.GetInfoResponse> GetInfo(V1.GetInfoRequest request, ServerCallContext context) =>
        Task.FromResult(new V1.GetInfoResponse { Info = catalog.Info });

    public override Task<V1.ProbeResponse> Probe(V1.ProbeRequest request, ServerCallContext context) =>
        Task.FromResult(new V1.ProbeResponse { Ready = state.IsReady, InstanceId = catalog.Info.InstanceId, Reason = state.Reason });

    public override Task<V1.ValidateInterfaceResponse> ValidateInterface(V1.ValidateInterfaceRequest request, ServerCallContext context) =>
        calls.ReadAsync(scopes.ForNode("driver.validate_interface", request.Context, request.Node), context, async cancellationToken =>
        {
            var node = ContractMapping.ToNode(request.Node, request.Context);
            await catalog.Get<DriverInterface>((InterfaceType)request.Type, request.Interface).ValidateAsync(node, cancellationToken);
            return new V1.ValidateInterfaceResponse();
        });
}
