using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Dapper;
using Ironic.Conductor.Notifications;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tests.Storage;
using Ironic.Conductor.Watching;
using Ironic.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Ironic.Conductor.Tests.Notifications;

public sealed class SqliteNotificationDeliveryTests : NotificationDeliveryTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.SqliteAsync();
}

[Collection(nameof(PostgresCollection))]
public sealed class PostgresNotificationDeliveryTests(PostgresFixture postgres) : NotificationDeliveryTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.PostgresAsync(postgres.Server);

    [Fact]
    public async Task One_conductor_delivers_and_another_goes_on_when_it_is_gone()
    {
        await using var storage = await OpenAsync();
        var node = await storage.InsertNodeAsync("node");
        var sink = new RecordingSink();
        await using var first = await Deliverer.StartAsync(storage, sink, "first");
        await Eventually.ThatAsync(async () => await OwnerAsync(storage) == "first", Limit, "the first has the sink");
        await using var second = await Deliverer.StartAsync(storage, sink, "second");
        await AppendAsync(storage, node, 0, 20);
        await sink.WaitAsync(20);
        Assert.Equal("first", await OwnerAsync(storage));

        await first.DisposeAsync();
        await AppendAsync(storage, node, 20, 20);
        await sink.WaitAsync(40);
        Assert.Equal("second", await OwnerAsync(storage));
        // In order, one may give place in the middle of nothing only.
        Assert.Equal(Enumerable.Range(0, 40).Select(i => $"{i}"), sink.Seen);
    }

    [Fact]
    public async Task A_conductor_whose_sink_was_taken_delivers_no_more()
    {
        await using var storage = await OpenAsync();
        var node = await storage.InsertNodeAsync("node");
        var sink = new RecordingSink();
        await using var first = await Deliverer.StartAsync(storage, sink, "first");
        await AppendAsync(storage, node, 0, 1);
        await sink.WaitAsync(1);
        // It was paused for longer than its lease, and another one has taken the sink meanwhile.
        await using (var write = await storage.Database.OpenWriterAsync(default))
            await write.Connection.ExecuteAsync("UPDATE journal_deliveries SET owner = 'second', fence = fence + 1, lease_until = @until", new { until = storage.Clock.UtcNow.AddHours(1) });
        await Eventually.ThatAsync(() => first.Log.Any(line => line.Contains("was lost", StringComparison.Ordinal)), Limit, "it has noticed");
        await AppendAsync(storage, node, 1, 1);
        // Long enough for it to take the sink again, if it could.
        await Eventually.ThatAsync(() => first.Follower.Look().Tail is null, Limit, "it does not follow the journal");
        Assert.Equal(["0"], sink.Seen);
    }

    private static async Task<string?> OwnerAsync(TestStorage storage)
    {
        await using var connection = await storage.Database.OpenAsync(default);
        return await connection.ExecuteScalarAsync<string?>("SELECT owner FROM journal_deliveries");
    }
}

public abstract class NotificationDeliveryTests
{
    private protected static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private protected abstract Task<TestStorage> OpenAsync();

    private protected static async Task AppendAsync(TestStorage storage, NodeRow node, int first, int count)
    {
        for (var i = first; i < first + count; i++)
            await storage.AppendAsync(node, new JournalEntry("updated", $"{i}"));
    }

