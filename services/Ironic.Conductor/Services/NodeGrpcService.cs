using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Provisioning;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Conductor.Vendor;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;
using Ironic.Hosting.Requests;

namespace Ironic.Conductor.Services;

/// <summary>The public node service.</summary>
internal sealed class NodeGrpcService(
    TaskManager tasks,
    NodeStore nodes,
    NodeLists lists,
    NodeMapper mapper,
    NodeCreation creation,
    NodeUpdate update,
    NodeRemoval removal,
    NodeValidation validation,
    NodeMaintenance maintenance,
    NodePower power,
    NodeProvisioning provisioning,
    NodeBootDevice bootDevice,
    VendorPassthru vendor) : NodeService.NodeServiceBase
{
    private static Microversion Version => RequestContext.Current?.Version ?? Microversion.Newest;

    public override Task<ListNodesResponse> ListNodes(ListNodesRequest request, ServerCallContext context) => lists.ListAsync(request, context.CancellationToken);

    public override async Task<GetNodeResponse> GetNode(GetNodeRequest request, ServerCallContext context) =>
        new() { Node = mapper.ToApi(await tasks.FindNodeAsync(request.Node, context.CancellationToken)) };

    public override async Task<CreateNodeResponse> CreateNode(CreateNodeRequest request, ServerCallContext context) =>
        new() { Node = mapper.ToApi(await creation.CreateAsync(request.Node ?? new Node(), Version, context.CancellationToken)) };

    public override async Task<PatchNodeResponse> PatchNode(PatchNodeRequest request, ServerCallContext context)
    {
        var patch = NodeFields.All.ParsePatch(request.Patch, Version);
        var node = await update.PatchAsync(request.Node, patch, request.HasResetInterfaces ? request.ResetInterfaces : null, Version, context.CancellationToken);
        return new PatchNodeResponse { Node = mapper.ToApi(node) };
    }

    public override async Task<DeleteNodeResponse> DeleteNode(DeleteNodeRequest request, ServerCallContext context)
    {
        await removal.DeleteAsync(request.Node, context.CancellationToken);
        return new DeleteNodeResponse();
    }

    public override async Task<ListNodeChildrenResponse> ListNodeChildren(ListNodeChildrenRequest request, ServerCallContext context)
    {
        var node = await tasks.FindNodeAsync(request.Node, context.CancellationToken);
        return new ListNodeChildrenResponse { Uuid = node.Uuid, Children = { await nodes.ListChildrenAsync(node.Uuid, context.CancellationToken) } };
    }

    public override async Task<ValidateNodeResponse> ValidateNode(ValidateNodeRequest request, ServerCallContext context)
    {
        var ident = request.Node.Length > 0 ? request.Node : request.NodeUuid;
        if (ident.Length == 0)
            throw new IronicException(ErrorReason.MissingParameterValue, "Expected a logical name or UUID of the node, but received none.");
        var response = new ValidateNodeResponse();
        response.Interfaces.Add((await validation.ValidateAsync(ident, context.CancellationToken)).ToDictionary());
        return response;
    }

    public override async Task<SetNodeMaintenanceResponse> SetNodeMaintenance(SetNodeMaintenanceRequest request, ServerCallContext context)
    {
        await maintenance.SetAsync(request.Node, request.HasReason ? request.Reason : null, context.CancellationToken);
        return new SetNodeMaintenanceResponse();
    }

    public override async Task<ClearNodeMaintenanceResponse> ClearNodeMaintenance(ClearNodeMaintenanceRequest request, ServerCallContext context)
    {
        await maintenance.ClearAsync(request.Node, context.CancellationToken);
        return new ClearNodeMaintenanceResponse();
    }

    public override async Task<GetNodeStatesResponse> GetNodeStates(GetNodeStatesRequest request, ServerCallContext context) =>
        new() { States = NodeMapper.ToStates(await tasks.FindNodeAsync(request.Node, context.CancellationToken)) };

    public override async Task<SetNodePowerStateResponse> SetNodePowerState(SetNodePowerStateRequest request, ServerCallContext context)
    {
        await power.SetAsync(request.Node, request.Target, request.HasTimeout ? request.Timeout : null, context.CancellationToken);
        return new SetNodePowerStateResponse();
    }

    public override async Task<SetNodeProvisionStateResponse> SetNodeProvisionState(SetNodeProvisionStateRequest request, ServerCallContext context)
    {
        await provisioning.SetAsync(request, Version, context.CancellationToken);
        return new SetNodeProvisionStateResponse();
    }

    public override async Task<GetNodeBootDeviceResponse> GetNodeBootDevice(GetNodeBootDeviceRequest request, ServerCallContext context)
    {
        var (device, persistent) = await bootDevice.GetAsync(request.Node, context.CancellationToken);
        var response = new GetNodeBootDeviceResponse();
        if (device is not null)
            response.BootDevice = device;
        if (persistent is { } stays)
            response.Persistent = stays;
        return response;
    }

    public override async Task<SetNodeBootDeviceResponse> SetNodeBootDevice(SetNodeBootDeviceRequest request, ServerCallContext context)
    {
        await bootDevice.SetAsync(request.Node, request.BootDevice, request.Persistent, context.CancellationToken);
        return new SetNodeBootDeviceResponse();
    }

    public override async Task<ListNodeSupportedBootDevicesResponse> ListNodeSupportedBootDevices(ListNodeSupportedBootDevicesRequest request, ServerCallContext context)
    {
        var response = new ListNodeSupportedBootDevicesResponse();
        response.SupportedBootDevices.AddRange(await bootDevice.ListSupportedAsync(request.Node, context.CancellationToken));
        return response;
    }

    public override async Task<ListNodeVendorMethodsResponse> ListNodeVendorMethods(ListNodeVendorMethodsRequest request, ServerCallContext context)
    {
        var response = new ListNodeVendorMethodsResponse();
        foreach (var method in await vendor.ListForNodeAsync(request.Node, context.CancellationToken))
        {
            response.Methods[method.Name] = new NodeVendorMethod
            {
                HttpMethods = { method.HttpMethods },
                Async = method.Async,
                Description = method.Description,
                Attach = method.Attach,
                RequireExclusiveLock = method.RequireExclusiveLock,
            };
        }

        return response;
    }

    public override async Task<CallNodeVendorMethodResponse> CallNodeVendorMethod(CallNodeVendorMethodRequest request, ServerCallContext context)
    {
        var result = await vendor.CallForNodeAsync(request.Node, request.Method, request.HttpMethod, request.Body, context.CancellationToken);
        return result?.ResultCase switch
        {
            null => new CallNodeVendorMethodResponse { Accepted = true },
            VendorResult.ResultOneofCase.Attachment => new CallNodeVendorMethodResponse { Attachment = result.Attachment },
            _ => new CallNodeVendorMethodResponse { Result = result.Json },
        };
    }
}
