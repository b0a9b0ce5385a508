using System.Diagnostics.Metrics;

namespace Ironic.Hosting.Metrics;

/// <summary>The types of Prometheus' text format that instruments become.</summary>
internal enum MetricKind
{
    Counter,
    Gauge,
    Histogram,
}

internal static class MetricKinds
{
    /// <summary>The kind of an instrument and whether it is read at a scrape; null for a kind of instrument that has no equivalent.</summary>
    public static MetricKind? Of(Instrument instrument)
    {
        var type = instrument.GetType();
        if (!type.IsGenericType)
            return null;
        var definition = type.GetGenericTypeDefinition();
        if (definition == typeof(Counter<>) || definition == typeof(ObservableCounter<>))
            return MetricKind.Counter;
        if (definition == typeof(Histogram<>))
            return MetricKind.Histogram;
        return definition == typeof(UpDownCounter<>) || definition == typeof(ObservableUpDownCounter<>) ||
            definition == typeof(Gauge<>) || definition == typeof(ObservableGauge<>)
                ? MetricKind.Gauge
                : null;
    }

    /// <summary>Measurements are differences.</summary>
    public static bool IsAdditive(Instrument instrument)
    {
        var definition = instrument.GetType().GetGenericTypeDefinition();
        return definition == typeof(Counter<>) || definition == typeof(UpDownCounter<>);
    }
}
