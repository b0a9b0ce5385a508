using Grpc.Core;

namespace Ironic.Contracts.Tests.GrpcContracts.Probe;

/// <summary>The client of these tests in the shape that Grpc.Tools generates.</summary>
internal class ProbeClient : ClientBase<ProbeClient>
{
    public ProbeClient(ChannelBase channel)
        : base(channel)
    {
    }

    public ProbeClient(CallInvoker callInvoker)
        : base(callInvoker)
    {
    }

    protected ProbeClient()
    {
    }

    private ProbeClient(ClientBaseConfiguration configuration)
        : base(configuration)
    {
    }

    public string Unary(string request, CallOptions options = default) =>
        CallInvoker.BlockingUnaryCall(ProbeServiceBase.UnaryMethod, null, options, request);

    public AsyncUnaryCall<string> UnaryAsync(string request, CallOptions options = default) =>
        CallInvoker.AsyncUnaryCall(ProbeServiceBase.UnaryMethod, null, options, request);

    public AsyncClientStreamingCall<string, string> Collect(CallOptions options = default) =>
        CallInvoker.AsyncClientStreamingCall(ProbeServiceBase.CollectMethod, null, options);

    public AsyncServerStreamingCall<string> List(string request, CallOptions options = default) =>
        CallInvoker.AsyncServerStreamingCall(ProbeServiceBase.ListMethod, null, options, request);

    public AsyncDuplexStreamingCall<string, string> Chat(CallOptions options = default) =>
        CallInvoker.AsyncDuplexStreamingCall(ProbeServiceBase.ChatMethod, null, options);

    protected override ProbeClient NewInstance(ClientBaseConfiguration configuration) => new(configuration);
}
