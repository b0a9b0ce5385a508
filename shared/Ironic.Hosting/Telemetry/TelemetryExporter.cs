using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Ironic.Hosting.Telemetry;

/// <summary>
/// Exports traces and metrics over OTLP, when an endpoint is configured. Without one no provider exists: no activity is made, no
/// measurement taken.
/// </summary>
internal sealed class TelemetryExporter(IOptions<TelemetryOptions> options, ServiceIdentity identity) : IHostedService, IDisposable
{
    private TracerProvider? _tracerProvider;
    private MeterProvider? _meterProvider;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.OtlpEndpoint is null)
            return Task.CompletedTask;
        _tracerProvider = Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(AddIdentity)
            .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(options.Value.SampleRatio)))
            .AddSource([.. TelemetrySources.ActivitySources.Select(ToPattern)])
            .AddProcessor(new SpanNames())
            .AddOtlpExporter(exporter => Configure(exporter, "v1/traces"))
            .Build();
        _meterProvider = Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(AddIdentity)
            .AddMeter([.. TelemetrySources.Meters.Select(ToPattern)])
            // Only what reports the things that there are has many series; what counts requests does not.
            .AddView(instrument => instrument.IsObservable && instrument.Meter.Name.StartsWith("Ironic.", StringComparison.Ordinal)
                ? new MetricStreamConfiguration { CardinalityLimit = options.Value.MaxSeries }
                : null)
            .AddOtlpExporter((exporter, reader) =>
            {
                Configure(exporter, "v1/metrics");
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)options.Value.MetricInterval.TotalMilliseconds;
            })
            .Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Disposing sends what is left; the container does it after every hosted service has stopped.
    public void Dispose()
    {
        _tracerProvider?.Dispose();
        _meterProvider?.Dispose();
    }

    private static string ToPattern(string prefix) => prefix + "*";

    private void AddIdentity(ResourceBuilder resource) =>
        resource.AddService(identity.ServiceName, serviceNamespace: "ironic", identity.Version, autoGenerateServiceInstanceId: false, identity.InstanceId);

    private void Configure(OtlpExporterOptions exporter, string httpPath)
    {
        exporter.Protocol = options.Value.OtlpProtocol;
        // An endpoint that is set in code is taken as it is; over HTTP the path of the signal belongs to it.
        exporter.Endpoint = exporter.Protocol == OtlpExportProtocol.Grpc
            ? options.Value.OtlpEndpoint!
            : new Uri(options.Value.OtlpEndpoint!.AbsoluteUri.TrimEnd('/') + "/" + httpPath);
    }
}
