using System.Threading.Channels;
using Dapper;
using Ironic.Api.V1;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tests.Storage;
using Ironic.Conductor.Watching;
using Ironic.Hosting.Errors;
using Ironic.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Tests.Watching;

public sealed class SqliteJournalWatchTests : JournalWatchTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.SqliteAsync();
}

[Collection(nameof(PostgresCollection))]
public sealed class PostgresJournalWatchTests(PostgresFixture postgres) : JournalWatchTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.PostgresAsync(postgres.Server);

    [Fact]
    public async Task Events_of_another_conductor_are_found_without_a_signal()
    {
        await using var test = await StartAsync();
        await using var watcher = await test.WatchAsync(new WatchRequest());
        var node = await test.Storage.InsertNodeAsync("node");
        await test.Storage.AppendAsync(node, new JournalEntry("elsewhere"), signalled: false);
        Assert.Equal(["created", "elsewhere"], await watcher.TypesAsync(2));
    }
}

public abstract class JournalWatchTests
{
    private protected abstract Task<TestStorage> OpenAsync();

    private protected async Task<WatchTest> StartAsync(TimeSpan? bookmarks = null) => await WatchTest.StartAsync(await OpenAsync(), bookmarks);

    [Fact]
    public async Task A_stream_begins_with_a_cursor_and_goes_on_with_what_happens()
    {
        await using var test = await StartAsync();
        await test.Storage.InsertNodeAsync("before");
        await using var watcher = await test.WatchAsync(new WatchRequest());
        var node = await test.Storage.InsertNodeAsync("node");
        var message = await watcher.NextAsync();
        Assert.Equal(("created", node.Uuid, "node", "enroll"), (message.Event.EventType, message.Event.NodeUuid, message.Event.NodeName, message.Event.ToState));
        Assert.NotEqual(watcher.FirstCursor, message.Cursor);
    }

    [Fact]
    public async Task The_beginning_is_the_oldest_event_that_is_kept()
    {
        await using var test = await StartAsync();
        for (var i = 0; i < 450; i++)
            await test.Storage.AppendAsync(new NodeRow { Uuid = Guid.Empty.ToString() }, $"{i}");
        await using var watcher = await test.WatchAsync(new WatchRequest { Start = WatchStart.Beginning });
        Assert.Equal(Enumerable.Range(0, 450).Select(i => $"{i}"), await watcher.TypesAsync(450));
    }

    [Fact]
    public async Task Every_cursor_goes_on_behind_its_message()
    {
        await using var test = await StartAsync();
        var node = await test.Storage.InsertNodeAsync("node");
        await using var watcher = await test.WatchAsync(new WatchRequest());
        for (var i = 0; i < 5; i++)
            await test.Storage.AppendAsync(node, $"{i}");
        var cursors = new List<string> { watcher.FirstCursor };
        for (var i = 0; i < 5; i++)
            cursors.Add((await watcher.NextAsync()).Cursor);
        for (var i = 0; i < 5; i++)
        {
            // A cursor goes before a start.
            await using var again = await test.WatchAsync(new WatchRequest { Cursor = cursors[i], Start = WatchStart.Beginning });
            Assert.Equal(cursors[i], again.FirstCursor);
            Assert.Equal(Enumerable.Range(i, 5 - i).Select(n => $"{n}"), await again.TypesAsync(5 - i));
        }
    }

    [Fact]
    public async Task Filters_choose_by_node_type_and_tenant()
    {
        await using var test = await StartAsync();
        var a = await test.Storage.InsertNodeAsync("a", n => n.Owner = "o");
        var b = await test.Storage.InsertNodeAsync("b", n => n.Lessee = "l");
        await using var byName = await test.WatchAsync(new WatchRequest { Node = "a" });
        await using var byUuid = await test.WatchAsync(new WatchRequest { Node = b.Uuid.ToUpperInvariant(), EventTypes = { "two" } });
        await using var byOwner = await test.WatchAsync(new WatchRequest { Owner = "o", Start = WatchStart.Beginning });
        await using var byLessee = await test.WatchAsync(new WatchRequest { Lessee = "l", EventTypes = { "one", "last" } });
        foreach (var type in new[] { "one", "two", "last" })
        {
            await test.Storage.AppendAsync(a, type);
            await test.Storage.AppendAsync(b, type);
        }

        Assert.Equal(["one", "two", "last"], await byName.TypesAsync(3));
        Assert.Equal(b.Uuid, (await byUuid.NextAsync()).Event.NodeUuid);
        Assert.Equal(["created", "one", "two", "last"], await byOwner.TypesAsync(4));
        Assert.Equal(["one", "last"], await byLessee.TypesAsync(2));
    }