    [Fact]
    public async Task A_webhook_that_fails_at_times_gets_every_event_in_order()
    {
        await using var storage = await OpenAsync();
        var node = await storage.InsertNodeAsync("node");
        await using var webhook = await Webhook.StartAsync();
        using var sink = new WebhookSink(Options.Create(new NotificationOptions { WebhookUrl = webhook.Url, WebhookAuthorization = "Bearer hunter2", WebhookTimeout = TimeSpan.FromSeconds(1) }));
        await using var deliverer = await Deliverer.StartAsync(storage, sink);
        var random = new Random(1);
        webhook.Answer = async context =>
        {
            switch (random.Next(6))
            {
                case 0:
                    return 500;
                case 1:
                    return 302;
                case 2:
                    context.Abort();
                    return 0;
                case 3 when webhook.Slow-- > 0:
                    await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    return 0;
                default:
                    return 204;
            }
        };
        await AppendAsync(storage, node, 0, 40);
        await Eventually.ThatAsync(() => webhook.Delivered.Count >= 40, Limit, "all is delivered");

        Assert.Equal(Enumerable.Range(0, 40).Select(i => $"{i}"), webhook.Delivered.Select(e => e.GetProperty("data").GetProperty("message").GetString()));
        Assert.All(webhook.Delivered, e => Assert.Equal(("baremetal.node.update.success", node.Uuid), (e.GetProperty("type").GetString(), e.GetProperty("subject").GetString())));
        Assert.All(webhook.Headers, h => Assert.Equal(("Bearer hunter2", "application/cloudevents+json; charset=utf-8"), h));
        Assert.Contains(deliverer.Log, line => line.Contains("the webhook answers with 500", StringComparison.Ordinal));
        Assert.DoesNotContain(deliverer.Log, line => line.Contains("hunter2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_happens_while_a_webhook_is_away_is_delivered_later()
    {
        await using var storage = await OpenAsync();
        var node = await storage.InsertNodeAsync("node");
        var webhook = await Webhook.StartAsync();
        var port = new Uri(webhook.Url).Port;
        using var sink = new WebhookSink(Options.Create(new NotificationOptions { WebhookUrl = webhook.Url }));
        await using var deliverer = await Deliverer.StartAsync(storage, sink);
        await AppendAsync(storage, node, 0, 3);
        await Eventually.ThatAsync(() => webhook.Delivered.Count >= 3, Limit, "the first are delivered");
        await webhook.DisposeAsync();
        await AppendAsync(storage, node, 3, 3);
        await Eventually.ThatAsync(() => deliverer.Log.Any(line => line.Contains("cannot be reached: ConnectionRefused", StringComparison.Ordinal)), Limit, "it is tried");
        // A conductor that starts meanwhile goes on where the other one was.
        await deliverer.DisposeAsync();
        await using var next = await Deliverer.StartAsync(storage, sink);
        await using var back = await Webhook.StartAsync(port);
        await Eventually.ThatAsync(() => back.Delivered.Count >= 3, Limit, "the rest is delivered");
        Assert.Equal(["3", "4", "5"], back.Delivered.Select(e => e.GetProperty("data").GetProperty("message").GetString()));
    }

    [Fact]
    public async Task A_stream_in_Redis_gets_every_event_and_is_kept_short()
    {
        await using var storage = await OpenAsync();
        var node = await storage.InsertNodeAsync("node");
        await using var redis = await RedisServer.StartAsync();
        var options = new NotificationOptions { RedisConfiguration = redis.Endpoint, RedisStream = "events", RedisMaxLength = 100, RedisTimeout = TimeSpan.FromSeconds(2) };
        await using var sink = new RedisStreamSink(Options.Create(options), TimeProvider.System);
        await using var deliverer = await Deliverer.StartAsync(storage, sink);
        await AppendAsync(storage, node, 0, 5);
        using var connection = await ConnectionMultiplexer.ConnectAsync(redis.Endpoint);
        await Eventually.ThatAsync(async () => (await ReadAsync(connection)).Count >= 5, Limit, "the first are there");
        var entry = JsonSerializer.Deserialize<JsonElement>((await ReadAsync(connection))[0]);
        Assert.Equal(("1.0", "baremetal.node.update.success", node.Uuid), (Text(entry, "specversion"), Text(entry, "type"), Text(entry, "subject")));

        await AppendAsync(storage, node, 5, 395);
        await Eventually.ThatAsync(async () => await LastAsync(connection) == "399", Limit, "the last one is there");
        var kept = (await ReadAsync(connection)).Select(MessageOf).ToList();
        // Redis cuts where it costs nothing, so some more stay.
        Assert.InRange(kept.Count, 100, 300);
        Assert.Equal(Enumerable.Range(400 - kept.Count, kept.Count).Select(i => $"{i}"), kept);
    }

    [Fact]
    public async Task What_happens_while_Redis_is_away_is_delivered_later()
    {
        await using var storage = await OpenAsync();
        var node = await storage.InsertNodeAsync("node");
        await using var redis = await RedisServer.StartAsync();
        var options = new NotificationOptions { RedisConfiguration = redis.Endpoint, RedisStream = "events", RedisTimeout = TimeSpan.FromSeconds(1) };
        await using var sink = new RedisStreamSink(Options.Create(options), TimeProvider.System);
        await using var deliverer = await Deliverer.StartAsync(storage, sink);
        await AppendAsync(storage, node, 0, 1);
        await Eventually.ThatAsync(async () => await CountAsync(redis) == 1, Limit, "the first is there");
        await redis.StopAsync();
        await AppendAsync(storage, node, 1, 3);
        await Eventually.ThatAsync(() => deliverer.Log.Any(line => line.Contains("Redis", StringComparison.Ordinal)), Limit, "it is tried");
        await redis.StartProcessAsync();
        await Eventually.ThatAsync(async () => await CountAsync(redis) >= 3, Limit, "the rest is there");
        using var connection = await ConnectionMultiplexer.ConnectAsync(redis.Endpoint);
        Assert.Equal(["1", "2", "3"], (await ReadAsync(connection)).Select(MessageOf).TakeLast(3));
    }

    [Fact]
    public async Task The_sink_of_a_conductor_that_died_is_taken_over_when_its_lease_is_over()
    {
        await using var storage = await OpenAsync();
        var node = await storage.InsertNodeAsync("node");
        await storage.SettleAsync();
        var end = (await storage.JournalReader.ReadStateAsync(default)).End;
        // In the hands of somebody who does nothing with it.
        Assert.NotNull(await storage.Deliveries.TakeAsync("recording", end, TimeSpan.FromSeconds(3), default));
        await AppendAsync(storage, node, 0, 2);
        var sink = new RecordingSink();
        await using var other = await Deliverer.StartAsync(storage, sink, "other");
        Assert.Empty(sink.Seen);
        await sink.WaitAsync(2);
        Assert.Equal(["0", "1"], sink.Seen);
    }

    [Fact]
    public async Task A_new_sink_begins_with_what_happens_from_then_on()
    {
        await using var storage = await OpenAsync();
        var node = await storage.InsertNodeAsync("node");
        var sink = new RecordingSink();
        await using var deliverer = await Deliverer.StartAsync(storage, sink);
        await Eventually.ThatAsync(() => deliverer.Log.Any(line => line.Contains("delivered by this conductor", StringComparison.Ordinal)), Limit, "it has begun");
        await AppendAsync(storage, node, 0, 1);
        await sink.WaitAsync(1);
        Assert.Equal(["0"], sink.Seen);
    }

    [Theory]
    [InlineData("ftp://example.org/", null, null)]
    [InlineData("http://user:hunter2@example.org/", null, null)]
    [InlineData("nonsense hunter2", null, null)]
    [InlineData(null, "hunter2\n", null)]
    [InlineData(null, null, "hunter2=,=")]
    public void A_wrong_setting_is_refused_without_repeating_it(string? url, string? authorization, string? redis)
    {
        var result = new NotificationOptionsValidator().Validate(
            null, new NotificationOptions { WebhookUrl = url, WebhookAuthorization = authorization, RedisConfiguration = redis });
        Assert.True(result.Failed);
        Assert.DoesNotContain("hunter2", result.FailureMessage, StringComparison.Ordinal);
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static string? MessageOf(string json) => Text(JsonSerializer.Deserialize<JsonElement>(json).GetProperty("data"), "message");

    private static async Task<List<string>> ReadAsync(ConnectionMultiplexer connection)
    {
        var entries = (RedisResult[])(await connection.GetDatabase().ExecuteAsync("XRANGE", "events", "-", "+"))!;
        return [.. entries.Select(entry => (string)((RedisResult[])((RedisResult[])entry!)[1]!)[1]!)];
    }

    private static async Task<string?> LastAsync(ConnectionMultiplexer connection) => MessageOf((await ReadAsync(connection))[^1]);

    private static async Task<int> CountAsync(RedisServer redis)
    {
        using var connection = await ConnectionMultiplexer.ConnectAsync(redis.Endpoint);
        return (await ReadAsync(connection)).Count;
    }
}

/// <summary>Delivers the journal of a database to one sink, as a conductor of a name would.</summary>
internal sealed class Deliverer : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly RecordingLogger _logger = new();
    private readonly Task _running;

    private Deliverer(TestStorage storage, INotificationSink sink, string hostname)
    {
        var options = Options.Create(new NotificationOptions { LeaseDuration = TimeSpan.FromSeconds(1.5), LongestPause = TimeSpan.FromMilliseconds(300) });
        Follower = new JournalFollower(
            storage.JournalReader, storage.Signal, storage.Database, Options.Create(new WatchOptions { PollInterval = TimeSpan.FromMilliseconds(50) }), storage.Clock, NullLogger<JournalFollower>.Instance);
        var store = new DeliveryStore(storage.Database, new ConductorIdentity(hostname, "", "http://127.0.0.1:1"), storage.Clock);
        _running = new SinkDelivery(sink, store, storage.JournalReader, Follower, options, storage.Clock, _logger).RunAsync(_stop.Token);
    }

    public JournalFollower Follower { get; }

    public IReadOnlyCollection<string> Log => _logger.Lines;

    /// <summary>Begins, and waits until the sink has its place in the journal.</summary>
    public static async Task<Deliverer> StartAsync(TestStorage storage, INotificationSink sink, string hostname = "test")
    {
        await storage.SettleAsync();
        var deliverer = new Deliverer(storage, sink, hostname);
        await deliverer.Follower.StartAsync(default);
        await Eventually.ThatAsync(
            async () =>
            {
                await using var connection = await storage.Database.OpenAsync(default);
                return await connection.ExecuteScalarAsync<int>("SELECT count(*) FROM journal_deliveries WHERE owner IS NOT NULL") == 1;
            },
            TimeSpan.FromSeconds(60),
            "the sink has an owner");
        return deliverer;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Follower.StopAsync(default);
        Follower.Dispose();
    }

    private sealed class RecordingLogger : ILogger<SinkDelivery>
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{formatter(state, exception)} {exception}");
    }
}

internal sealed class RecordingSink : INotificationSink
{
    private readonly ConcurrentQueue<string> _seen = new();

    public string Name => "recording";

    public IReadOnlyCollection<string> Seen => _seen;

    public Task DeliverAsync(JournalEvent @event, CancellationToken cancellationToken)
    {
        _seen.Enqueue(@event.Message ?? "");
        return Task.CompletedTask;
    }

    public Task WaitAsync(int count) => Eventually.ThatAsync(() => _seen.Count >= count, TimeSpan.FromSeconds(60), $"{count} events are delivered");
}

/// <summary>A real HTTP server that takes events, or not.</summary>
internal sealed class Webhook : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Webhook(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public string Url => $"{_app.Urls.Single()}/hook?token=in-the-url";

    /// <summary>The status of the next answer, 0 for none.</summary>
    public Func<HttpContext, Task<int>> Answer { get; set; } = _ => Task.FromResult(200);

    /// <summary>How many requests it may leave without an answer.</summary>
    public int Slow { get; set; } = 2;

    /// <summary>What it said 2xx to.</summary>
    public ConcurrentQueue<JsonElement> Delivered { get; } = new();

    public ConcurrentQueue<(string? Authorization, string? ContentType)> Headers { get; } = new();

    public static async Task<Webhook> StartAsync(int port = 0)
    {
        var webhook = new Webhook(port);
        await webhook._app.StartAsync();
        return webhook;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        Headers.Enqueue((context.Request.Headers.Authorization, context.Request.ContentType));
        var body = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body);
        var status = await Answer(context);
        if (status == 0)
            return;
        if (status is >= 200 and < 300)
            Delivered.Enqueue(body);
        context.Response.StatusCode = status;
        if (status == 302)
            context.Response.Headers.Location = "/elsewhere";
    }
}
