using Grpc.Core;
using Ironic.Contracts.Tests.GrpcContracts.Probe;

namespace Ironic.Contracts.Tests.GrpcContracts;

/// <summary>What the smaller types promise without a call.</summary>
public sealed class ContractTypeTests
{
    [Fact]
    public void A_changed_copy_of_call_options_keeps_the_rest()
    {
        using var cancellation = new CancellationTokenSource();
        var deadline = new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        var headers = new Metadata();
        var credentials = CallCredentials.FromInterceptor((_, _) => Task.CompletedTask);
        var writeOptions = new WriteOptions(WriteFlags.NoCompress);

        var options = new CallOptions(headers, deadline, cancellation.Token, writeOptions, null, credentials);
        var changed = options.WithDeadline(deadline.AddDays(1)).WithWaitForReady();

        Assert.Equal(deadline, options.Deadline);
        Assert.False(options.IsWaitForReady);
        Assert.Equal(deadline.AddDays(1), changed.Deadline);
        Assert.True(changed.IsWaitForReady);
        Assert.Same(headers, changed.Headers);
        Assert.Equal(cancellation.Token, changed.CancellationToken);
        Assert.Same(writeOptions, changed.WriteOptions);
        Assert.Same(credentials, changed.Credentials);
    }

    [Fact]
    public void A_status_reads_well_in_a_log()
    {
        Assert.Equal("Status(StatusCode=\"NotFound\", Detail=\"no node\")", new Status(StatusCode.NotFound, "no node").ToString());
        Assert.Equal(
            "Status(StatusCode=\"Internal\", Detail=\"\", DebugException=\"System.InvalidOperationException: cause\")",
            new Status(StatusCode.Internal, "", new InvalidOperationException("cause")).ToString());
        Assert.Equal("", default(Status).Detail);
        Assert.Equal(StatusCode.OK, default(Status).StatusCode);
    }

    [Fact]
    public void A_service_definition_binds_its_methods_once_and_in_order()
    {
        var binder = new RecordingBinder();

        ProbeServiceBase.BindService(new ProbeService(new ProbeHandlers())).BindService(binder);

        Assert.Equal(["Unary", "ClientStreaming", "ServerStreaming", "DuplexStreaming"], binder.Added);
        var builder = ServerServiceDefinition.CreateBuilder().AddMethod(ProbeServiceBase.UnaryMethod, (request, _) => Task.FromResult(request));
        Assert.Throws<ArgumentException>(() => builder.AddMethod(ProbeServiceBase.UnaryMethod, (request, _) => Task.FromResult(request)));
    }

    [Fact]
    public void A_client_without_a_channel_names_the_method_that_its_double_lacks()
    {
        var exception = Assert.Throws<NotImplementedException>(() => new ChannelLessClient().UnaryAsync(""));

        Assert.Contains("/ironic.tests.Probe/Unary", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_writer_without_cancellation_refuses_a_token_that_can_be_cancelled()
    {
        var writer = new ListWriter();
        using var cancellation = new CancellationTokenSource();

        await ((IAsyncStreamWriter<string>)writer).WriteAsync("a", CancellationToken.None);

        Assert.Throws<NotSupportedException>(() => { _ = ((IAsyncStreamWriter<string>)writer).WriteAsync("b", cancellation.Token); });
        Assert.Equal(["a"], writer.Written);
    }

    private sealed class ChannelLessClient : ProbeClient;

    private sealed class ListWriter : IServerStreamWriter<string>
    {
        public List<string> Written { get; } = [];

        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(string message)
        {
            Written.Add(message);
            return Task.CompletedTask;
        }
    }

    private sealed class RecordingBinder : ServiceBinderBase
    {
        public List<string> Added { get; } = [];

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) =>
            Added.Add("Unary");

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler) => Added.Add("ClientStreaming");

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler) => Added.Add("ServerStreaming");

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler) => Added.Add("DuplexStreaming");
    }
}
