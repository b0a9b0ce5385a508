using System.Diagnostics.Metrics;
using System.Globalization;
using Ironic.Hosting.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ironic.Hosting.Tests;

public sealed class MetricsTests : IDisposable
{
    private static readonly ServiceIdentity Identity = new("ironic-test", "1.2.3", "instance");

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly CapturedLogs _logs = new();
    private readonly ILoggerFactory _loggerFactory;
    private readonly Meter _meter;

    public MetricsTests()
    {
        _loggerFactory = LoggerFactory.Create(logging => logging.AddProvider(_logs));
        _meter = _services.GetRequiredService<IMeterFactory>().Create("Ironic.Tests");
    }

    [Fact]
    public void A_counter_adds_up_by_tags_in_any_order()
    {
        using var collector = CreateCollector();
        var counter = _meter.CreateCounter<long>("ironic.calls", "{call}", "Calls.");
        counter.Add(1, new("verb", "GET"), new("code", 200));
        counter.Add(2, new("code", 200), new("verb", "GET"));
        counter.Add(5, new("verb", "PUT"), new("code", 200));
        counter.Add(7);

        Assert.Equal(
            """
            # HELP ironic_calls_total Calls.
            # TYPE ironic_calls_total counter
            ironic_calls_total 7
            ironic_calls_total{code="200",verb="GET"} 3
            ironic_calls_total{code="200",verb="PUT"} 5
            """,
            Family(collector, "ironic_calls_total"));
    }

