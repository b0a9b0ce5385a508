using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Ironic.Contracts.Tests.GrpcContracts.Probe;

namespace Ironic.Contracts.Tests.GrpcContracts;

/// <summary>Interceptors on both sides see all four kinds of call, in their order.</summary>
public sealed class InterceptorTests
{
    private static readonly ProbeHandlers Trace = new()
    {
        Unary = (_, context) => Task.FromResult(Steps(context)),
        Collect = (_, context) => Task.FromResult(Steps(context)),
        List = (_, responses, context) => responses.WriteAsync(Steps(context)),
        Chat = (_, responses, context) => responses.WriteAsync(Steps(context)),
    };

    [Theory]
    [InlineData(MethodType.Unary)]
    [InlineData(MethodType.ClientStreaming)]
    [InlineData(MethodType.ServerStreaming)]
    [InlineData(MethodType.DuplexStreaming)]
    public async Task Server_interceptors_run_in_the_order_of_their_registration(MethodType type)
    {
        await using var server = await ProbeServer.StartAsync(Trace, AddTracing);
        using var channel = server.CreateChannel();

        Assert.Equal($"outer {type} > inner {type}", await CallAsync(new ProbeClient(channel), type));
    }

    [Theory]
    [InlineData(MethodType.Unary)]
    [InlineData(MethodType.ClientStreaming)]
    [InlineData(MethodType.ServerStreaming)]
    [InlineData(MethodType.DuplexStreaming)]
    public async Task Client_interceptors_run_in_the_order_given(MethodType type)
    {
        await using var server = await ProbeServer.StartAsync(Trace);
        using var channel = server.CreateChannel();
        var outer = new ClientTracing("outer");
        var inner = new ClientTracing("inner");

        Assert.Equal("outer > inner", await CallAsync(new ProbeClient(channel.Intercept(outer, inner)), type));
        Assert.Equal("outer > inner", await CallAsync(new ProbeClient(channel.Intercept(inner).Intercept(outer)), type));
        Assert.Equal("outer > inner", await CallAsync(new ProbeClient(channel.CreateCallInvoker().Intercept(outer, inner)), type));
    }

    [Fact]
    public async Task A_blocking_call_goes_through_client_interceptors()
    {
        await using var server = await ProbeServer.StartAsync(Trace);
        using var channel = server.CreateChannel();
        var client = new ProbeClient(channel.Intercept(new ClientTracing("only")));

        Assert.Equal("only", await Task.Run(() => client.Unary("")).WithinLimit());
    }

    [Fact]
    public async Task An_interceptor_that_overrides_nothing_changes_nothing()
    {
        await using var server = await ProbeServer.StartAsync(Trace, options => options.Interceptors.Add<Passing>());
        using var channel = server.CreateChannel();
        var client = new ProbeClient(channel.Intercept(new Passing()));

        foreach (var type in Enum.GetValues<MethodType>())
        {
            Assert.Equal("", await CallAsync(client, type));
        }

        Assert.Equal("", await Task.Run(() => client.Unary("")).WithinLimit());
    }

    [Theory]
    [InlineData(MethodType.Unary)]
    [InlineData(MethodType.ClientStreaming)]
    [InlineData(MethodType.ServerStreaming)]
    [InlineData(MethodType.DuplexStreaming)]
    public async Task A_metadata_function_changes_the_headers_sent_and_not_the_callers(MethodType type)
    {
        await using var server = await ProbeServer.StartAsync(Trace);
        using var channel = server.CreateChannel();
        var client = new ProbeClient(channel.Intercept(headers =>
        {
            headers.Add("step", "function");
            return headers;
        }));
        var headers = new Metadata { { "step", "caller" } };

        Assert.Equal("caller > function", await CallAsync(client, type, new CallOptions(headers)));
        Assert.Equal("function", await CallAsync(client, type));
        Assert.Equal("caller", Assert.Single(headers).Value);
    }

    [Theory]
    [InlineData(MethodType.Unary)]
    [InlineData(MethodType.ClientStreaming)]
    [InlineData(MethodType.ServerStreaming)]
    [InlineData(MethodType.DuplexStreaming)]
    public async Task A_client_with_a_host_names_it_to_its_invoker(MethodType type)
    {
        await using var server = await ProbeServer.StartAsync(Trace);
        using var channel = server.CreateChannel();
        var invoker = new HostRecording();
        var client = new ProbeClient(channel.Intercept(invoker));

        await CallAsync(client, type);
        await CallAsync(client.WithHost("first.example").WithHost("second.example"), type);

        Assert.Equal([null, "second.example"], invoker.Hosts);
    }

