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
        var scope = scopes.ForChange("management.set_boot_device", request.Context, request.Node, request.Interface, request.Device, request.Persistent);
        return calls.ChangeAsync(scope, context, async cancellationToken =>
        {
            var node = ContractMapping.ToNode(request.Node, request.Context);
            if (request.Device.Length == 0)
                throw new MissingParameterException("No boot device is given.");
            await Find(request.Interface).SetBootDeviceAsync(node, request.Device, request.Persistent, cancellationToken);
            return new V1.SetBootDeviceResponse();
        });
    }

    public override Task<V1.SetBootModeResponse> SetBootMode(V1.SetBootModeRequest request, ServerCallContext context) =>
        calls.ChangeAsync(scopes.ForChange("management.set_boot_mode", request.Context, request.Node, request.Interface, request.Mode), context, async cancellationToken =>
        {
            var mode = (BootMode)request.Mode;
            if (!Enum.IsDefined(mode))
                throw new InvalidParameterException("The boot mode must be BIOS or UEFI.");
            await Find(request.Interface).SetBootModeAsync(ContractMapping.ToNode(request.Node, request.Context), mode, cancellationToken);
            return new V1.SetBootModeResponse();
        });

    public override Task<V1.SetSecureBootResponse> SetSecureBoot(V1.SetSecureBootRequest request, ServerCallContext context) =>
        calls.ChangeAsync(scopes.ForChange("management.set_secure_boot_state", request.Context, request.Node, request.Interface, request.Enabled), context, async cancellationToken =>
        {
            await Find(request.Interface).SetSecureBootAsync(ContractMapping.ToNode(request.Node, request.Context), request.Enabled, cancellationToken);
            return new V1.SetSecureBootResponse();
        });

    public override Task<V1.InjectNmiResponse> InjectNmi(V1.InjectNmiRequest request, ServerCallContext context) =>
        calls.ChangeAsync(scopes.ForChange("management.inject_nmi", request.Context, request.Node, request.Interface), context, async cancellationToken =>
        {
            await Find(request.Interface).InjectNmiAsync(ContractMapping.ToNode(request.Node, request.Context), cancellationToken);
            return new V1.InjectNmiResponse();
        });

    public override Task<V1.ListIndicatorsResponse> ListIndicators(V1.ListIndicatorsRequest request, ServerCallContext context) =>
        calls.ReadAsync(scopes.ForNode("management.get_supported_indicators", request.Context, request.Node), context, async cancellationToken =>
        {
            var indicators = await Find(request.Interface).GetIndicatorsAsync(ContractMapping.ToNode(request.Node, request.Context), cancellationToken);
            return new V1.ListIndicatorsResponse { Indicators = { indicators.Select(Describe) } };
        });

    public override Task<V1.GetIndicatorResponse> GetIndicator(V1.GetIndicatorRequest request, ServerCallContext context) =>
        calls.ReadAsync(scopes.ForNode("management.get_indicator_state", request.Context, request.Node), context, async cancellationToken =>
        {
            var management = Find(request.Interface);
            var node = ContractMapping.ToNode(request.Node, request.Context);
            var indicator = await FindIndicatorAsync(management, node, request.Component, request.Indicator, cancellationToken);
            return new V1.GetIndicatorResponse { State = (V1.IndicatorState)await management.GetIndicatorStateAsync(node, indicator, cancellationToken) };
        });

    public override Task<V1.SetIndicatorResponse> SetIndicator(V1.SetIndicatorRequest request, ServerCallContext context)
    {
        var scope = scopes.ForChange(
            "management.set_indicator_state", request.Context, request.Node, request.Interface, request.Component, request.Indicator, request.State);
        return calls.ChangeAsync(scope, context, async cancellationToken =>
        {
            var management = Find(request.Interface);
            var node = ContractMapping.ToNode(request.Node, request.Context);
            var indicator = await FindIndicatorAsync(management, node, request.Component, request.Indicator, cancellationToken);
            if (indicator.ReadOnly)
                throw new InvalidParameterException($"The indicator {indicator.Name} of {indicator.Component} can not be set.");
            if (!indicator.States.Contains((IndicatorState)request.State))
                throw new InvalidParameterException($"The indicator {indicator.Name} of {indicator.Component} has no such state; it has: {string.Join(", ", indicator.States)}.");
            await management.SetIndicatorStateAsync(node, indicator, (IndicatorState)request.State, cancellationToken);
            return new V1.SetIndicatorResponse();
        });
    }

    public override Task<V1.ListVirtualMediaResponse> ListVirtualMedia(V1.ListVirtualMediaRequest request, ServerCallContext context) =>
        calls.ReadAsync(scopes.ForNode("management.get_virtual_media", request.Context, request.Node), context, async cancellationToken =>
        {
            var devices = await Find(request.Interface).GetVirtualMediaAsync(ContractMapping.ToNode(request.Node, request.Context), cancellationToken);
            return new V1.ListVirtualMediaResponse { Devices = { devices.Select(Describe) } };
        });

    public override Task<V1.AttachVirtualMediaResponse> AttachVirtualMedia(V1.AttachVirtualMediaRequest request, ServerCallContext context)
    {
        var scope = scopes.ForChange("management.attach_virtual_media", request.Context, request.Node, request.Interface, request.Type, request.ImageUrl);
        return calls.ChangeAsync(scope, context, async cancellationToken =>
        {
            var type = ToMediaType(request.Type);
            if (request.ImageUrl.Length == 0)
                throw new MissingParameterException("No image is given.");
            await Find(request.Interface).AttachVirtualMediaAsync(ContractMapping.ToNode(request.Node, request.Context), type, request.ImageUrl, cancellationToken);
            return new V1.AttachVirtualMediaResponse();
        });
    }

    public override Task<V1.DetachVirtualMediaResponse> DetachVirtualMedia(V1.DetachVirtualMediaRequest request, ServerCallContext context)
    {
        var scope = scopes.ForChange("management.detach_virtual_media", request.Context, request.Node, request.Interface, string.Join(',', request.Types_));
        return calls.ChangeAsync(scope, context, async cancellationToken =>
        {
            VirtualMediaType[] types = [.. request.Types_.Select(ToMediaType)];
            await Find(request.Interface).DetachVirtualMediaAsync(ContractMapping.ToNode(request.Node, request.Context), types, cancellationToken);
            return new V1.DetachVirtualMediaResponse();
        });
    }

    public override Task<V1.ListSensorsResponse> ListSensors(V1.ListSensorsRequest request, ServerCallContext context) =>
        calls.ReadAsync(scopes.ForNode("management.get_sensors_data", request.Context, request.Node), context, async cancellationToken =>
        {
            var sensors = await Find(request.Interface).GetSensorsAsync(ContractMapping.ToNode(request.Node, request.Context), cancellationToken);
            return new V1.ListSensorsResponse { Sensors = { sensors.Select(SensorMapping.Describe) } };
        });

    public override Task<V1.GetMachineStateResponse> GetMachineState(V1.GetMachineStateRequest request, ServerCallContext context) =>
        calls.ReadAsync(scopes.ForNode("management.get_machine_state", request.Context, request.Node), context, async cancellationToken =>
        {
            var state = await Find(request.Interface).GetMachineStateAsync(ContractMapping.ToNode(request.Node, request.Context), cancellationToken);
            var response = new V1.GetMachineStateResponse
            {
                BootMode = (V1.BootMode)(state.BootMode ?? 0),
                Vendor = state.Vendor ?? "",
                Health = (V1.MachineHealth)state.Health,
            };
            if (state.SecureBoot is { } secureBoot)
                response.SecureBoot = secureBoot;
            return response;
        });

    private static VirtualMediaType ToMediaType(V1.VirtualMediaType type) => Enum.IsDefined((VirtualMediaType)type)
        ? (VirtualMediaType)type
        : throw new InvalidParameterException("The type of a virtual medium must be DISK, CDROM or FLOPPY.");

    private static V1.VirtualMediaDevice Describe(VirtualMediaDevice device)
    {
        var described = new V1.VirtualMediaDevice { MediaTypes = { device.MediaTypes } };
        if (device.Inserted is { } inserted)
            described.Inserted = inserted;
        if (device.Image is { } image)
            described.Image = image;
        return described;
    }

    private static async ValueTask<Indicator> FindIndicatorAsync(
        ManagementInterface management, NodeContext node, string component, string name, CancellationToken cancellationToken)
    {
        var indicators = (await management.GetIndicatorsAsync(node, cancellationToken)).Where(indicator => indicator.Component == component).ToList();
        if (indicators.Count == 0)
            throw new InvalidParameterException($"Invalid component {component} specified.");
        return indicators.Find(indicator => indicator.Name == name) ?? throw new InvalidParameterException($"Invalid indicator {name} specified.");
    }

    private static V1.Indicator Describe(Indicator indicator) => new()
    {
        Component = indicator.Component,
        Name = indicator.Name,
        ReadOnly = indicator.ReadOnly,
        States = { indicator.States.Select(state => (V1.IndicatorState)state) },
    };

    private ManagementInterface Find(string name) => catalog.Get<ManagementInterface>(InterfaceType.Management, name);
}
