using System.Collections.Concurrent;
using Google.Protobuf;
using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Hosting.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ironic.Rest.Tests.Support;

/// <summary>One call that arrived at a <see cref="FakeConductor"/>.</summary>
internal sealed record ReceivedCall(string Method, IMessage Request, Metadata Headers);

/// <summary>
/// Stands for a conductor: a real gRPC server on a loopback port whose methods answer what a test tells them to, and which remembers
/// what it was asked.
/// </summary>
internal sealed class FakeConductor : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Type, Func<IMessage, ServerCallContext, IMessage>> _answers = new();
    private readonly ConcurrentQueue<ReceivedCall> _calls = new();
    private WebApplication? _app;

    /// <summary>Its address.</summary>
    public string Url { get; private set; } = "";

    /// <summary>Everything it was asked, in order.</summary>
    public IReadOnlyCollection<ReceivedCall> Calls => _calls;

    /// <summary>The newest call.</summary>
    public ReceivedCall LastCall => _calls.Last();

    /// <summary>Starts a conductor.</summary>
    /// <param name="port">Its port; 0 for any.</param>
    public static async Task<FakeConductor> StartAsync(int port = 0)
    {
        var conductor = new FakeConductor();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc(options => options.MaxSendMessageSize = null);
        builder.Services.AddSingleton(conductor);
        conductor._app = builder.Build();
        conductor._app.MapGrpcService<FakeNodes>();
        conductor._app.MapGrpcService<FakeDrivers>();
        conductor._app.MapGrpcService<FakeConductors>();
        await conductor._app.StartAsync();
        conductor.Url = conductor._app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();
        return conductor;
    }

    /// <summary>Says how a request is answered from now on.</summary>
    public void Answer<TRequest>(Func<TRequest, IMessage> answer)
        where TRequest : IMessage => _answers[typeof(TRequest)] = (request, _) => answer((TRequest)request);

    /// <summary>Says how a request is answered from now on, by a function that sees the call.</summary>
    public void Answer<TRequest>(Func<TRequest, ServerCallContext, IMessage> answer)
        where TRequest : IMessage => _answers[typeof(TRequest)] = (request, context) => answer((TRequest)request, context);

    /// <summary>Makes every request of a type fail with an error of the contract.</summary>
    public void Fail<TRequest>(ErrorReason reason, string message)
        where TRequest : IMessage => _answers[typeof(TRequest)] = (_, _) => throw ErrorRules.ToRpcException(reason, message);

    /// <summary>Makes every request of a type fail with a bare status.</summary>
    public void Fail<TRequest>(StatusCode code, string detail)
        where TRequest : IMessage => _answers[typeof(TRequest)] = (_, _) => throw new RpcException(new Status(code, detail));

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }
    }

    /// <summary>Answers a call as the test said, else with an empty message.</summary>
    internal Task<TResponse> AnswerAsync<TResponse>(IMessage request, ServerCallContext context)
        where TResponse : IMessage, new()
    {
        _calls.Enqueue(new ReceivedCall(context.Method, request, context.RequestHeaders));
        return Task.FromResult(_answers.TryGetValue(request.GetType(), out var answer) ? (TResponse)answer(request, context) : new TResponse());
    }
}

internal sealed class FakeNodes(FakeConductor conductor) : NodeService.NodeServiceBase
{
    public override Task<ListNodesResponse> ListNodes(ListNodesRequest request, ServerCallContext context) => conductor.AnswerAsync<ListNodesResponse>(request, context);

    public override Task<GetNodeResponse> GetNode(GetNodeRequest request, ServerCallContext context) => conductor.AnswerAsync<GetNodeResponse>(request, context);

    public override Task<CreateNodeResponse> CreateNode(CreateNodeRequest request, ServerCallContext context) => conductor.AnswerAsync<CreateNodeResponse>(request, context);

    public override Task<PatchNodeResponse> PatchNode(PatchNodeRequest request, ServerCallContext context) => conductor.AnswerAsync<PatchNodeResponse>(request, context);

    public override Task<DeleteNodeResponse> DeleteNode(DeleteNodeRequest request, ServerCallContext context) => conductor.AnswerAsync<DeleteNodeResponse>(request, context);

    public override Task<ValidateNodeResponse> ValidateNode(ValidateNodeRequest request, ServerCallContext context) => conductor.AnswerAsync<ValidateNodeResponse>(request, context);

