using System.Globalization;
using System.Text;

namespace Ironic.Hosting.Metrics;

/// <summary>Writes Prometheus' text exposition format, version 0.0.4.</summary>
internal sealed class PrometheusWriter
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new();

    /// <summary><c>a="1",b="2"</c>; empty for no labels.</summary>
    public static string FormatLabels(IReadOnlyList<KeyValuePair<string, string>> labels)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in labels)
        {
            if (text.Length > 0)
                text.Append(',');
            text.Append(name).Append("=\"");
            foreach (var c in value)
            {
                _ = c switch
                {
                    '\\' => text.Append("\\\\"),
                    '"' => text.Append("\\\""),
                    '\n' => text.Append("\\n"),
                    _ => text.Append(c),
                };
            }

            text.Append('"');
        }

        return text.ToString();
    }

    public void WriteHeader(string name, MetricKind kind, string? help)
    {
        if (!string.IsNullOrEmpty(help))
            _text.Append("# HELP ").Append(name).Append(' ').Append(help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('\n');
        _text.Append("# TYPE ").Append(name).Append(' ').Append(kind switch
        {
            MetricKind.Counter => "counter",
            MetricKind.Histogram => "histogram",
            _ => "gauge",
        }).Append('\n');
    }

    /// <param name="name">The metric.</param>
    /// <param name="labels">What <see cref="FormatLabels"/> made.</param>
    /// <param name="value">The value.</param>
    public void WriteSample(string name, string labels, double value)
    {
        _text.Append(name);
        if (labels.Length > 0)
            _text.Append('{').Append(labels).Append('}');
        _text.Append(' ').Append(FormatValue(value)).Append('\n');
    }

    public void WriteHistogram(string name, string labels, double[] bounds, long[] counts, double sum)
    {
        var prefix = labels.Length > 0 ? labels + "," : "";
        long total = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            total += counts[i];
            WriteSample(name + "_bucket", $"{prefix}le=\"{FormatValue(i < bounds.Length ? bounds[i] : double.PositiveInfinity)}\"", total);
        }

        WriteSample(name + "_sum", labels, sum);
        WriteSample(name + "_count", labels, total);
    }

    public override string ToString() => _text.ToString();

    private static string FormatValue(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };
}
