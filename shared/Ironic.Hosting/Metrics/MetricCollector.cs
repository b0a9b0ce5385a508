using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Ironic.Hosting.Telemetry;
using Microsoft.Extensions.Logging;

namespace Ironic.Hosting.Metrics;

/// <summary>Collects the measurements of the process' meters and writes them for Prometheus.</summary>
internal sealed partial class MetricCollector : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, InstrumentState> _instruments = new();
    private readonly Lock _scrapeLock = new();
    private readonly ServiceIdentity _identity;
    private readonly ILogger<MetricCollector> _logger;
    private long _generation;

    /// <param name="identity">Who the process is.</param>
    /// <param name="meterFactory">The host's own: meters of other hosts in the same process are not its business.</param>
    /// <param name="logger">Where trouble is told.</param>
    public MetricCollector(ServiceIdentity identity, IMeterFactory meterFactory, ILogger<MetricCollector> logger)
    {
        _identity = identity;
        _logger = logger;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope is IMeterFactory owner && owner != meterFactory)
                return;
            if (TelemetrySources.IsKnownMeter(instrument.Meter.Name) && MetricKinds.Of(instrument) is { } kind)
            {
                var state = _instruments.GetOrAdd(
                    instrument, _ => new InstrumentState(instrument, kind, () => Volatile.Read(ref _generation), i => LogOverflow(i.Name, InstrumentState.MaxSeries)));
                listener.EnableMeasurementEvents(instrument, state);
            }
        };
        _listener.MeasurementsCompleted = (instrument, state) => _instruments.TryRemove(instrument, out _);
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, state) => ((InstrumentState)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<float>(static (_, value, tags, state) => ((InstrumentState)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<decimal>(static (_, value, tags, state) => ((InstrumentState)state!).Record((double)value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, state) => ((InstrumentState)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, state) => ((InstrumentState)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<short>(static (_, value, tags, state) => ((InstrumentState)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<byte>(static (_, value, tags, state) => ((InstrumentState)state!).Record(value, tags));
        _listener.Start();
    }

    public void Dispose() => _listener.Dispose();

    /// <summary>All metrics in Prometheus' text format.</summary>
    public string Scrape()
    {
        lock (_scrapeLock)
        {
            Interlocked.Increment(ref _generation);
            try
            {
                _listener.RecordObservableInstruments();
            }
            catch (AggregateException e)
            {
                // The other instruments have been read.
                LogObserveFailed(e);
            }

            var writer = new PrometheusWriter();
            writer.WriteHeader("target_info", MetricKind.Gauge, "The process.");
            writer.WriteSample(
                "target_info",
                PrometheusWriter.FormatLabels(
                [
                    new("service_instance_id", _identity.InstanceId), new("service_name", _identity.ServiceName), new("service_version", _identity.Version),
                ]),
                1);
            foreach (var family in _instruments.Values.GroupBy(state => state.Name).OrderBy(family => family.Key, StringComparer.Ordinal))
                WriteFamily(writer, [.. family.OrderBy(state => state.Order)]);
            return writer.ToString();
        }
    }

    private void WriteFamily(PrometheusWriter writer, InstrumentState[] family)
    {
        var first = family[0];
        var hasHeader = false;
        foreach (var state in family)
        {
            if (state.Kind != first.Kind)
            {
                LogConflict(state.Instrument.Meter.Name, first.Instrument.Meter.Name, state.Name);
                continue;
            }

            foreach (var series in state.Snapshot(_generation))
            {
                if (!hasHeader)
                    writer.WriteHeader(state.Name, state.Kind, state.Instrument.Description);
                hasHeader = true;
                var labels = PrometheusWriter.FormatLabels(
                    family.Length == 1 ? series.Labels : [.. series.Labels, new("otel_scope_name", state.Instrument.Meter.Name)]);
                switch (series)
                {
                    case HistogramSeries histogram:
                        var (counts, sum) = histogram.Read();
                        writer.WriteHistogram(state.Name, labels, state.Bounds, counts, sum);
                        break;
                    case SumSeries total:
                        writer.WriteSample(state.Name, labels, total.Value);
                        break;
                    case LastValueSeries last:
                        writer.WriteSample(state.Name, labels, last.Value);
                        break;
                }
            }
        }
    }

    [LoggerMessage(EventId = 300, EventName = "MetricOverflow", Level = LogLevel.Warning, Message = "{Instrument} has more than {Limit} series; the rest is counted together")]
    private partial void LogOverflow(string instrument, int limit);

    [LoggerMessage(EventId = 301, EventName = "MetricObserveFailed", Level = LogLevel.Warning, Message = "a metric could not be read")]
    private partial void LogObserveFailed(Exception exception);

    [LoggerMessage(EventId = 302, EventName = "MetricConflict", Level = LogLevel.Warning, Message = "the meters {Meter} and {Other} use {Metric} for different kinds of instrument; the first one's is shown")]
    private partial void LogConflict(string meter, string other, string metric);
}
