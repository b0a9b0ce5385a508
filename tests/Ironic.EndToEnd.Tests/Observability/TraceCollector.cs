using System.Collections.Concurrent;
using Grpc.Core;
using Ironic.Hosting;
using Ironic.Hosting.Endpoints;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Ironic.EndToEnd.Tests.Observability;

/// <summary>A collector on the loopback address that keeps the spans that it is sent over OTLP.</summary>
internal sealed class TraceCollector : IAsyncDisposable
{
    private readonly ConcurrentQueue<CollectedSpan> _spans = new();
    private WebApplication _app = null!;

    /// <summary>What processes are told as <c>Telemetry:OtlpEndpoint</c>.</summary>
    public string Url => _app.Services.GetRequiredService<ListeningAddresses>().Urls[0];

    public static async Task<TraceCollector> StartAsync()
    {
        var collector = new TraceCollector();
        var builder = IronicHost.CreateBuilder("collector", []);
        builder.AddIronicGrpc();
        builder.ListenHttp2(_ => "http://127.0.0.1:0");
        builder.Services.AddSingleton(new Receiver(collector._spans));
        collector._app = builder.Build();
        collector._app.MapGrpcService<Receiver>();
        await collector._app.StartAsync();
        return collector;
    }

    /// <summary>The spans of a trace that have arrived.</summary>
    /// <param name="trace">Its id, in hexadecimal.</param>
    public IReadOnlyList<CollectedSpan> Trace(string trace) => [.. _spans.Where(span => span.Trace == trace)];

    /// <summary>All spans that have arrived.</summary>
    public IReadOnlyList<CollectedSpan> All => [.. _spans];

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private sealed class Receiver(ConcurrentQueue<CollectedSpan> spans) : TraceService.TraceServiceBase
    {
        public override Task<ExportTraceServiceResponse> Export(ExportTraceServiceRequest request, ServerCallContext context)
        {
            foreach (var resource in request.ResourceSpans)
            {
                var service = resource.Resource.Attributes.Single(attribute => attribute.Key == "service.name").Value.StringValue;
                foreach (var span in resource.ScopeSpans.SelectMany(scope => scope.Spans))
                    spans.Enqueue(new CollectedSpan(service, Hex(span.TraceId), Hex(span.SpanId), Hex(span.ParentSpanId), span.Name, span.Kind));
            }

            return Task.FromResult(new ExportTraceServiceResponse());
        }

        private static string Hex(Google.Protobuf.ByteString bytes) => Convert.ToHexStringLower(bytes.Span);
    }
}

/// <summary>One span.</summary>
/// <param name="Service">The kind of process that made it.</param>
internal sealed record CollectedSpan(string Service, string Trace, string Id, string Parent, string Name, SpanKind Kind);
