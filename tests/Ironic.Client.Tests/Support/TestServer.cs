using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Health.V1;
using Ironic.Api.V1;
using Ironic.Protos;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ironic.Client.Tests.Support;

/// <summary>A gRPC server on a loopback port, or a unix socket, that answers as a test says and remembers what it was asked.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Type, Func<IMessage, ServerCallContext, Task<IMessage>>> _answers = new();
    private readonly ConcurrentQueue<ReceivedCall> _calls = new();
    private readonly WebApplication _app;

    private TestServer(Action<KestrelServerOptions> listen)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2);
            listen(kestrel);
        });
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(this);
        _app = builder.Build();
        _app.MapGrpcService<TestNodes>();
        _app.MapGrpcService<TestHealth>();
        _app.MapGrpcService<TestWatch>();
    }

    /// <summary>How a watcher is answered.</summary>
    public Func<WatchRequest, IServerStreamWriter<WatchResponse>, ServerCallContext, Task>? Watched { get; set; }

    public string Address => _app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();

    /// <summary>Everything it was asked, in order.</summary>
    public IReadOnlyCollection<ReceivedCall> Calls => _calls;

    public static Task<TestServer> StartAsync() => StartAsync(kestrel => kestrel.Listen(IPAddress.Loopback, 0));

    public static Task<TestServer> StartAsync(X509Certificate2 certificate) =>
        StartAsync(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));

    public static Task<TestServer> StartAsync(string socketPath) => StartAsync(kestrel => kestrel.ListenUnixSocket(socketPath));

    /// <summary>A client of it.</summary>
    public IronicClient Connect(IronicClientOptions? options = null) => IronicClient.Connect(Address, options);

    /// <summary>Says how a request is answered from now on.</summary>
    public void Answer<TRequest>(Func<TRequest, IMessage> answer)
        where TRequest : IMessage => AnswerAsync<TRequest>((request, _) => Task.FromResult(answer(request)));

    /// <summary>Says how a request is answered from now on, by a function that sees the call.</summary>
    public void AnswerAsync<TRequest>(Func<TRequest, ServerCallContext, Task<IMessage>> answer)
        where TRequest : IMessage => _answers[typeof(TRequest)] = (request, context) => answer((TRequest)request, context);

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    internal async Task<TResponse> AnswerAsync<TResponse>(IMessage request, ServerCallContext context)
        where TResponse : IMessage
    {
        _calls.Enqueue(new ReceivedCall(request, context.RequestHeaders, context.Deadline));
        return (TResponse)await _answers[request.GetType()](request, context);
    }

    private static async Task<TestServer> StartAsync(Action<KestrelServerOptions> listen)
    {
        var server = new TestServer(listen);
        await server._app.StartAsync();
        return server;
    }
}

/// <summary>One call that arrived at a <see cref="TestServer"/>.</summary>
internal sealed record ReceivedCall(IMessage Request, Metadata Headers, DateTime Deadline)
{
    public string? RequestId => Headers.GetValue("x-openstack-request-id");
}

internal sealed class TestNodes(TestServer server) : NodeService.NodeServiceBase
{
    public override Task<ListNodesResponse> ListNodes(ListNodesRequest request, ServerCallContext context) => server.AnswerAsync<ListNodesResponse>(request, context);

    public override Task<GetNodeResponse> GetNode(GetNodeRequest request, ServerCallContext context) => server.AnswerAsync<GetNodeResponse>(request, context);

    public override Task<PatchNodeResponse> PatchNode(PatchNodeRequest request, ServerCallContext context) => server.AnswerAsync<PatchNodeResponse>(request, context);

    public override Task<SetNodePowerStateResponse> SetNodePowerState(SetNodePowerStateRequest request, ServerCallContext context) =>
        server.AnswerAsync<SetNodePowerStateResponse>(request, context);

    public override Task<CallNodeVendorMethodResponse> CallNodeVendorMethod(CallNodeVendorMethodRequest request, ServerCallContext context) =>
        server.AnswerAsync<CallNodeVendorMethodResponse>(request, context);
}

internal sealed class TestWatch(TestServer server) : WatchService.WatchServiceBase
{
    public override Task Watch(WatchRequest request, IServerStreamWriter<WatchResponse> responseStream, ServerCallContext context) =>
        server.Watched!(request, responseStream, context);
}

/// <summary>A stream that serves, then fails.</summary>
internal sealed class TestHealth : Health.HealthBase
{
    public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        await responseStream.WriteAsync(new HealthCheckResponse { Status = HealthCheckResponse.Types.ServingStatus.Serving });
        if (request.Service == "ends with an error")
            throw StatusDetails.CreateException(StatusCode.Unavailable, "it burns", StatusDetails.ApiDomain, "TEMPORARY_FAILURE");
        await Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken);
    }
}
