using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Conductor.Nodes;

namespace Ironic.Conductor.Services;

/// <summary>The public service of what management controllers offer besides power.</summary>
internal sealed class NodeManagementGrpcService(NodeBootMode bootMode, NodeInterrupt interrupt, NodeIndicators indicators, NodeRaidConfig raid, NodeConsole console)
    : NodeManagementService.NodeManagementServiceBase
{
    public override async Task<SetNodeBootModeResponse> SetNodeBootMode(SetNodeBootModeRequest request, ServerCallContext context)
    {
        await bootMode.SetModeAsync(request.Node, request.Target, context.CancellationToken);
        return new SetNodeBootModeResponse();
    }

    public override async Task<SetNodeSecureBootResponse> SetNodeSecureBoot(SetNodeSecureBootRequest request, ServerCallContext context)
    {
        await bootMode.SetSecureBootAsync(request.Node, request.Target, context.CancellationToken);
        return new SetNodeSecureBootResponse();
    }

    public override async Task<InjectNodeNmiResponse> InjectNodeNmi(InjectNodeNmiRequest request, ServerCallContext context)
    {
        await interrupt.InjectAsync(request.Node, context.CancellationToken);
        return new InjectNodeNmiResponse();
    }

    public override async Task<ListNodeIndicatorsResponse> ListNodeIndicators(ListNodeIndicatorsRequest request, ServerCallContext context) =>
        new() { Indicators = { await indicators.ListAsync(request.Node, context.CancellationToken) } };

    public override async Task<GetNodeIndicatorResponse> GetNodeIndicator(GetNodeIndicatorRequest request, ServerCallContext context) =>
        new() { State = await indicators.GetAsync(request.Node, request.Indicator, context.CancellationToken) };

    public override async Task<SetNodeIndicatorResponse> SetNodeIndicator(SetNodeIndicatorRequest request, ServerCallContext context)
    {
        await indicators.SetAsync(request.Node, request.Indicator, request.State, context.CancellationToken);
        return new SetNodeIndicatorResponse();
    }

    public override async Task<SetNodeTargetRaidConfigResponse> SetNodeTargetRaidConfig(SetNodeTargetRaidConfigRequest request, ServerCallContext context)
    {
        await raid.SetTargetAsync(request.Node, request.TargetRaidConfig?.Text, context.CancellationToken);
        return new SetNodeTargetRaidConfigResponse();
    }

    public override async Task<GetNodeConsoleResponse> GetNodeConsole(GetNodeConsoleRequest request, ServerCallContext context)
    {
        var address = await console.GetAsync(request.Node, context.CancellationToken);
        if (address is null)
            return new GetNodeConsoleResponse();
        var info = new ConsoleInfo();
        if (address.HasType)
            info.Type = address.Type;
        if (address.HasUrl)
            info.Url = address.Url;
        return new GetNodeConsoleResponse { ConsoleEnabled = true, ConsoleInfo = info };
    }

    public override async Task<SetNodeConsoleResponse> SetNodeConsole(SetNodeConsoleRequest request, ServerCallContext context)
    {
        await console.SetAsync(request.Node, request.Enabled, context.CancellationToken);
        return new SetNodeConsoleResponse();
    }
}
