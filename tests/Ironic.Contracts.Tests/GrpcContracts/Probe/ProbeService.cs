using Grpc.Core;

namespace Ironic.Contracts.Tests.GrpcContracts.Probe;

/// <summary>The service of these tests in the shape that Grpc.Tools generates, with strings for messages.</summary>
[BindServiceMethod(typeof(ProbeServiceBase), nameof(BindService))]
public abstract class ProbeServiceBase
{
    public const string ServiceName = "ironic.tests.Probe";

    public static readonly Method<string, string> UnaryMethod = Describe(MethodType.Unary, nameof(Unary));
    public static readonly Method<string, string> CollectMethod = Describe(MethodType.ClientStreaming, nameof(Collect));
    public static readonly Method<string, string> ListMethod = Describe(MethodType.ServerStreaming, nameof(List));
    public static readonly Method<string, string> ChatMethod = Describe(MethodType.DuplexStreaming, nameof(Chat));

    public static void BindService(ServiceBinderBase serviceBinder, ProbeServiceBase? service)
    {
        serviceBinder.AddMethod(UnaryMethod, service is null ? null : new UnaryServerMethod<string, string>(service.Unary));
        serviceBinder.AddMethod(CollectMethod, service is null ? null : new ClientStreamingServerMethod<string, string>(service.Collect));
        serviceBinder.AddMethod(ListMethod, service is null ? null : new ServerStreamingServerMethod<string, string>(service.List));
        serviceBinder.AddMethod(ChatMethod, service is null ? null : new DuplexStreamingServerMethod<string, string>(service.Chat));
    }

    public static ServerServiceDefinition BindService(ProbeServiceBase service) => ServerServiceDefinition.CreateBuilder()
        .AddMethod(UnaryMethod, service.Unary)
        .AddMethod(CollectMethod, service.Collect)
        .AddMethod(ListMethod, service.List)
        .AddMethod(ChatMethod, service.Chat)
        .Build();

    public virtual Task<string> Unary(string request, ServerCallContext context) => throw Unimplemented();

    public virtual Task<string> Collect(IAsyncStreamReader<string> requestStream, ServerCallContext context) => throw Unimplemented();

    public virtual Task List(string request, IServerStreamWriter<string> responseStream, ServerCallContext context) => throw Unimplemented();

    public virtual Task Chat(IAsyncStreamReader<string> requestStream, IServerStreamWriter<string> responseStream, ServerCallContext context) =>
        throw Unimplemented();

    private static Method<string, string> Describe(MethodType type, string name) =>
        new(type, ServiceName, name, Marshallers.StringMarshaller, Marshallers.StringMarshaller);

    private static RpcException Unimplemented() => new(new Status(StatusCode.Unimplemented, ""));
}

/// <summary>What a test lets its server do; what is not set stays unimplemented.</summary>
public sealed class ProbeHandlers
{
    public UnaryServerMethod<string, string>? Unary { get; init; }

    public ClientStreamingServerMethod<string, string>? Collect { get; init; }

    public ServerStreamingServerMethod<string, string>? List { get; init; }

    public DuplexStreamingServerMethod<string, string>? Chat { get; init; }
}

/// <summary>Serves with a test's handlers.</summary>
public sealed class ProbeService(ProbeHandlers handlers) : ProbeServiceBase
{
    public override Task<string> Unary(string request, ServerCallContext context) =>
        handlers.Unary is { } serve ? serve(request, context) : base.Unary(request, context);

    public override Task<string> Collect(IAsyncStreamReader<string> requestStream, ServerCallContext context) =>
        handlers.Collect is { } serve ? serve(requestStream, context) : base.Collect(requestStream, context);

    public override Task List(string request, IServerStreamWriter<string> responseStream, ServerCallContext context) =>
        handlers.List is { } serve ? serve(request, responseStream, context) : base.List(request, responseStream, context);

    public override Task Chat(IAsyncStreamReader<string> requestStream, IServerStreamWriter<string> responseStream, ServerCallContext context) =>
        handlers.Chat is { } serve ? serve(requestStream, responseStream, context) : base.Chat(requestStream, responseStream, context);
}
