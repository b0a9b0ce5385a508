using System.Collections.Concurrent;
using System.Diagnostics;
using Ironic.Api.V1;
using Ironic.Hosting.Channels;
using Ironic.Hosting.Endpoints;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Ironic.Hosting.Tests;

public sealed class TelemetryTests
{
    [Fact]
    public async Task A_trace_goes_through_the_processes_and_arrives_at_the_collector()
    {
        var received = new ConcurrentQueue<(string Path, byte[] Body)>();
        await using var collector = await StartCollectorAsync(received);
        var otlp = collector.Services.GetRequiredService<ListeningAddresses>().Urls[0];
        string[] args = [$"--Telemetry:OtlpEndpoint={otlp}", "--Telemetry:OtlpProtocol=HttpProtobuf"];
        var traces = new ConcurrentQueue<string>();
        await using (var back = await TestHost.StartAsync(args: args))
        await using (var front = await TestHost.StartAsync(args: args))
        {
            using var channel = GrpcChannels.Create(back.Url);
            back.Behaviour.GetNode = (_, _) => AnswerAsync(traces);
            front.Behaviour.GetNode = async (request, context) =>
            {
                await AnswerAsync(traces);
                return await new NodeService.NodeServiceClient(channel.WithRequestContext()).GetNodeAsync(request, cancellationToken: context.CancellationToken);
            };
            await new NodeService.NodeServiceClient(front.Invoker).GetNodeAsync(new GetNodeRequest());
        }

        // Hosts send what is left when they are disposed.
        var trace = Assert.Single(traces.Distinct());
        Assert.Equal(2, traces.Count);
        var spans = received.Where(request => request.Path == "/v1/traces").Select(request => request.Body).ToList();
        Assert.Contains(spans, body => body.AsSpan().IndexOf(Convert.FromHexString(trace)) >= 0);
        Assert.Contains(spans, body => body.AsSpan().IndexOf("ironic-test"u8) >= 0);
        Assert.Contains(spans, body => body.AsSpan().IndexOf("/ironic.api.v1.NodeService/GetNode"u8) >= 0);
        Assert.Contains(received, request => request.Path == "/v1/metrics" && request.Body.AsSpan().IndexOf("http.server.request.duration"u8) >= 0);
    }

    [Fact]
    public async Task Without_a_collector_no_activity_is_made()
    {
        await using var host = await TestHost.StartAsync();
        Activity? seen = null;
        host.Behaviour.GetNode = (_, _) =>
        {
            seen = Activity.Current;
            return Task.FromResult(new GetNodeResponse());
        };

        await new NodeService.NodeServiceClient(host.Invoker).GetNodeAsync(new GetNodeRequest());

        Assert.Null(seen);
    }

    private static Task<GetNodeResponse> AnswerAsync(ConcurrentQueue<string> traces)
    {
        traces.Enqueue(Activity.Current?.TraceId.ToHexString() ?? "none");
        return Task.FromResult(new GetNodeResponse());
    }

    private static async Task<WebApplication> StartCollectorAsync(ConcurrentQueue<(string Path, byte[] Body)> received)
    {
        var builder = IronicHost.CreateBuilder("collector", []);
        builder.ListenHttp1(_ => "http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("/{**path}", async (HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            received.Enqueue((context.Request.Path, body.ToArray()));
        });
        await app.StartAsync();
        return app;
    }
}
