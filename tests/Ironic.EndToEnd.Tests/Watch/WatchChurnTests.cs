using System.Collections.Concurrent;
using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Client;
using Ironic.EndToEnd.Tests.Support;
using Ironic.Testing;
using Npgsql;
using Xunit.Abstractions;

namespace Ironic.EndToEnd.Tests.Watch;

/// <summary>Watchers that come and go, beside writers and a conductor that is killed: each sees every event once, and each node's in the order of its changes.</summary>
[Collection(nameof(BackendCollection))]
public sealed class WatchChurnTests(PostgresFixture postgres, RedisFixture redis, ITestOutputHelper output)
{
    private static readonly TimeSpan Churn = TimeSpan.FromSeconds(18);

    // Nobody waits for as long as that, but the machine may be busy.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private const int Nodes = 12;

    [Fact]
    public async Task Watchers_that_disconnect_at_random_see_every_event_once_and_in_order()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var stack = await TestStack.StartAsync(options => options with { Conductors = 2, Drivers = ["fake"], Postgres = database, Redis = redis.Server.Endpoint });
        using var limit = new CancellationTokenSource(Limit);
        var uuids = new List<string>();
        for (var i = 0; i < Nodes; i++)
            uuids.Add(await stack.CreateNodeAsync());

        var watchers = new List<WatcherRecord>();
        var watching = new List<Task>();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
        using var client = IronicClient.Connect(stack.Processes.GrpcUrl.OriginalString);
        using var http = new HttpClient { BaseAddress = stack.Processes.RestUrl, Timeout = Timeout.InfiniteTimeSpan };
        Add("client", record => WatchWithClientAsync(client, record, enough.Token));
        Add("slow client", record => WatchWithClientAsync(client, record, enough.Token, TimeSpan.FromMilliseconds(2)));
        for (var i = 0; i < 3; i++)
        {
            var seed = i;
            Add($"gRPC {i}", record => WatchInPiecesAsync(client, record, new Random(seed), enough.Token));
            Add($"REST {i}", record => WatchInPiecesAsync(http, record, new Random(100 + seed), enough.Token));
        }

