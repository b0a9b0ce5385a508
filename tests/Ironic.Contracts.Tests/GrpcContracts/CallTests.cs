using Grpc.Core;
using Grpc.Net.Client;
using Ironic.Contracts.Tests.GrpcContracts.Probe;
using Microsoft.AspNetCore.Builder;

namespace Ironic.Contracts.Tests.GrpcContracts;

/// <summary>Calls of all four kinds between the two engines, over HTTP/2 on loopback.</summary>
public sealed class CallTests
{
    private static readonly ProbeHandlers Echo = new()
    {
        Unary = (request, _) => Task.FromResult($"<{request}>"),
        Collect = async (requests, _) => string.Join(',', await requests.ReadAllAsync().ToListAsync()),
        List = async (request, responses, _) =>
        {
            foreach (var word in request.Split(' '))
            {
                await responses.WriteAsync(word);
            }
        },
        Chat = async (requests, responses, _) =>
        {
            await foreach (var request in requests.ReadAllAsync())
            {
                await responses.WriteAsync($"<{request}>");
            }
        },
    };

    [Fact]
    public async Task A_unary_call_answers()
    {
        await using var server = await ProbeServer.StartAsync(Echo);
        using var channel = server.CreateChannel();
        var client = new ProbeClient(channel);

        Assert.Equal("<größe>", await client.UnaryAsync("größe").ResponseAsync.WithinLimit());
        Assert.Equal("<>", await client.UnaryAsync("").ResponseAsync.WithinLimit());
    }

    [Fact]
    public async Task A_blocking_unary_call_answers()
    {
        await using var server = await ProbeServer.StartAsync(Echo);
        using var channel = server.CreateChannel();

        Assert.Equal("<a>", await Task.Run(() => new ProbeClient(channel).Unary("a")).WithinLimit());
    }

    [Fact]
    public async Task Server_streaming_gives_all_responses_in_order()
    {
        await using var server = await ProbeServer.StartAsync(Echo);
        using var channel = server.CreateChannel();
        using var call = new ProbeClient(channel).List("a b c");

        Assert.Equal(["a", "b", "c"], await call.ResponseStream.ReadAllAsync().ToListAsync().AsTask().WithinLimit());
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        Assert.False(await call.ResponseStream.MoveNext().WithinLimit());
    }

    [Fact]
    public async Task Client_streaming_gives_all_requests_in_order()
    {
        await using var server = await ProbeServer.StartAsync(Echo);
        using var channel = server.CreateChannel();
        using var call = new ProbeClient(channel).Collect();

        await call.RequestStream.WriteAsync("a").WithinLimit();
        await call.RequestStream.WriteAsync("b", CancellationToken.None).WithinLimit();
        await call.RequestStream.CompleteAsync().WithinLimit();

        Assert.Equal("a,b", await call.ResponseAsync.WithinLimit());
    }

    [Fact]
    public async Task Duplex_streaming_answers_while_the_client_still_writes()
    {
        await using var server = await ProbeServer.StartAsync(Echo);
        using var channel = server.CreateChannel();
        using var call = new ProbeClient(channel).Chat();

        foreach (var request in new[] { "a", "b" })
        {
            await call.RequestStream.WriteAsync(request).WithinLimit();
            Assert.True(await call.ResponseStream.MoveNext().WithinLimit());
            Assert.Equal($"<{request}>", call.ResponseStream.Current);
        }

        await call.RequestStream.CompleteAsync().WithinLimit();
        Assert.False(await call.ResponseStream.MoveNext().WithinLimit());
    }

    [Fact]
    public async Task Headers_and_trailers_travel_both_ways()
    {
        var everyByte = Enumerable.Range(0, 256).Select(value => (byte)value).ToArray();
        Metadata? received = null;
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Unary = async (request, context) =>
            {
                received = context.RequestHeaders;
                context.ResponseTrailers.Add("trailer-bin", everyByte);
                await context.WriteResponseHeadersAsync(new Metadata { { "header", "early" } });
                return request;
            },
        });
        using var channel = server.CreateChannel();
        var headers = new Metadata { { "Text", "first" }, { "text", "second" }, { "data-bin", everyByte } };

        using var call = new ProbeClient(channel).UnaryAsync("a", new CallOptions(headers));
        var responseHeaders = await call.ResponseHeadersAsync.WithinLimit();
        await call.ResponseAsync.WithinLimit();

        Assert.NotNull(received);
        Assert.Equal(["first", "second"], received.GetAll("text").SelectMany(entry => entry.Value.Split(", ")));
        Assert.Equal(everyByte, received.GetValueBytes("data-bin"));
        Assert.Equal("early", responseHeaders.GetValue("header"));
        Assert.Equal(everyByte, call.GetTrailers().GetValueBytes("trailer-bin"));
    }

    [Fact]
    public async Task A_service_definition_serves_as_the_service_type_does()
    {
        await using var server = await ProbeServer.StartAsync(
            new ProbeHandlers(),
            map: routes => routes.MapGrpcService(ProbeServiceBase.BindService(new ProbeService(Echo))));
        using var channel = server.CreateChannel();
        var client = new ProbeClient(channel);

        Assert.Equal("<a>", await client.UnaryAsync("a").ResponseAsync.WithinLimit());
        using var call = client.List("a b");
        Assert.Equal(["a", "b"], await call.ResponseStream.ReadAllAsync().ToListAsync().AsTask().WithinLimit());
    }

    [Fact]
    public async Task A_channel_reports_its_connectivity()
    {
        await using var server = await ProbeServer.StartAsync(Echo);
        using var channel = server.CreateChannel(new GrpcChannelOptions { HttpHandler = new SocketsHttpHandler() });

        Assert.Equal(ConnectivityState.Idle, channel.State);
        await channel.ConnectAsync().WithinLimit();
        Assert.Equal(ConnectivityState.Ready, channel.State);
        channel.Dispose();
        Assert.Equal(ConnectivityState.Shutdown, channel.State);
    }
}
