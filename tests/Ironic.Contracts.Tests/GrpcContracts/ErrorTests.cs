using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;
using Ironic.Contracts.Tests.GrpcContracts.Probe;

namespace Ironic.Contracts.Tests.GrpcContracts;

/// <summary>What a caller sees of a call that fails.</summary>
public sealed class ErrorTests
{
    private const string Detail = "Knoten „größe” not found: 100% 節点\n";

    [Fact]
    public async Task A_thrown_status_reaches_the_caller_with_its_detail_and_trailers()
    {
        var bytes = new byte[] { 0, 1, 127, 128, 255 };
        var call = await FailAsync(new ProbeHandlers
        {
            Unary = (_, context) =>
            {
                context.ResponseTrailers.Add("set-before", "kept");
                throw new RpcException(
                    new Status(StatusCode.FailedPrecondition, Detail),
                    new Metadata { { "reason", "locked" }, { "state-bin", bytes } });
            },
        });

        Assert.Equal(StatusCode.FailedPrecondition, call.StatusCode);
        Assert.Equal(Detail, call.Status.Detail);
        Assert.Equal("locked", call.Trailers.GetValue("reason"));
        Assert.Equal("kept", call.Trailers.GetValue("set-before"));
        Assert.Equal(bytes, call.Trailers.GetValueBytes("state-bin"));
        Assert.Contains(Detail, call.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_status_set_on_the_context_reaches_the_caller()
    {
        var exception = await FailAsync(new ProbeHandlers
        {
            Unary = (request, context) =>
            {
                context.Status = new Status(StatusCode.Aborted, "changed meanwhile");
                return Task.FromResult(request);
            },
        });

        Assert.Equal(StatusCode.Aborted, exception.StatusCode);
        Assert.Equal("changed meanwhile", exception.Status.Detail);
    }

    [Fact]
    public async Task An_unexpected_exception_tells_the_caller_nothing_of_itself()
    {
        var exception = await FailAsync(new ProbeHandlers { Unary = (_, _) => throw new InvalidOperationException("inner matters") });

        Assert.Equal(StatusCode.Unknown, exception.StatusCode);
        Assert.DoesNotContain("inner matters", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_method_that_is_not_overridden_is_unimplemented()
    {
        Assert.Equal(StatusCode.Unimplemented, (await FailAsync(new ProbeHandlers())).StatusCode);
    }

    [Fact]
    public async Task A_stream_that_fails_gives_its_responses_first_and_then_the_error()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            List = async (request, responses, _) =>
            {
                await responses.WriteAsync(request);
                throw new RpcException(new Status(StatusCode.DataLoss, Detail), new Metadata { { "reason", "torn" } });
            },
        });
        using var channel = server.CreateChannel();
        using var call = new ProbeClient(channel).List("a");

        Assert.True(await call.ResponseStream.MoveNext().WithinLimit());
        Assert.Equal("a", call.ResponseStream.Current);
        var exception = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext().WithinLimit());
        Assert.Equal(StatusCode.DataLoss, exception.StatusCode);
        Assert.Equal(Detail, call.GetStatus().Detail);
        Assert.Equal("torn", call.GetTrailers().GetValue("reason"));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_unavailable_with_the_cause()
    {
        Uri address;
        await using (var server = await ProbeServer.StartAsync(new ProbeHandlers()))
        {
            address = server.Address;
        }

        using var channel = GrpcChannel.ForAddress(address);
        using var call = new ProbeClient(channel).UnaryAsync("");

        var exception = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync.WithinLimit());
        Assert.Equal(StatusCode.Unavailable, exception.StatusCode);
        Assert.IsType<SocketException>(exception.Status.DebugException);
        Assert.Same(exception.Status.DebugException, exception.InnerException);
    }

    private static async Task<RpcException> FailAsync(ProbeHandlers handlers)
    {
        await using var server = await ProbeServer.StartAsync(handlers);
        using var channel = server.CreateChannel();
        using var call = new ProbeClient(channel).UnaryAsync("");
        return await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync.WithinLimit());
    }
}