        using (var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token))
        {
            var writing = uuids.Select(uuid => WriteAsync(stack, uuid, stop.Token)).ToList();
            await Task.Delay(Churn / 3, limit.Token);
            await stack.Processes.Conductors[0].KillAsync();
            await Task.Delay(Churn / 3, limit.Token);
            await stack.Processes.Conductors[0].StartAsync();
            await Task.Delay(Churn / 3, limit.Token);
            await stop.CancelAsync();
            await Task.WhenAll(writing);
        }

        foreach (var uuid in uuids)
            await stack.WaitUntilUnlockedAsync(uuid);
        var expected = await ReadTableAsync(database);
        Assert.True(expected.Count > Nodes * 20, $"There are only {expected.Count} events.");
        try
        {
            await Eventually.ThatAsync(() => watchers.TrueForAll(w => w.Count >= expected.Count), Limit, "every watcher has seen as many events as there are");
        }
        finally
        {
            await enough.CancelAsync();
            await Task.WhenAll(watching);
            output.WriteLine($"of {expected.Count} events: " + string.Join("; ", watchers.Select(w => $"{w.Name} has seen {w.Count} over {w.Connections} connections")));
        }

        foreach (var watcher in watchers)
        {
            Assert.Equal(expected.Count, watcher.Seen.Count);
            foreach (var uuid in uuids)
                Assert.Equal(expected.Where(e => e.Node == uuid), watcher.Seen.Where(e => e.Node == uuid));
        }

        Assert.True(watchers.Where(w => w.Name.StartsWith("REST", StringComparison.Ordinal)).Min(w => w.Connections) > 10);

        void Add(string name, Func<WatcherRecord, Task> watch)
        {
            var record = new WatcherRecord(name);
            watchers.Add(record);
            watching.Add(Task.Run(() => watch(record)));
        }
    }

    private static async Task WriteAsync(TestStack stack, string node, CancellationToken cancellationToken)
    {
        for (var i = 0; !cancellationToken.IsCancellationRequested; i++)
        {
            // A conductor is killed meanwhile: not every change succeeds.
            await stack.Rest.PatchAsync($"/v1/nodes/{node}", new[] { new { op = "add", path = "/extra/count", value = i } });
            if (i % 10 == 0)
                await stack.Rest.PutAsync($"/v1/nodes/{node}/maintenance", new { reason = $"{i}" });
            if (i % 25 == 0)
                await stack.Rest.PutAsync($"/v1/nodes/{node}/states/power", new { target = "power on" });
        }
    }

    private static async Task WatchWithClientAsync(IronicClient client, WatcherRecord record, CancellationToken cancellationToken, TimeSpan pause = default)
    {
        record.Connections++;
        try
        {
            await foreach (var message in client.WatchAsync(new WatchRequest { Start = WatchStart.Beginning }, cancellationToken))
            {
                record.Add(message.Event.NodeUuid, message.Event.Uuid);
                if (pause > TimeSpan.Zero)
                    await Task.Delay(pause, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // All is seen.
        }
    }

    private static async Task WatchInPiecesAsync(IronicClient client, WatcherRecord record, Random random, CancellationToken enough)
    {
        var request = new WatchRequest { Start = WatchStart.Beginning };
        while (!enough.IsCancellationRequested)
        {
            using var piece = CancellationTokenSource.CreateLinkedTokenSource(enough);
            piece.CancelAfter(random.Next(600));
            record.Connections++;
            try
            {
                using var call = client.Watch.Watch(request, cancellationToken: piece.Token);
                while (await call.ResponseStream.MoveNext(piece.Token))
                {
                    var message = call.ResponseStream.Current;
                    request.Cursor = message.Cursor;
                    if (message.Event is { } seen)
                        record.Add(seen.NodeUuid, seen.Uuid);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or IronicApiException { IsTransient: true } or IronicApiException { StatusCode: StatusCode.Internal, ReasonName: null })
            {
                // It was cut off, or the conductor was killed.
            }
        }
    }

    private static async Task WatchInPiecesAsync(HttpClient http, WatcherRecord record, Random random, CancellationToken enough)
    {
        string? cursor = null;
        while (!enough.IsCancellationRequested)
        {
            using var piece = CancellationTokenSource.CreateLinkedTokenSource(enough);
            piece.CancelAfter(random.Next(600));
            record.Connections++;
            try
            {
                using var source = await EventSource.OpenAsync(http, "/watch?start=beginning", cursor, piece.Token);
                while (await source.ReadAsync(piece.Token) is { Type: "message" } message)
                {
                    cursor = message.Id;
                    if (message.Data is { } seen)
                        record.Add(seen.GetProperty("node_uuid").GetString()!, seen.GetProperty("uuid").GetString()!);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or HttpIOException or HttpRequestException { StatusCode: null or System.Net.HttpStatusCode.ServiceUnavailable or System.Net.HttpStatusCode.InternalServerError })
            {
                // It was cut off, or the conductor was killed.
            }
        }
    }

    // Within a node, ids are in the order of its changes: one has its lock.
    private static async Task<List<(string Node, string Uuid)>> ReadTableAsync(string database)
    {
        await using var connection = new NpgsqlConnection(database + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT node_uuid, uuid FROM node_events ORDER BY id", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<(string, string)>();
        while (await reader.ReadAsync())
            rows.Add((reader.GetString(0), reader.GetString(1)));
        return rows;
    }

    private sealed class WatcherRecord(string name)
    {
        private readonly ConcurrentQueue<(string Node, string Uuid)> _seen = new();

        public string Name { get; } = name;

        public int Connections { get; set; }

        public int Count => _seen.Count;

        public List<(string Node, string Uuid)> Seen => [.. _seen];

        public void Add(string node, string uuid) => _seen.Enqueue((node, uuid));
    }
}