    [Fact]
    public async Task An_interceptor_may_answer_by_itself()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());
        using var channel = server.CreateChannel();
        using var call = new ProbeClient(channel.Intercept(new Answering())).UnaryAsync("a");

        Assert.Equal("own answer", await call);
        Assert.Equal("own", (await call.ResponseHeadersAsync).GetValue("from"));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        Assert.Empty(call.GetTrailers());
    }

    private static void AddTracing(GrpcServiceOptions options)
    {
        options.Interceptors.Add<ServerTracing>("outer");
        options.Interceptors.Add<ServerTracing>("inner");
    }

    /// <summary>The steps that interceptors of either side left on a call: the client's in its headers, the server's in its state.</summary>
    private static string Steps(ServerCallContext context) => string.Join(
        " > ",
        context.RequestHeaders.GetAll("step").SelectMany(entry => entry.Value.Split(", ")).Concat(ServerTracing.StepsOf(context)));

    private static async Task<string> CallAsync(ProbeClient client, MethodType type, CallOptions options = default)
    {
        switch (type)
        {
            case MethodType.Unary:
                return await client.UnaryAsync("", options).ResponseAsync.WithinLimit();
            case MethodType.ClientStreaming:
                return await client.Collect(options).ResponseAsync.WithinLimit();
            case MethodType.ServerStreaming:
                using (var call = client.List("", options))
                {
                    return await call.ResponseStream.ReadAllAsync().SingleAsync().AsTask().WithinLimit();
                }

            case MethodType.DuplexStreaming:
                using (var call = client.Chat(options))
                {
                    return await call.ResponseStream.ReadAllAsync().SingleAsync().AsTask().WithinLimit();
                }

            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, null);
        }
    }

    private sealed class Passing : Interceptor;

    /// <summary>Notes its name and the kind of call in the state of each call.</summary>
    private sealed class ServerTracing(string name) : Interceptor
    {
        public static IEnumerable<string> StepsOf(ServerCallContext context) =>
            context.UserState.TryGetValue(typeof(ServerTracing), out var steps) ? (List<string>)steps : [];

        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
            continuation(request, Note(context, MethodType.Unary));

        public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
            continuation(requestStream, Note(context, MethodType.ClientStreaming));

        public override Task ServerStreamingServerHandler<TRequest, TResponse>(
            TRequest request,
            IServerStreamWriter<TResponse> responseStream,
            ServerCallContext context,
            ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
            continuation(request, responseStream, Note(context, MethodType.ServerStreaming));

        public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream,
            IServerStreamWriter<TResponse> responseStream,
            ServerCallContext context,
            DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
            continuation(requestStream, responseStream, Note(context, MethodType.DuplexStreaming));

        private ServerCallContext Note(ServerCallContext context, MethodType type)
        {
            if (!context.UserState.TryGetValue(typeof(ServerTracing), out var steps))
            {
                context.UserState[typeof(ServerTracing)] = steps = new List<string>();
            }

            ((List<string>)steps).Add($"{name} {type}");
            return context;
        }
    }

    /// <summary>Rewrites the context of every client call.</summary>
    private abstract class ContextInterceptor : Interceptor
    {
        public override TResponse BlockingUnaryCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context, BlockingUnaryCallContinuation<TRequest, TResponse> continuation) =>
            continuation(request, Rewrite(context));

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation) =>
            continuation(request, Rewrite(context));

        public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
            TRequest request,
            ClientInterceptorContext<TRequest, TResponse> context,
            AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation) => continuation(request, Rewrite(context));

        public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
            ClientInterceptorContext<TRequest, TResponse> context, AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation) =>
            continuation(Rewrite(context));

        public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
            ClientInterceptorContext<TRequest, TResponse> context, AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation) =>
            continuation(Rewrite(context));

        protected abstract ClientInterceptorContext<TRequest, TResponse> Rewrite<TRequest, TResponse>(
            ClientInterceptorContext<TRequest, TResponse> context)
            where TRequest : class
            where TResponse : class;
    }

    private sealed class ClientTracing(string name) : ContextInterceptor
    {
        protected override ClientInterceptorContext<TRequest, TResponse> Rewrite<TRequest, TResponse>(
            ClientInterceptorContext<TRequest, TResponse> context)
        {
            var headers = new Metadata();
            foreach (var entry in context.Options.Headers ?? [])
            {
                headers.Add(entry);
            }

            headers.Add("step", name);
            return new ClientInterceptorContext<TRequest, TResponse>(context.Method, context.Host, context.Options.WithHeaders(headers));
        }
    }

    private sealed class HostRecording : ContextInterceptor
    {
        public List<string?> Hosts { get; } = [];

        protected override ClientInterceptorContext<TRequest, TResponse> Rewrite<TRequest, TResponse>(
            ClientInterceptorContext<TRequest, TResponse> context)
        {
            Hosts.Add(context.Host);
            return context;
        }
    }

    private sealed class Answering : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation) => new(
            Task.FromResult((TResponse)(object)"own answer"),
            Task.FromResult(new Metadata { { "from", "own" } }),
            () => Status.DefaultSuccess,
            () => Metadata.Empty,
            () => { });
    }
}
