using Grpc.Core;
using Ironic.Driver.Sdk.Catalog;
using Ironic.Driver.Sdk.Operations;

namespace Ironic.Driver.Sdk.Services;

/// <summary>The management interfaces of the process.</summary>
internal sealed class ManagementGrpcService(DriverCatalog catalog, CallRunner calls, CallScopes scopes) : V1.ManagementService.ManagementServiceBase
{
    public override Task<V1.ListSupportedBootDevicesResponse> ListSupportedBootDevices(V1.ListSupportedBootDevicesRequest request, ServerCallContext context) =>
        calls.ReadAsync(scopes.ForNode("management.get_supported_boot_devices", request.Context, request.Node), context, async cancellationToken =>
        {
            var node = ContractMapping.ToNode(request.Node, request.Context);
            return new V1.ListSupportedBootDevicesResponse { Devices = { await Find(request.Interface).GetSupportedBootDevicesAsync(node, cancellationToken) } };
        });

    public override Task<V1.GetBootDeviceResponse> GetBootDevice(V1.GetBootDeviceRequest request, ServerCallContext context) =>
        calls.ReadAsync(scopes.ForNode("management.get_boot_device", request.Context, request.Node), context, async cancellationToken =>
        {
            var node = ContractMapping.ToNode(request.Node, request.Context);
            var device = await Find(request.Interface).GetBootDeviceAsync(node, cancellationToken);
            var response = new V1.GetBootDeviceResponse();
            if (device.Device is { } name)
                response.Device = name;
            if (device.Persistent is { } persistent)
                response.Persistent = persistent;
            return response;
        });

    public override Task<V1.SetBootDeviceResponse> SetBootDevice(V1.SetBootDeviceRequest request, ServerCallContext context)
    {
        var scope = scopes.ForNode("management.set_boot_device", request.Context, request.Node, vendor: null, request.Interface, request.Device, request.Persistent);
        if (scope.OperationId.Length == 0)
            throw ErrorTranslator.Create(ErrorClass.InvalidParameter, "SetBootDevice needs an operation id.");
        return calls.ChangeAsync(scope, context, async cancellationToken =>
        {
            var node = ContractMapping.ToNode(request.Node, request.Context);
            if (request.Device.Length == 0)
                throw new MissingParameterException("No boot device is given.");
            await Find(request.Interface).SetBootDeviceAsync(node, request.Device, request.Persistent, cancellationToken);
            return new V1.SetBootDeviceResponse();
        });
    }

    private ManagementInterface Find(string name) => catalog.Get<ManagementInterface>(InterfaceType.Management, name);
}