    [Fact]
    public async Task What_cannot_be_watched_is_refused()
    {
        await using var test = await StartAsync();
        var deleted = Guid.NewGuid().ToString();
        await test.Storage.AppendAsync(new NodeRow { Uuid = deleted }, "deleted");
        await using (var watcher = await test.WatchAsync(new WatchRequest { Node = deleted, Start = WatchStart.Beginning }))
            Assert.Equal(["deleted"], await watcher.TypesAsync(1));

        Assert.Equal(ErrorReason.NodeNotFound, await test.RefusalAsync(new WatchRequest { Node = "nobody" }));
        Assert.Equal(ErrorReason.NodeNotFound, await test.RefusalAsync(new WatchRequest { Node = Guid.NewGuid().ToString() }));
        foreach (var cursor in new[] { "x", "AAAA", new string('A', 28), new string('_', 28), new string('ż', 28) })
            Assert.Equal(ErrorReason.InvalidParameterValue, await test.RefusalAsync(new WatchRequest { Cursor = cursor }));
        Assert.Equal(ErrorReason.InvalidParameterValue, await test.RefusalAsync(new WatchRequest { Start = (WatchStart)9 }));
    }

    [Fact]
    public async Task A_cursor_of_another_journal_is_refused()
    {
        await using var test = await StartAsync();
        var state = await test.Storage.JournalReader.ReadStateAsync(default);
        Assert.Equal(ErrorReason.CursorExpired, await test.RefusalAsync(new WatchRequest { Cursor = JournalCursor.Format("00000000", state.End) }));
        Assert.Equal(
            ErrorReason.CursorExpired, await test.RefusalAsync(new WatchRequest { Cursor = JournalCursor.Format(state.Era, new JournalPosition(state.End.Xid + 1_000_000, 1)) }));
    }

    [Fact]
    public async Task A_cursor_whose_events_were_purged_is_refused_and_so_is_a_reader_that_is_too_slow()
    {
        await using var test = await StartAsync();
        var node = await test.Storage.InsertNodeAsync("node");
        await using var watcher = await test.WatchAsync(new WatchRequest());
        // More than the memory has and the pages in flight.
        await using var slow = await test.WatchAsync(new WatchRequest { Start = WatchStart.Beginning }, room: 1);
        for (var i = 0; i < 1500; i++)
            await test.Storage.AppendAsync(node, "updated");
        for (var i = 0; i < 1499; i++)
            await watcher.NextAsync();
        var last = await watcher.NextAsync();
        await using (var write = await test.Storage.Database.BeginWriteAsync(default))
        {
            await write.Connection.ExecuteAsync(
                """
                UPDATE journal SET purged_xid = (SELECT xid FROM node_events WHERE uuid = @Uuid), purged_id = (SELECT id FROM node_events WHERE uuid = @Uuid);
                DELETE FROM node_events;
                """,
                last.Event,
                write.Transaction);
            await write.CommitAsync();
        }

        Assert.Equal(ErrorReason.CursorExpired, await test.RefusalAsync(new WatchRequest { Cursor = watcher.FirstCursor }));
        Assert.Equal(ErrorReason.CursorExpired, (await Assert.ThrowsAsync<IronicException>(slow.DrainAsync)).Reason);
        await using var again = await test.WatchAsync(new WatchRequest { Cursor = last.Cursor });
        await using var beginning = await test.WatchAsync(new WatchRequest { Start = WatchStart.Beginning });
        await test.Storage.AppendAsync(node, "after");
        Assert.Equal(["after"], await again.TypesAsync(1));
        Assert.Equal(["after"], await beginning.TypesAsync(1));
    }

    [Fact]
    public async Task A_slow_watcher_loses_nothing_and_holds_up_nobody()
    {
        await using var test = await StartAsync();
        var node = await test.Storage.InsertNodeAsync("node");
        await using var slow = await test.WatchAsync(new WatchRequest(), room: 1);
        await using var fast = await test.WatchAsync(new WatchRequest());
        for (var i = 0; i < 1300; i++)
            await test.Storage.AppendAsync(node, $"{i}");
        var expected = Enumerable.Range(0, 1300).Select(i => $"{i}").ToList();
        Assert.Equal(expected, await fast.TypesAsync(1300));
        Assert.Equal(expected, await slow.TypesAsync(1300));
    }

    [Fact]
    public async Task A_watcher_for_whom_nothing_happens_gets_younger_cursors()
    {
        await using var test = await StartAsync(TimeSpan.FromSeconds(1));
        var node = await test.Storage.InsertNodeAsync("node");
        await using var watcher = await test.WatchAsync(new WatchRequest { EventTypes = { "wanted" } });
        await test.Storage.AppendAsync(node, "unwanted");
        var bookmark = await watcher.NextAsync(m => m.Event is null && m.Cursor != watcher.FirstCursor);
        await test.Storage.AppendAsync(node, "wanted");
        await using var again = await test.WatchAsync(new WatchRequest { Cursor = bookmark.Cursor });
        Assert.Equal(["wanted"], await again.TypesAsync(1));
    }

