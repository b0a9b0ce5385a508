using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Ironic.Api.V1;
using Ironic.Hosting.Errors;
using Ironic.Rest.Tests.Support;

namespace Ironic.Rest.Tests.Service;

/// <summary>A method that answers with a stream, over REST.</summary>
public sealed class EventStreamTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private FakeConductor _conductor = null!;
    private ApiServer _api = null!;

    public async Task InitializeAsync()
    {
        _conductor = await FakeConductor.StartAsync();
        _api = await ApiServer.StartAsync([_conductor.Url], "Api:KeepAliveInterval=00:00:00.05");
    }

    public async Task DisposeAsync()
    {
        await _api.DisposeAsync();
        await _conductor.DisposeAsync();
    }

    [Fact]
    public async Task Each_message_is_an_event_with_its_cursor_as_id()
    {
        _conductor.Stream<WatchRequest>(async (_, send, _) =>
        {
            await send(new WatchResponse { Cursor = "c0" });
            await send(new WatchResponse
            {
                Cursor = "c1",
                Event = new NodeEvent
                {
                    Uuid = Samples.Uuid,
                    EventType = "power_state",
                    CreatedAt = new Timestamp { Seconds = 1_700_000_000, Nanos = 123_456_000 },
                    Severity = "INFO",
                    NodeUuid = Samples.Uuid,
                    DurationMs = 1500,
                    Message = "two\nlines",
                    Conductor = "host-1",
                },
            });
        });
        using var response = await OpenAsync("/watch");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.ToString());
        Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
        Assert.StartsWith("req-", response.Headers.GetValues("Openstack-Request-Id").Single(), StringComparison.Ordinal);
        var lines = (await response.Content.ReadAsStringAsync()).Split('\n').Where(line => !line.StartsWith(':') && line.Length > 0).ToList();
        Assert.Equal(["id: c0", "id: c1"], lines[..2]);
        Assert.StartsWith("data: {", lines[2], StringComparison.Ordinal);
        Assert.Equal(3, lines.Count);
        var data = JsonSerializer.Deserialize<JsonElement>(lines[2]["data: ".Length..]);
        Assert.Equal(
            ["uuid", "event_type", "created_at", "severity", "node_uuid", "node_name", "owner", "lessee", "from_state", "to_state", "target_state", "provision_state",
                "target_provision_state", "duration_ms", "message", "conductor", "request_id", "user", "project"],
            data.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("power_state", 1500, "two\nlines"), (data.GetProperty("event_type").GetString(), data.GetProperty("duration_ms").GetInt32(), data.GetProperty("message").GetString()));
        Assert.Equal("2023-11-14T22:13:20.123456+00:00", data.GetProperty("created_at").GetString());
        Assert.Equal(JsonValueKind.Null, data.GetProperty("node_name").ValueKind);
    }

    [Fact]
    public async Task Parameters_and_the_last_event_id_reach_the_conductor()
    {
        _conductor.Stream<WatchRequest>((_, send, _) => send(new WatchResponse { Cursor = "c" }));
        (await OpenAsync("/watch?node=rack-1&event_types=created,deleted&owner=o&lessee=l&start=beginning")).Dispose();
        Assert.Equal(
            new WatchRequest { Node = "rack-1", EventTypes = { "created", "deleted" }, Owner = "o", Lessee = "l", Start = WatchStart.Beginning }, _conductor.LastCall.Request);
        (await OpenAsync("/watch?cursor=c1")).Dispose();
        Assert.Equal(new WatchRequest { Cursor = "c1" }, _conductor.LastCall.Request);
        // A client repeats its URL and adds the header.
        (await OpenAsync("/watch?cursor=c1", ("Last-Event-ID", "c2"))).Dispose();
        Assert.Equal(new WatchRequest { Cursor = "c2" }, _conductor.LastCall.Request);
    }

    [Theory]
    [InlineData(ErrorReason.CursorExpired, 410)]
    [InlineData(ErrorReason.NodeNotFound, 404)]
    [InlineData(ErrorReason.BackendUnavailable, 503)]
    public async Task What_fails_before_the_first_message_fails_as_everything_else(ErrorReason reason, int status)
    {
        _conductor.Stream<WatchRequest>((_, _, _) => throw ErrorRules.ToRpcException(reason, "because"));
        using var response = await OpenAsync("/watch");
        var answer = await Answer.ReadAsync(response);
        Assert.Equal("because", answer.AssertMethodError(status));
    }

    [Theory]
    [InlineData("/watch?colour=red", 400)]
    [InlineData("/watch?start=yesterday", 400)]
    [InlineData("/watch/node", 404)]
    public async Task A_request_that_makes_no_sense_is_refused(string path, int status)
    {
        using var response = await OpenAsync(path);
        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task It_is_no_part_of_Ironics_own_api()
    {
        Assert.Equal(404, (await _api.GetAsync("/v1/watch", "1.115")).Status);
        Assert.Equal(405, (await _api.SendAsync("POST", "/watch", "1.115", "{}")).Status);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/watch") { Headers = { Accept = { new MediaTypeWithQualityHeaderValue("application/json") } } };
        using var response = await _api.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.NotAcceptable, response.StatusCode);
    }

    [Fact]
    public async Task What_fails_later_is_the_last_event()
    {
        _conductor.Stream<WatchRequest>(async (_, send, _) =>
        {
            await send(new WatchResponse { Cursor = "c0" });
            throw ErrorRules.ToRpcException(ErrorReason.CursorExpired, "too slow");
        });
        using var response = await OpenAsync("/watch");
        var lines = (await response.Content.ReadAsStringAsync()).Split('\n').Where(line => !line.StartsWith(':') && line.Length > 0).ToList();
        Assert.Equal(["id: c0", "event: error"], lines[..2]);
        var body = JsonSerializer.Deserialize<JsonElement>(lines[2]["data: ".Length..]);
        Assert.Contains("too slow", body.GetProperty("error_message").GetString(), StringComparison.Ordinal);
        Assert.Equal(3, lines.Count);
    }

    [Fact]
    public async Task A_stream_without_events_is_kept_alive()
    {
        _conductor.Stream<WatchRequest>(async (_, send, context) =>
        {
            await send(new WatchResponse { Cursor = "c0" });
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        });
        using var response = await OpenAsync("/watch");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        var seen = new List<string?>();
        while (seen.Count(line => line == ": keep-alive") < 3)
            seen.Add(await reader.ReadLineAsync().WaitAsync(Limit));
        Assert.Equal("id: c0", seen[0]);
    }

    [Fact]
    public async Task It_ends_at_once_when_the_client_is_gone()
    {
        var ended = new TaskCompletionSource();
        _conductor.Stream<WatchRequest>(async (_, send, context) =>
        {
            await send(new WatchResponse { Cursor = "c0" });
            await using var registration = context.CancellationToken.Register(() => ended.TrySetResult());
            await ended.Task;
        });
        var response = await OpenAsync("/watch");
        Assert.False(ended.Task.IsCompleted);
        response.Dispose();
        await ended.Task.WaitAsync(Limit);
    }

    [Fact]
    public async Task It_ends_when_the_process_stops()
    {
        _conductor.Stream<WatchRequest>(async (_, send, context) =>
        {
            await send(new WatchResponse { Cursor = "c0" });
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        });
        await using var api = await ApiServer.StartAsync([_conductor.Url]);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/watch");
        using var response = await api.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var reading = response.Content.ReadAsStringAsync();
        await api.DisposeAsync().AsTask().WaitAsync(Limit);
        Assert.Contains("event: error", await reading.WaitAsync(Limit), StringComparison.Ordinal);
    }

    private Task<HttpResponseMessage> OpenAsync(string path, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Accept = { new MediaTypeWithQualityHeaderValue("text/event-stream") } } };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return _api.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).WaitAsync(Limit);
    }
}
