using System.Text.Json;
using System.Text.Json.Nodes;
using Grpc.Core;
using Ironic.Driver.Sdk.Catalog;
using Ironic.Driver.Sdk.Operations;

namespace Ironic.Driver.Sdk.Services;

/// <summary>The deploy interfaces of the process.</summary>
internal sealed class DeployGrpcService(DriverCatalog catalog, CallRunner calls, CallScopes scopes) : V1.DeployService.DeployServiceBase
{
    public override Task RunDeployPhase(V1.RunDeployPhaseRequest request, IServerStreamWriter<V1.RunDeployPhaseResponse> responseStream, ServerCallContext context) =>
        calls.StreamAsync<V1.RunDeployPhaseResponse>(
            scopes.ForChange($"deploy.{DriverJson.ToSnakeCase(request.Phase.ToString())}", request.Context, request.Node, request.Interface, request.Phase),
            request.ResumeAfter,
            context,
            (progress, result, cancellationToken) => responseStream.WriteAsync(
                new V1.RunDeployPhaseResponse { Progress = progress, Outcome = result?.Outcome ?? V1.WorkOutcome.Unspecified }, cancellationToken),
            async (progress, cancellationToken) => new V1.RunDeployPhaseResponse { Outcome = (V1.WorkOutcome)await RunAsync(request, progress, cancellationToken) });

    private async Task<WorkOutcome> RunAsync(V1.RunDeployPhaseRequest request, IOperationProgress progress, CancellationToken cancellationToken)
    {
        var node = ContractMapping.ToNode(request.Node, request.Context);
        var deploy = catalog.Get<DeployInterface>(InterfaceType.Deploy, request.Interface);
        switch (request.Phase)
        {
            case V1.DeployPhase.Prepare:
                await deploy.PrepareAsync(node, progress, cancellationToken);
                return WorkOutcome.Done;
            case V1.DeployPhase.CleanUp:
                await deploy.CleanUpAsync(node, progress, cancellationToken);
                return WorkOutcome.Done;
            case V1.DeployPhase.TearDown:
                await deploy.TearDownAsync(node, progress, cancellationToken);
                return WorkOutcome.Done;
            case V1.DeployPhase.TakeOver:
                await deploy.TakeOverAsync(node, progress, cancellationToken);
                return WorkOutcome.Done;
            case V1.DeployPhase.PrepareCleaning:
                return await deploy.PrepareCleaningAsync(node, progress, cancellationToken);
            case V1.DeployPhase.TearDownCleaning:
                await deploy.TearDownCleaningAsync(node, progress, cancellationToken);
                return WorkOutcome.Done;
            case V1.DeployPhase.PrepareService:
                return await deploy.PrepareServiceAsync(node, progress, cancellationToken);
            case V1.DeployPhase.TearDownService:
                await deploy.TearDownServiceAsync(node, progress, cancellationToken);
                return WorkOutcome.Done;
            default:
                throw new UnsupportedOperationException($"The deploy interface '{deploy.Name}' does not know the phase {request.Phase}.");
        }
    }
}

/// <summary>The rescue interfaces of the process.</summary>
internal sealed class RescueGrpcService(DriverCatalog catalog, CallRunner calls, CallScopes scopes) : V1.RescueService.RescueServiceBase
{
    public override Task RunRescuePhase(V1.RunRescuePhaseRequest request, IServerStreamWriter<V1.RunRescuePhaseResponse> responseStream, ServerCallContext context) =>
        calls.StreamAsync<V1.RunRescuePhaseResponse>(
            scopes.ForChange($"rescue.{DriverJson.ToSnakeCase(request.Phase.ToString())}", request.Context, request.Node, request.Interface, request.Phase),
            request.ResumeAfter,
            context,
            (progress, result, cancellationToken) => responseStream.WriteAsync(
                new V1.RunRescuePhaseResponse { Progress = progress, Outcome = result?.Outcome ?? V1.WorkOutcome.Unspecified }, cancellationToken),
            async (progress, cancellationToken) => new V1.RunRescuePhaseResponse { Outcome = (V1.WorkOutcome)await RunAsync(request, progress, cancellationToken) });

    private async Task<WorkOutcome> RunAsync(V1.RunRescuePhaseRequest request, IOperationProgress progress, CancellationToken cancellationToken)
    {
        var node = ContractMapping.ToNode(request.Node, request.Context);
        var rescue = catalog.Get<RescueInterface>(InterfaceType.Rescue, request.Interface);
        switch (request.Phase)
        {
            case V1.RescuePhase.Rescue:
                return await rescue.RescueAsync(node, progress, cancellationToken);
            case V1.RescuePhase.Unrescue:
                await rescue.UnrescueAsync(node, progress, cancellationToken);
                return WorkOutcome.Done;
            case V1.RescuePhase.CleanUp:
                await rescue.CleanUpAsync(node, progress, cancellationToken);
                return WorkOutcome.Done;
            default:
                throw new UnsupportedOperationException($"The rescue interface '{rescue.Name}' does not know the phase {request.Phase}.");
        }
    }
}

