using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Conductor.NodeRecords;

namespace Ironic.Conductor.Services;

/// <summary>The public service of the BIOS settings of nodes.</summary>
internal sealed class NodeBiosGrpcService(NodeBios bios) : NodeBiosService.NodeBiosServiceBase
{
    public override async Task<ListNodeBiosSettingsResponse> ListNodeBiosSettings(ListNodeBiosSettingsRequest request, ServerCallContext context) =>
        new() { Bios = { await bios.ListAsync(request.Node, context.CancellationToken) } };

    public override async Task<GetNodeBiosSettingResponse> GetNodeBiosSetting(GetNodeBiosSettingRequest request, ServerCallContext context) =>
        new() { Settings = { [request.SettingName] = await bios.GetAsync(request.Node, request.SettingName, context.CancellationToken) } };
}
