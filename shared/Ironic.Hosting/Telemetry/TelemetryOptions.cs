using Microsoft.Extensions.Options;
using OpenTelemetry.Exporter;

namespace Ironic.Hosting.Telemetry;

/// <summary>Export of traces and metrics to an OpenTelemetry collector: section <c>Telemetry</c>.</summary>
public sealed class TelemetryOptions
{
    /// <summary>The collector: <c>http://collector:4317</c>. Null: nothing is traced and nothing exported.</summary>
    public Uri? OtlpEndpoint { get; set; }

    /// <summary>How the collector is spoken to.</summary>
    public OtlpExportProtocol OtlpProtocol { get; set; } = OtlpExportProtocol.Grpc;

    /// <summary>The share of traces that this process begins and that are kept, 0 to 1. A trace that the caller began is kept if the caller keeps it.</summary>
    public double SampleRatio { get; set; } = 1;

    /// <summary>How often metrics are exported.</summary>
    public TimeSpan MetricInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The most series of one metric that are exported. Memory for them is taken at once, about 200 bytes each, so it is raised only for a conductor that reads
    /// sensors: to its nodes times the sensors of one kind that a machine has.
    /// </summary>
    public int MaxSeries { get; set; } = 2000;
}

internal sealed class TelemetryOptionsValidator : IValidateOptions<TelemetryOptions>
{
    public ValidateOptionsResult Validate(string? name, TelemetryOptions options)
    {
        var failures = new List<string>();
        if (options.OtlpEndpoint is { } endpoint && (!endpoint.IsAbsoluteUri || endpoint.Scheme is not ("http" or "https")))
            failures.Add("Telemetry:OtlpEndpoint must be an http or https URL");
        if (options.SampleRatio is not (>= 0 and <= 1))
            failures.Add("Telemetry:SampleRatio must be from 0 to 1");
        if (options.MetricInterval < TimeSpan.FromSeconds(1) || options.MetricInterval > TimeSpan.FromHours(1))
            failures.Add("Telemetry:MetricInterval must be from one second to one hour");
        if (options.MaxSeries is not (>= 100 and <= 10_000_000))
            failures.Add("Telemetry:MaxSeries must be from 100 to 10000000");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
