using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace Ironic.Hosting.Metrics;

/// <summary>An instrument and its series.</summary>
internal sealed class InstrumentState
{
    /// <summary>
    /// The most series of an instrument that is written to. Tags whose values callers choose must not fill the memory. Observable ones report what there is at the
    /// moment, however much; what they no longer report is forgotten.
    /// </summary>
    public const int MaxSeries = 2000;

    private static readonly KeyValuePair<string, string>[] OverflowLabels = [new("otel_metric_overflow", "true")];

    private static long _count;

    // By tags as given, and by labels: the same tags in another order are the same series.
    private readonly ConcurrentDictionary<KeyValuePair<string, object?>[], Series> _byTags = new(TagSetComparer.Instance);
    private readonly ConcurrentDictionary<KeyValuePair<string, object?>[], Series>.AlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>> _lookup;
    private readonly Dictionary<string, Series> _byLabels = new(StringComparer.Ordinal);
    private readonly Func<long> _generation;
    private readonly Action<Instrument> _overflowed;
    private Series? _overflow;

    public InstrumentState(Instrument instrument, MetricKind kind, Func<long> generation, Action<Instrument> overflowed)
    {
        Instrument = instrument;
        Kind = kind;
        Name = PrometheusNames.ForMetric(instrument, kind);
        Bounds = kind == MetricKind.Histogram ? HistogramBounds.For(instrument) : [];
        _generation = generation;
        _overflowed = overflowed;
        _lookup = _byTags.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>();
    }

    public Instrument Instrument { get; }

    /// <summary>Grows with each instrument, so that the older of two can be told.</summary>
    public long Order { get; } = Interlocked.Increment(ref _count);

    public MetricKind Kind { get; }

    /// <summary>The name of the metric in Prometheus' format.</summary>
    public string Name { get; }

    /// <summary>The upper bounds of a histogram's buckets.</summary>
    public double[] Bounds { get; }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (!_lookup.TryGetValue(tags, out var series))
            series = Add(tags);
        series.Record(value);
    }

    /// <summary>The series in the order of their labels. Observable ones that the last scrape did not report have ended and are forgotten.</summary>
    public IReadOnlyList<Series> Snapshot(long generation)
    {
        lock (_byLabels)
        {
            if (Instrument.IsObservable)
                Forget(generation);
            return [.. _byLabels.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value)];
        }
    }

    private static KeyValuePair<string, string>[] ToLabels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in tags)
        {
            var name = PrometheusNames.ForLabel(key);
            var text = value is bool flag ? (flag ? "true" : "false") : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
            // Two tags may have one name once it is made Prometheus': both values are kept, as OpenTelemetry rules.
            labels[name] = labels.TryGetValue(name, out var other) ? other + ";" + text : text;
        }

        return [.. labels];
    }

    private Series Add(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_byLabels)
        {
            if (_lookup.TryGetValue(tags, out var existing))
                return existing;
            if (_byTags.Count >= MaxSeries && !Instrument.IsObservable)
                return _overflow ?? AddOverflow();
            var labels = ToLabels(tags);
            var key = PrometheusWriter.FormatLabels(labels);
            if (!_byLabels.TryGetValue(key, out var series))
                _byLabels.Add(key, series = CreateSeries(labels));
            return _byTags[tags.ToArray()] = series;
        }
    }

    private void Forget(long generation)
    {
        foreach (var (tags, series) in _byTags)
        {
            if (series is LastValueSeries last && last.Generation != generation)
                _byTags.TryRemove(tags, out _);
        }

        foreach (var (labels, series) in _byLabels)
        {
            if (series is LastValueSeries last && last.Generation != generation)
                _byLabels.Remove(labels);
        }
    }

    private Series AddOverflow()
    {
        _overflow = CreateSeries(OverflowLabels);
        _byLabels.Add(PrometheusWriter.FormatLabels(OverflowLabels), _overflow);
        _overflowed(Instrument);
        return _overflow;
    }

    private Series CreateSeries(IReadOnlyList<KeyValuePair<string, string>> labels)
    {
        if (Kind == MetricKind.Histogram)
            return new HistogramSeries(labels, Bounds);
        return MetricKinds.IsAdditive(Instrument) ? new SumSeries(labels) : new LastValueSeries(labels, _generation);
    }
}