/// <summary>The inspect interfaces of the process.</summary>
internal sealed class InspectGrpcService(DriverCatalog catalog, CallRunner calls, CallScopes scopes) : V1.InspectService.InspectServiceBase
{
    public override Task InspectHardware(V1.InspectHardwareRequest request, IServerStreamWriter<V1.InspectHardwareResponse> responseStream, ServerCallContext context) =>
        calls.StreamAsync<V1.InspectHardwareResponse>(
            scopes.ForChange("inspect.inspect_hardware", request.Context, request.Node, request.Interface),
            request.ResumeAfter,
            context,
            (progress, result, cancellationToken) =>
            {
                var message = result?.Clone() ?? new V1.InspectHardwareResponse();
                message.Progress = progress;
                return responseStream.WriteAsync(message, cancellationToken);
            },
            async (progress, cancellationToken) =>
            {
                var node = ContractMapping.ToNode(request.Node, request.Context);
                return Describe(await catalog.Get<InspectInterface>(InterfaceType.Inspect, request.Interface).InspectAsync(node, progress, cancellationToken));
            });

    public override Task<V1.AbortInspectionResponse> AbortInspection(V1.AbortInspectionRequest request, ServerCallContext context) =>
        calls.ChangeAsync(scopes.ForChange("inspect.abort", request.Context, request.Node, request.Interface), context, async cancellationToken =>
        {
            var node = ContractMapping.ToNode(request.Node, request.Context);
            await catalog.Get<InspectInterface>(InterfaceType.Inspect, request.Interface).AbortAsync(node, cancellationToken);
            return new V1.AbortInspectionResponse();
        });

    private static V1.InspectHardwareResponse Describe(Inspection inspection)
    {
        var response = new V1.InspectHardwareResponse { Outcome = (V1.WorkOutcome)inspection.Outcome };
        if (inspection is { Inventory: null, PluginData: null, Properties: null, Ports.Count: 0 })
            return response;
        response.Result = new V1.InspectionResult { Inventory = Json(inspection.Inventory), PluginData = Json(inspection.PluginData), Properties = Json(inspection.Properties) };
        response.Result.Ports.AddRange(inspection.Ports.Select(port => new V1.InspectedPort { Address = port.Address, PxeEnabled = port.PxeEnabled }));
        return response;
    }

    private static Types.V1.Json? Json(JsonObject? value) => value is null ? null : new Types.V1.Json { Text = JsonSerializer.Serialize(value, DriverJson.Options) };
}

/// <summary>The BIOS interfaces of the process.</summary>
internal sealed class BiosGrpcService(DriverCatalog catalog, CallRunner calls, CallScopes scopes) : V1.BiosService.BiosServiceBase
{
    public override Task<V1.ListBiosSettingsResponse> ListBiosSettings(V1.ListBiosSettingsRequest request, ServerCallContext context) =>
        calls.ReadAsync(scopes.ForNode("bios.get_settings", request.Context, request.Node), context, async cancellationToken =>
        {
            var node = ContractMapping.ToNode(request.Node, request.Context);
            var settings = await catalog.Get<BiosInterface>(InterfaceType.Bios, request.Interface).GetSettingsAsync(node, cancellationToken);
            return new V1.ListBiosSettingsResponse { Settings = { settings.Select(Describe) } };
        });

    private static V1.BiosSetting Describe(BiosSetting setting)
    {
        var described = new V1.BiosSetting { Name = setting.Name, AttributeType = setting.AttributeType ?? "" };
        described.AllowableValues.AddRange(setting.AllowableValues);
        if (setting.Value is { } value)
            described.Value = value;
        if (setting.LowerBound is { } lower)
            described.LowerBound = lower;
        if (setting.UpperBound is { } upper)
            described.UpperBound = upper;
        if (setting.MinLength is { } shortest)
            described.MinLength = shortest;
        if (setting.MaxLength is { } longest)
            described.MaxLength = longest;
        if (setting.ReadOnly is { } readOnly)
            described.ReadOnly = readOnly;
        if (setting.ResetRequired is { } reset)
            described.ResetRequired = reset;
        if (setting.Unique is { } unique)
            described.Unique = unique;
        return described;
    }
}

/// <summary>The firmware interfaces of the process.</summary>
internal sealed class FirmwareGrpcService(DriverCatalog catalog, CallRunner calls, CallScopes scopes) : V1.FirmwareService.FirmwareServiceBase
{
    public override Task<V1.ListFirmwareComponentsResponse> ListFirmwareComponents(V1.ListFirmwareComponentsRequest request, ServerCallContext context) =>
        calls.ReadAsync(scopes.ForNode("firmware.get_components", request.Context, request.Node), context, async cancellationToken =>
        {
            var node = ContractMapping.ToNode(request.Node, request.Context);
            var components = await catalog.Get<FirmwareInterface>(InterfaceType.Firmware, request.Interface).GetComponentsAsync(node, cancellationToken);
            return new V1.ListFirmwareComponentsResponse
            {
                Components =
                {
                    components.Select(component => new V1.FirmwareComponent
                    {
                        Component = component.Component,
                        CurrentVersion = component.CurrentVersion,
                        InitialVersion = component.InitialVersion ?? "",
                        LastVersionFlashed = component.LastVersionFlashed ?? "",
                        Vendor = component.Vendor ?? "",
                        Model = component.Model ?? "",
                        SerialNumber = component.SerialNumber ?? "",
                    }),
                },
            };
        });
}
