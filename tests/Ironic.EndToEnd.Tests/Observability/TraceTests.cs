using Ironic.Testing;

namespace Ironic.EndToEnd.Tests.Observability;

/// <summary>A request's trace goes through all three processes and arrives at a collector.</summary>
public sealed class TraceTests : IAsyncLifetime
{
    private TraceCollector _collector = null!;
    private TestStack _stack = null!;

    public async Task InitializeAsync()
    {
        _collector = await TraceCollector.StartAsync();
        _stack = await TestStack.StartAsync(options => options with { Profile = options.Profile.With("all", "Telemetry:OtlpEndpoint", _collector.Url) });
    }

    public async Task DisposeAsync()
    {
        await _stack.DisposeAsync();
        await _collector.DisposeAsync();
    }

    [Fact]
    public async Task A_vendor_call_is_one_trace_from_the_callers_span_to_the_driver()
    {
        const string trace = "0af7651916cd43dd8448eb211c80319c";
        const string caller = "b7ad6b7169203331";
        var node = await _stack.CreateNodeAsync();

        var answer = await _stack.Rest.SendAsync(
            "POST", $"/v1/nodes/{node}/vendor_passthru/fake_echo", "{}", headers: new Dictionary<string, string> { ["traceparent"] = $"00-{trace}-{caller}-01" });

        answer.AssertStatus(200);
        var driver = await WaitForSpanAsync(trace, "ironic-driver", "CallNodeMethod");
        var conductor = await WaitForSpanAsync(trace, "ironic-conductor", "CallNodeVendorMethod");
        var api = await WaitForSpanAsync(trace, "ironic-api", "POST /v1/nodes/{node}/vendor_passthru/{method}");
        Assert.Equal(caller, api.Parent);
        Assert.Equal(api.Id, await CallerOfAsync(conductor, "ironic-api"));
        Assert.Equal(conductor.Id, await CallerOfAsync(driver, "ironic-conductor"));
    }

    [Fact]
    public async Task What_goes_on_after_the_answer_belongs_to_the_request_that_started_it()
    {
        var node = await _stack.CreateNodeAsync();

        (await _stack.Rest.PostAsync($"/v1/nodes/{node}/vendor_passthru/second_method", new { bar = "kazoo" })).AssertStatus(202);
        await _stack.WaitUntilUnlockedAsync(node);

        CollectedSpan? api = null;
        await Eventually.ThatAsync(
            () => (api = _collector.All.FirstOrDefault(span => span is { Service: "ironic-api", Kind: SpanKind.Server } && span.Name.StartsWith("POST ", StringComparison.Ordinal)
                && span.Name.EndsWith("{method}", StringComparison.Ordinal))) is not null,
            TestStack.Limit,
            "the API's span arrives");
        Assert.Equal("", api!.Parent);
        await WaitForSpanAsync(api.Trace, "ironic-driver", "ValidateNodeMethod");
        await WaitForSpanAsync(api.Trace, "ironic-driver", "CallNodeMethod");
    }

    /// <summary>Waits for the span of a request that a process has served.</summary>
    /// <param name="trace">Id of the trace.</param>
    /// <param name="service">The kind of process.</param>
    /// <param name="name">What the span's name ends with.</param>
    private async Task<CollectedSpan> WaitForSpanAsync(string trace, string service, string name)
    {
        CollectedSpan? found = null;
        await Eventually.ThatAsync(
            () => (found = _collector.Trace(trace).SingleOrDefault(span => span.Service == service && span.Kind == SpanKind.Server && span.Name.EndsWith(name, StringComparison.Ordinal))) is not null,
            TestStack.Limit,
            $"{service}'s span {name} arrives");
        return found!;
    }

    /// <summary>The span in which a process made the call that <paramref name="served"/> is the other side of.</summary>
    private async Task<string> CallerOfAsync(CollectedSpan served, string service)
    {
        var spans = new Dictionary<string, CollectedSpan>();
        var at = served.Parent;
        // A client library may put spans of its own between the two.
        await Eventually.ThatAsync(
            () =>
            {
                spans = _collector.Trace(served.Trace).ToDictionary(span => span.Id);
                for (at = served.Parent; spans.TryGetValue(at, out var span) && span is { Kind: not SpanKind.Server }; at = span.Parent)
                    Assert.Equal(service, span.Service);
                return spans.ContainsKey(at);
            },
            TestStack.Limit,
            $"the spans between {service} and {served.Name} arrive");
        return at;
    }
}
