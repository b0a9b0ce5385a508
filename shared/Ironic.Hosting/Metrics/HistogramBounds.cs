using System.Diagnostics.Metrics;

namespace Ironic.Hosting.Metrics;

/// <summary>The buckets of a histogram: what its author advises, else OpenTelemetry's defaults.</summary>
internal static class HistogramBounds
{
    private static readonly double[] Seconds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

    private static readonly double[] Other = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000];

    public static double[] For(Instrument instrument)
    {
        var advised = instrument switch
        {
            Histogram<double> histogram => Advised(histogram),
            Histogram<float> histogram => Advised(histogram),
            Histogram<long> histogram => Advised(histogram),
            Histogram<int> histogram => Advised(histogram),
            _ => null,
        };
        return advised ?? (instrument.Unit == "s" ? Seconds : Other);
    }

    private static double[]? Advised<T>(Histogram<T> histogram)
        where T : struct, IConvertible =>
        histogram.Advice?.HistogramBucketBoundaries is { } bounds
            ? [.. bounds.Select(bound => bound.ToDouble(null)).Where(bound => !double.IsPositiveInfinity(bound))]
            : null;
}