    [Fact]
    public void A_histogram_counts_into_cumulative_buckets()
    {
        using var collector = CreateCollector();
        var histogram = _meter.CreateHistogram(
            "ironic.wait", "s", "Time.", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        foreach (var value in new[] { 0.05, 0.1, 0.5, 3, double.NaN })
            histogram.Record(value, new KeyValuePair<string, object?>("lane", "a"));

        Assert.Equal(
            """
            # HELP ironic_wait_seconds Time.
            # TYPE ironic_wait_seconds histogram
            ironic_wait_seconds_bucket{lane="a",le="0.1"} 2
            ironic_wait_seconds_bucket{lane="a",le="1"} 3
            ironic_wait_seconds_bucket{lane="a",le="+Inf"} 4
            ironic_wait_seconds_sum{lane="a"} 3.65
            ironic_wait_seconds_count{lane="a"} 4
            """,
            Family(collector, "ironic_wait_seconds"));
    }

    [Fact]
    public void An_up_down_counter_and_a_gauge_are_gauges()
    {
        using var collector = CreateCollector();
        var upDown = _meter.CreateUpDownCounter<int>("ironic.active");
        upDown.Add(3);
        upDown.Add(-2);
        var gauge = _meter.CreateGauge<double>("ironic.load", "1");
        gauge.Record(0.25);
        gauge.Record(0.5);

        Assert.Equal("# TYPE ironic_active gauge\nironic_active 1", Family(collector, "ironic_active"));
        Assert.Equal("# TYPE ironic_load_ratio gauge\nironic_load_ratio 0.5", Family(collector, "ironic_load_ratio"));
    }

    [Fact]
    public void Observable_instruments_are_read_at_each_scrape_and_ended_series_disappear()
    {
        using var collector = CreateCollector();
        List<Measurement<long>> measurements = [new(10, new KeyValuePair<string, object?>("n", 1)), new(20, new KeyValuePair<string, object?>("n", 2))];
        _meter.CreateObservableCounter("ironic.read", () => measurements, "By");
        Assert.Equal(
            "# TYPE ironic_read_bytes_total counter\nironic_read_bytes_total{n=\"1\"} 10\nironic_read_bytes_total{n=\"2\"} 20",
            Family(collector, "ironic_read_bytes_total"));

        measurements = [new(11, new KeyValuePair<string, object?>("n", 1))];

        Assert.Equal("# TYPE ironic_read_bytes_total counter\nironic_read_bytes_total{n=\"1\"} 11", Family(collector, "ironic_read_bytes_total"));
    }

    [Fact]
    public void A_failing_instrument_leaves_the_others()
    {
        using var collector = CreateCollector();
        _meter.CreateObservableGauge("ironic.bad", long () => throw new InvalidOperationException("broken"));
        _meter.CreateObservableGauge("ironic.good", () => 1L);

        Assert.Equal("# TYPE ironic_good gauge\nironic_good 1", Family(collector, "ironic_good"));
        Assert.Contains(_logs.Entries, entry => entry.Event.Name == "MetricObserveFailed");
    }

    [Fact]
    public void Label_values_and_help_are_escaped_and_names_made_valid()
    {
        using var collector = CreateCollector();
        _meter.CreateCounter<int>("ironic.odd-name", description: "a\\b\nc").Add(1, new KeyValuePair<string, object?>("the.key", "q\"u\\o\nte"));

        Assert.Equal(
            "# HELP ironic_odd_name_total a\\\\b\\nc\n# TYPE ironic_odd_name_total counter\nironic_odd_name_total{the_key=\"q\\\"u\\\\o\\nte\"} 1",
            Family(collector, "ironic_odd_name_total"));
    }

    [Fact]
    public void Tags_that_share_a_label_keep_both_values()
    {
        using var collector = CreateCollector();
        _meter.CreateCounter<int>("ironic.shared").Add(1, new("a.b", "x"), new("a_b", "y"));

        Assert.Contains("{a_b=\"x;y\"}", Family(collector, "ironic_shared_total"), StringComparison.Ordinal);
    }

    [Fact]
    public void Values_that_callers_choose_do_not_fill_the_memory()
    {
        using var collector = CreateCollector();
        var counter = _meter.CreateCounter<int>("ironic.many");
        for (var i = 0; i < InstrumentState.MaxSeries + 10; i++)
            counter.Add(1, new KeyValuePair<string, object?>("id", i));

        var lines = Family(collector, "ironic_many_total").Split('\n');
        Assert.Equal(1 + InstrumentState.MaxSeries + 1, lines.Length);
        Assert.Contains("ironic_many_total{otel_metric_overflow=\"true\"} 10", lines);
        Assert.Single(_logs.Entries, entry => entry.Event.Name == "MetricOverflow");
    }

    [Fact]
    public void What_is_observed_has_as_many_series_as_there_are_things_and_no_more()
    {
        using var collector = CreateCollector();
        var things = Enumerable.Range(0, 2 * InstrumentState.MaxSeries);
        _meter.CreateObservableGauge("ironic.things", () => things.Select(id => new Measurement<int>(id, new KeyValuePair<string, object?>("id", id))));
        Assert.Equal(1 + 2 * InstrumentState.MaxSeries, Family(collector, "ironic_things").Split('\n').Length);

        things = [7, 8];
        Assert.Equal("# TYPE ironic_things gauge\nironic_things{id=\"7\"} 7\nironic_things{id=\"8\"} 8", Family(collector, "ironic_things"));
        things = [8, 9];
        Assert.Equal("# TYPE ironic_things gauge\nironic_things{id=\"8\"} 8\nironic_things{id=\"9\"} 9", Family(collector, "ironic_things"));
    }

    [Fact]
    public void One_name_from_two_meters_is_one_family()
    {
        using var collector = CreateCollector();
        var other = _services.GetRequiredService<IMeterFactory>().Create("Ironic.Other");
        _meter.CreateCounter<int>("ironic.twice").Add(1);
        other.CreateCounter<int>("ironic.twice").Add(2);
        other.CreateGauge<int>("ironic_twice_total").Record(5);

        var lines = Family(collector, "ironic_twice_total").Split('\n');

        Assert.Equal("# TYPE ironic_twice_total counter", lines[0]);
        Assert.Equal(
            ["ironic_twice_total{otel_scope_name=\"Ironic.Tests\"} 1", "ironic_twice_total{otel_scope_name=\"Ironic.Other\"} 2"],
            lines[1..]);
        Assert.Contains(_logs.Entries, entry => entry.Event.Name == "MetricConflict");
    }

    [Fact]
    public void Meters_of_others_are_left_out()
    {
        using var collector = CreateCollector();
        using var foreign = new ServiceCollection().AddMetrics().BuildServiceProvider();
        foreign.GetRequiredService<IMeterFactory>().Create("Ironic.Tests").CreateCounter<int>("ironic.foreign").Add(1);
        _services.GetRequiredService<IMeterFactory>().Create("Unknown.Library").CreateCounter<int>("ironic.unknown").Add(1);

        var text = collector.Scrape();

        Assert.DoesNotContain("ironic_foreign", text, StringComparison.Ordinal);
        Assert.DoesNotContain("ironic_unknown", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_process_and_its_runtime_are_described()
    {
        using var collector = CreateCollector();
        var lines = collector.Scrape().Split('\n');

        Assert.Contains("target_info{service_instance_id=\"instance\",service_name=\"ironic-test\",service_version=\"1.2.3\"} 1", lines);
        var allocated = Assert.Single(lines, line => line.StartsWith("dotnet_gc_heap_total_allocated_bytes_total ", StringComparison.Ordinal));
        Assert.InRange(double.Parse(allocated.Split(' ')[1], CultureInfo.InvariantCulture), 1, double.MaxValue);
    }

    [Fact]
    public void Measurements_from_many_threads_are_all_counted()
    {
        using var collector = CreateCollector();
        var counter = _meter.CreateCounter<double>("ironic.busy");
        var histogram = _meter.CreateHistogram<int>("ironic.spread");
        Parallel.For(0, 8, worker =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                counter.Add(1, new KeyValuePair<string, object?>("worker", worker % 2));
                histogram.Record(i % 7);
            }
        });

        Assert.Contains("ironic_busy_total{worker=\"1\"} 40000", Family(collector, "ironic_busy_total"), StringComparison.Ordinal);
        Assert.Contains("ironic_spread_count 80000", Family(collector, "ironic_spread"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_measurement_of_a_known_series_allocates_nothing()
    {
        using var collector = CreateCollector();
        var counter = _meter.CreateCounter<long>("ironic.cheap");
        object code = 200;
        for (var i = 0; i < 1000; i++)
            counter.Add(1, new("verb", "GET"), new("code", code));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            counter.Add(1, new("verb", "GET"), new("code", code));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 999);
    }

    [Theory]
    [InlineData("http.server.request.duration", "s", "http_server_request_duration_seconds")]
    [InlineData("net.rate", "By/s", "net_rate_bytes_per_second")]
    [InlineData("cpu", "%", "cpu_percent")]
    [InlineData("wait_seconds", "s", "wait_seconds")]
    [InlineData("2nd", null, "_2nd")]
    [InlineData("requests", "{request}/s", "requests_per_second")]
    public void Names_follow_the_units(string name, string? unit, string expected)
    {
        Assert.Equal(expected, PrometheusNames.ForMetric(_meter.CreateGauge<int>(name, unit), MetricKind.Gauge));
    }

    public void Dispose()
    {
        _loggerFactory.Dispose();
        _logs.Dispose();
        _services.Dispose();
    }

    // The lines of one metric with its header.
    private static string Family(MetricCollector collector, string name) => string.Join('\n', collector.Scrape().Split('\n').Where(line =>
        line.Split(' ', '{')[0].StartsWith(name, StringComparison.Ordinal) ||
        line.StartsWith($"# HELP {name} ", StringComparison.Ordinal) || line.StartsWith($"# TYPE {name} ", StringComparison.Ordinal)));

    private MetricCollector CreateCollector() =>
        new(Identity, _services.GetRequiredService<IMeterFactory>(), _loggerFactory.CreateLogger<MetricCollector>());
}
