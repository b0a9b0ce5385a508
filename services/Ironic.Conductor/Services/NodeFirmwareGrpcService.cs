using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Conductor.NodeRecords;

namespace Ironic.Conductor.Services;

/// <summary>The public service of the firmware of nodes.</summary>
internal sealed class NodeFirmwareGrpcService(NodeFirmware firmware) : NodeFirmwareService.NodeFirmwareServiceBase
{
    public override async Task<ListNodeFirmwareResponse> ListNodeFirmware(ListNodeFirmwareRequest request, ServerCallContext context) =>
        new() { Firmware = { await firmware.ListAsync(request.Node, context.CancellationToken) } };
}
