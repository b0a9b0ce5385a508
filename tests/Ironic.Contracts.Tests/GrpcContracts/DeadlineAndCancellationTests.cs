using Grpc.Core;
using Ironic.Contracts.Tests.GrpcContracts.Probe;

namespace Ironic.Contracts.Tests.GrpcContracts;

/// <summary>A call ends on both sides when its deadline passes or its caller gives up.</summary>
public sealed class DeadlineAndCancellationTests
{
    /// <summary>A unary method that never answers and tells when it started and when it was cancelled.</summary>
    private sealed class Waiting
    {
        public TaskCompletionSource<ServerCallContext> Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task WaitAsync(ServerCallContext context)
        {
            Started.SetResult(context);
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken);
            }
            catch (OperationCanceledException)
            {
                Cancelled.SetResult();
                throw;
            }
        }
    }

    [Fact]
    public async Task A_deadline_that_passes_ends_the_call_on_both_sides()
    {
        var waiting = new Waiting();
        await using var server = await ProbeServer.StartAsync(WaitingInUnary(waiting));
        using var channel = server.CreateChannel();

        using var call = new ProbeClient(channel).UnaryAsync("", new CallOptions(deadline: After(TimeSpan.FromSeconds(3))));
        var exception = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync.WithinLimit());

        Assert.Equal(StatusCode.DeadlineExceeded, exception.StatusCode);
        Assert.Equal(StatusCode.DeadlineExceeded, call.GetStatus().StatusCode);
        await waiting.Cancelled.Task.WithinLimit();
    }

    [Fact]
    public async Task The_server_knows_the_deadline()
    {
        var seen = new List<DateTime>();
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Unary = (request, context) =>
            {
                seen.Add(context.Deadline);
                return Task.FromResult(request);
            },
        });
        using var channel = server.CreateChannel();
        var client = new ProbeClient(channel);
        var deadline = After(TimeSpan.FromHours(1));

        await client.UnaryAsync("", new CallOptions(deadline: deadline)).ResponseAsync.WithinLimit();
        await client.UnaryAsync("").ResponseAsync.WithinLimit();

        Assert.Equal(deadline, seen[0], TimeSpan.FromMinutes(1));
        Assert.Equal(DateTime.MaxValue, seen[1]);
    }

    [Fact]
    public async Task A_cancelled_token_ends_a_unary_call_on_both_sides()
    {
        var waiting = new Waiting();
        await using var server = await ProbeServer.StartAsync(WaitingInUnary(waiting));
        using var channel = server.CreateChannel();
        using var cancellation = new CancellationTokenSource();

        using var call = new ProbeClient(channel).UnaryAsync("", new CallOptions(cancellationToken: cancellation.Token));
        await waiting.Started.Task.WithinLimit();
        await cancellation.CancelAsync();

        var exception = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync.WithinLimit());
        Assert.Equal(StatusCode.Cancelled, exception.StatusCode);
        await waiting.Cancelled.Task.WithinLimit();
    }

    [Fact]
    public async Task Disposing_a_stream_cancels_it_on_both_sides()
    {
        var waiting = new Waiting();
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Chat = async (_, responses, context) =>
            {
                await responses.WriteAsync("first");
                await waiting.WaitAsync(context);
            },
        });
        using var channel = server.CreateChannel();

        var call = new ProbeClient(channel).Chat();
        Assert.True(await call.ResponseStream.MoveNext().WithinLimit());
        await waiting.Started.Task.WithinLimit();
        var read = call.ResponseStream.MoveNext();
        call.Dispose();

        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => read.WithinLimit())).StatusCode);
        await waiting.Cancelled.Task.WithinLimit();
    }

    private static ProbeHandlers WaitingInUnary(Waiting waiting) => new()
    {
        Unary = async (request, context) =>
        {
            await waiting.WaitAsync(context);
            return request;
        },
    };

    private static DateTime After(TimeSpan delay) => TimeProvider.System.GetUtcNow().UtcDateTime + delay;
}
