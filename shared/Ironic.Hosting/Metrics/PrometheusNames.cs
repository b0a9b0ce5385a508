using System.Diagnostics.Metrics;
using System.Text;

namespace Ironic.Hosting.Metrics;

/// <summary>Names of instruments and tags as Prometheus takes them, by OpenTelemetry's rules for Prometheus.</summary>
internal static class PrometheusNames
{
    /// <summary><c>http.server.request.duration</c> in <c>s</c> becomes <c>http_server_request_duration_seconds</c>, a counter also ends in <c>_total</c>.</summary>
    public static string ForMetric(Instrument instrument, MetricKind kind)
    {
        var name = Sanitize(instrument.Name, allowColon: true);
        var unit = UnitSuffix(instrument.Unit, kind);
        if (unit.Length > 0 && !name.EndsWith("_" + unit, StringComparison.Ordinal))
            name += "_" + unit;
        if (kind == MetricKind.Counter && !name.EndsWith("_total", StringComparison.Ordinal))
            name += "_total";
        return name;
    }

    /// <summary>A tag's name: letters, digits and underscores.</summary>
    public static string ForLabel(string name) => Sanitize(name, allowColon: false);

    private static string Sanitize(string name, bool allowColon)
    {
        var text = new StringBuilder(name.Length + 1);
        foreach (var c in name)
        {
            var valid = char.IsAsciiLetterOrDigit(c) || c == '_' || (allowColon && c == ':');
            if (text.Length == 0 && char.IsAsciiDigit(c))
                text.Append('_');
            if (valid)
                text.Append(c);
            else if (text.Length == 0 || text[^1] != '_')
                text.Append('_');
        }

        return text.Length == 0 ? "_" : text.ToString();
    }

    private static string UnitSuffix(string? unit, MetricKind kind)
    {
        if (string.IsNullOrEmpty(unit))
            return "";
        // An annotation such as {request} says what is counted, not in which unit.
        if (unit == "1")
            return kind == MetricKind.Gauge ? "ratio" : "";
        var slash = unit.IndexOf('/');
        if (slash < 0)
            return Word(unit);
        var per = unit[(slash + 1)..] switch
        {
            "s" => "second",
            "m" => "minute",
            "h" => "hour",
            "d" => "day",
            var other => Word(other),
        };
        var counted = Word(unit[..slash]);
        return counted.Length == 0 ? "per_" + per : $"{counted}_per_{per}";
    }

    private static string Word(string unit) => unit switch
    {
        ['{', ..] => "",
        "d" => "days",
        "h" => "hours",
        "min" => "minutes",
        "s" => "seconds",
        "ms" => "milliseconds",
        "us" => "microseconds",
        "ns" => "nanoseconds",
        "By" => "bytes",
        "KiBy" => "kibibytes",
        "MiBy" => "mebibytes",
        "GiBy" => "gibibytes",
        "%" => "percent",
        "Cel" => "celsius",
        "Hz" => "hertz",
        "W" => "watts",
        "V" => "volts",
        "A" => "amperes",
        "J" => "joules",
        _ => Sanitize(unit, allowColon: false).Trim('_'),
    };
}