    [Fact]
    public async Task The_journal_is_followed_only_while_somebody_watches()
    {
        await using var test = await StartAsync();
        Assert.Null(test.Follower.Look().Tail);
        await using (await test.WatchAsync(new WatchRequest()))
            await Eventually.ThatAsync(() => test.Follower.Look().Tail is not null, WatchTest.Limit, "it is followed");
        // SQLite is looked at when something happens only.
        await test.Storage.InsertNodeAsync("node");
        await Eventually.ThatAsync(() => test.Follower.Look().Tail is null, WatchTest.Limit, "it is not followed any more");
        await using var watcher = await test.WatchAsync(new WatchRequest { Start = WatchStart.Beginning });
        Assert.Equal(["created"], await watcher.TypesAsync(1));
    }
}

/// <summary>A follower and streams over a real database.</summary>
internal sealed class WatchTest : IAsyncDisposable
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly JournalWatch _watch;

    private WatchTest(TestStorage storage, TimeSpan? bookmarks)
    {
        Storage = storage;
        var options = Options.Create(new WatchOptions { PollInterval = TimeSpan.FromMilliseconds(50), BookmarkInterval = bookmarks ?? TimeSpan.FromHours(1) });
        Follower = new JournalFollower(storage.JournalReader, storage.Signal, storage.Database, options, storage.Clock, NullLogger<JournalFollower>.Instance);
        _watch = new JournalWatch(storage.JournalReader, Follower, storage.Nodes, options, storage.Clock);
    }

    public TestStorage Storage { get; }

    public JournalFollower Follower { get; }

    public static async Task<WatchTest> StartAsync(TestStorage storage, TimeSpan? bookmarks)
    {
        var test = new WatchTest(storage, bookmarks);
        await test.Follower.StartAsync(default);
        return test;
    }

    /// <summary>Opens a stream and waits for its first message.</summary>
    /// <param name="room">How many messages are sent before any is taken; null: any number.</param>
    public async Task<Watcher> WatchAsync(WatchRequest request, int? room = null)
    {
        // What is now is behind all that was before.
        await Storage.SettleAsync();
        var watcher = new Watcher(_watch, request, room);
        var first = await watcher.NextAsync(message => message.Event is null);
        watcher.FirstCursor = first.Cursor;
        return watcher;
    }

    public async Task<ErrorReason> RefusalAsync(WatchRequest request) =>
        (await Assert.ThrowsAsync<IronicException>(() => _watch.RunAsync(request, (_, _) => Task.CompletedTask, default).WaitAsync(Limit))).Reason;

    public async ValueTask DisposeAsync()
    {
        await Follower.StopAsync(default);
        Follower.Dispose();
        await Storage.DisposeAsync();
    }
}

internal sealed class Watcher : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<WatchResponse> _messages;
    private readonly Task _running;

    public Watcher(JournalWatch watch, WatchRequest request, int? room)
    {
        _messages = room is { } limit ? Channel.CreateBounded<WatchResponse>(limit) : Channel.CreateUnbounded<WatchResponse>();
        _running = RunAsync(watch, request);
    }

    public string FirstCursor { get; set; } = "";

    public async Task<WatchResponse> NextAsync(Func<WatchResponse, bool>? wanted = null)
    {
        using var limit = new CancellationTokenSource(WatchTest.Limit);
        while (true)
        {
            var message = await _messages.Reader.ReadAsync(limit.Token);
            if (wanted?.Invoke(message) ?? message.Event is not null)
                return message;
        }
    }

    public async Task<List<string>> TypesAsync(int count)
    {
        var types = new List<string>();
        while (types.Count < count)
            types.Add((await NextAsync()).Event.EventType);
        return types;
    }

    /// <summary>Takes all messages until the stream fails.</summary>
    public async Task DrainAsync()
    {
        using var limit = new CancellationTokenSource(WatchTest.Limit);
        await foreach (var message in _messages.Reader.ReadAllAsync(limit.Token))
            Assert.NotNull(message);
        await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task RunAsync(JournalWatch watch, WatchRequest request)
    {
        try
        {
            await watch.RunAsync(request, (message, cancellationToken) => _messages.Writer.WriteAsync(message, cancellationToken).AsTask(), _stop.Token);
        }
        catch (Exception e)
        {
            // A reader sees what ended the stream.
            _messages.Writer.TryComplete(e is IronicException ? null : e);
            throw;
        }
    }
}