    public override Task<SetNodeMaintenanceResponse> SetNodeMaintenance(SetNodeMaintenanceRequest request, ServerCallContext context) =>
        conductor.AnswerAsync<SetNodeMaintenanceResponse>(request, context);

    public override Task<ClearNodeMaintenanceResponse> ClearNodeMaintenance(ClearNodeMaintenanceRequest request, ServerCallContext context) =>
        conductor.AnswerAsync<ClearNodeMaintenanceResponse>(request, context);

    public override Task<GetNodeStatesResponse> GetNodeStates(GetNodeStatesRequest request, ServerCallContext context) =>
        conductor.AnswerAsync<GetNodeStatesResponse>(request, context);

    public override Task<SetNodePowerStateResponse> SetNodePowerState(SetNodePowerStateRequest request, ServerCallContext context) =>
        conductor.AnswerAsync<SetNodePowerStateResponse>(request, context);

    public override Task<SetNodeProvisionStateResponse> SetNodeProvisionState(SetNodeProvisionStateRequest request, ServerCallContext context) =>
        conductor.AnswerAsync<SetNodeProvisionStateResponse>(request, context);

    public override Task<GetNodeBootDeviceResponse> GetNodeBootDevice(GetNodeBootDeviceRequest request, ServerCallContext context) =>
        conductor.AnswerAsync<GetNodeBootDeviceResponse>(request, context);

    public override Task<SetNodeBootDeviceResponse> SetNodeBootDevice(SetNodeBootDeviceRequest request, ServerCallContext context) =>
        conductor.AnswerAsync<SetNodeBootDeviceResponse>(request, context);

    public override Task<ListNodeSupportedBootDevicesResponse> ListNodeSupportedBootDevices(ListNodeSupportedBootDevicesRequest request, ServerCallContext context) =>
        conductor.AnswerAsync<ListNodeSupportedBootDevicesResponse>(request, context);

    public override Task<ListNodeVendorMethodsResponse> ListNodeVendorMethods(ListNodeVendorMethodsRequest request, ServerCallContext context) =>
        conductor.AnswerAsync<ListNodeVendorMethodsResponse>(request, context);

    public override Task<CallNodeVendorMethodResponse> CallNodeVendorMethod(CallNodeVendorMethodRequest request, ServerCallContext context) =>
        conductor.AnswerAsync<CallNodeVendorMethodResponse>(request, context);
}

internal sealed class FakeDrivers(FakeConductor conductor) : DriverService.DriverServiceBase
{
    public override Task<ListDriversResponse> ListDrivers(ListDriversRequest request, ServerCallContext context) => conductor.AnswerAsync<ListDriversResponse>(request, context);

    public override Task<GetDriverResponse> GetDriver(GetDriverRequest request, ServerCallContext context) => conductor.AnswerAsync<GetDriverResponse>(request, context);

    public override Task<GetDriverPropertiesResponse> GetDriverProperties(GetDriverPropertiesRequest request, ServerCallContext context) =>
        conductor.AnswerAsync<GetDriverPropertiesResponse>(request, context);

    public override Task<GetDriverRaidLogicalDiskPropertiesResponse> GetDriverRaidLogicalDiskProperties(
        GetDriverRaidLogicalDiskPropertiesRequest request, ServerCallContext context) => conductor.AnswerAsync<GetDriverRaidLogicalDiskPropertiesResponse>(request, context);

    public override Task<ListDriverVendorMethodsResponse> ListDriverVendorMethods(ListDriverVendorMethodsRequest request, ServerCallContext context) =>
        conductor.AnswerAsync<ListDriverVendorMethodsResponse>(request, context);

    public override Task<CallDriverVendorMethodResponse> CallDriverVendorMethod(CallDriverVendorMethodRequest request, ServerCallContext context) =>
        conductor.AnswerAsync<CallDriverVendorMethodResponse>(request, context);
}

internal sealed class FakeConductors(FakeConductor conductor) : ConductorService.ConductorServiceBase
{
    public override Task<ListConductorsResponse> ListConductors(ListConductorsRequest request, ServerCallContext context) =>
        conductor.AnswerAsync<ListConductorsResponse>(request, context);

    public override Task<GetConductorResponse> GetConductor(GetConductorRequest request, ServerCallContext context) =>
        conductor.AnswerAsync<GetConductorResponse>(request, context);
}
