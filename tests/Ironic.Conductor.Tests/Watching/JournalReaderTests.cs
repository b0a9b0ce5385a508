using Dapper;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tests.Storage;
using Ironic.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ironic.Conductor.Tests.Watching;

public sealed class SqliteJournalReaderTests : JournalReaderTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.SqliteAsync();
}

[Collection(nameof(PostgresCollection))]
public sealed class PostgresJournalReaderTests(PostgresFixture postgres) : JournalReaderTests
{
    private const int Writers = 8;
    private const int EventsOfAWriter = 60;

    private protected override Task<TestStorage> OpenAsync() => TestStorage.PostgresAsync(postgres.Server);

    [Fact]
    public async Task An_event_whose_transaction_ends_late_is_waited_for()
    {
        await using var storage = await OpenAsync();
        var start = (await storage.JournalReader.ReadStateAsync(default)).End;
        var (early, late) = (await storage.InsertNodeAsync("early"), await storage.InsertNodeAsync("late"));
        var (first, _) = await ReadAsync(storage, start);
        Assert.Equal(["early", "late"], first.Select(e => e.NodeName));

        await using var open = await storage.Database.BeginWriteAsync(default);
        await storage.Journal.AppendAsync(open, early, new JournalEntry("slow"));
        await storage.AppendAsync(late, "fast");
        // The event of the open transaction has the smaller id. Who had read the other one would never see it.
        var (held, position) = await ReadAsync(storage, first[^1].Position, settled: false);
        Assert.Empty(held);
        await open.CommitAsync();
        var (both, _) = await ReadAsync(storage, position);
        Assert.Equal(["slow", "fast"], both.Select(e => e.EventType));
    }

    [Fact]
    public async Task What_is_rolled_back_is_neither_seen_nor_waited_for()
    {
        await using var storage = await OpenAsync();
        var start = (await storage.JournalReader.ReadStateAsync(default)).End;
        var node = await storage.InsertNodeAsync("node");
        await using (var open = await storage.Database.BeginWriteAsync(default))
            await storage.Journal.AppendAsync(open, node, new JournalEntry("undone"));
        await storage.AppendAsync(node, "done");
        Assert.Equal(["created", "done"], (await ReadAsync(storage, start)).Events.Select(e => e.EventType));
    }

    [Fact]
    public async Task A_reader_beside_many_writers_sees_each_event_once_and_each_nodes_in_order()
    {
        await using var storage = await OpenAsync();
        var position = (await storage.JournalReader.ReadStateAsync(default)).End;
        var nodes = new List<NodeRow>();
        for (var i = 0; i < Writers; i++)
            nodes.Add(await storage.InsertNodeAsync($"node-{i}"));
        var seen = new List<JournalEvent>();
        var writing = Task.WhenAll(nodes.Select((node, index) => Task.Run(() => WriteAsync(storage, node, new Random(index)))));
        while (!writing.IsCompleted)
            position = await ReadOnAsync(position);
        await writing;
        await storage.SettleAsync();
        await ReadOnAsync(position);

        Assert.Equal(Writers * (EventsOfAWriter + 1), seen.Count);
        Assert.Equal(seen.Count, seen.Select(e => e.Uuid).Distinct().Count());
        foreach (var node in nodes)
            Assert.Equal(Enumerable.Range(0, EventsOfAWriter).Select(i => $"{i}"), seen.Where(e => e.NodeUuid == node.Uuid).Skip(1).Select(e => e.Message));
        // Else the order was never put to the test.
        Assert.NotEqual(seen.Select(e => e.Id).Order(), seen.Select(e => e.Id));

        async Task<JournalPosition> ReadOnAsync(JournalPosition from)
        {
            while (true)
            {
                var page = await storage.JournalReader.ReadAsync(from, JournalFilter.All, 7, default);
                seen.AddRange(page.Events);
                from = page.End;
                if (page.IsLast)
                    return from;
            }
        }
    }

    [Fact]
    public async Task After_a_restore_into_a_younger_server_new_events_come_last()
    {
        await using var storage = await OpenAsync();
        var node = await storage.InsertNodeAsync("node");
        await storage.AppendAsync(node, "old");
        var before = await storage.JournalReader.ReadStateAsync(default);
        await using (var write = await storage.Database.OpenWriterAsync(default))
            await write.Connection.ExecuteAsync("UPDATE node_events SET xid = xid + 1000000000");
        var continuity = new JournalContinuity(storage.Database, NullLogger<JournalContinuity>.Instance);
        await continuity.CheckAsync(default);
        var after = await storage.JournalReader.ReadStateAsync(default);
        Assert.NotEqual(before.Era, after.Era);

        await storage.AppendAsync(node, "new");
        Assert.Equal(["created", "old", "new"], (await ReadAsync(storage, after.Purged)).Events.Select(e => e.EventType));
        await continuity.CheckAsync(default);
        Assert.Equal(after.Era, (await storage.JournalReader.ReadStateAsync(default)).Era);
    }

    // One change after the other, as the node's lock has it; between the insert and the commit others overtake.
    private static async Task WriteAsync(TestStorage storage, NodeRow node, Random random)
    {
        for (var i = 0; i < EventsOfAWriter; i++)
        {
            await using var write = await storage.Database.BeginWriteAsync(default);
            if (random.Next(2) == 0)
                await write.Connection.ExecuteAsync("UPDATE nodes SET description = 'x' WHERE id = @Id", node, write.Transaction);
            await Task.Delay(random.Next(3));
            await storage.Journal.AppendAsync(write, node, new JournalEntry("updated", $"{i}"));
            await Task.Delay(random.Next(3));
            await write.CommitAsync();
        }
    }
}

public abstract class JournalReaderTests
{
    private protected abstract Task<TestStorage> OpenAsync();

    private protected static async Task<(List<JournalEvent> Events, JournalPosition End)> ReadAsync(
        TestStorage storage, JournalPosition from, JournalFilter? filter = null, bool settled = true)
    {
        if (settled)
            await storage.SettleAsync();
        var page = await storage.JournalReader.ReadAsync(from, filter ?? JournalFilter.All, 1000, default);
        Assert.True(page.IsLast);
        return ([.. page.Events], page.End);
    }

    [Fact]
    public async Task Pages_follow_each_other_without_gap_or_repetition()
    {
        await using var storage = await OpenAsync();
        var state = await storage.JournalReader.ReadStateAsync(default);
        var node = await storage.InsertNodeAsync("node");
        for (var i = 0; i < 9; i++)
            await storage.AppendAsync(node, $"{i}");
        await storage.SettleAsync();
        var seen = new List<string>();
        var position = state.End;
        JournalPage page;
        do
        {
            page = await storage.JournalReader.ReadAsync(position, JournalFilter.All, 5, default);
            seen.AddRange(page.Events.Select(e => e.EventType));
            position = page.End;
        }
        while (!page.IsLast);
        Assert.Equal(["created", "0", "1", "2", "3", "4", "5", "6", "7", "8"], seen);
        Assert.Empty((await ReadAsync(storage, position)).Events);
        await storage.AppendAsync(node, "more");
        Assert.Equal(["more"], (await ReadAsync(storage, position)).Events.Select(e => e.EventType));
    }

    [Fact]
    public async Task An_event_tells_who_and_what()
    {
        await using var storage = await OpenAsync();
        var node = await storage.InsertNodeAsync("rack-1", n => (n.Owner, n.Lessee, n.TargetProvisionState) = ("o", "l", "available"));
        await storage.AppendAsync(
            node,
            new JournalEntry("provision_state", "why") { Severity = "ERROR", FromState = "a", ToState = "b", TargetState = "c", Duration = TimeSpan.FromSeconds(2) });
        var seen = (await ReadAsync(storage, default)).Events[^1];
        Assert.Equal((node.Uuid, "rack-1", "o", "l"), (seen.NodeUuid, seen.NodeName, seen.Owner, seen.Lessee));
        Assert.Equal(("provision_state", "ERROR", "why", "test-conductor"), (seen.EventType, seen.Severity, seen.Message, seen.Conductor));
        Assert.Equal(("a", "b", "c", 2000), (seen.FromState, seen.ToState, seen.TargetState, seen.DurationMs));
        Assert.Equal(("enroll", "available"), (seen.ProvisionState, seen.TargetProvisionState));
        Assert.Equal(DateTimeKind.Utc, seen.CreatedAt.Kind);
    }

    [Fact]
    public async Task A_filter_means_the_same_to_the_database_and_in_memory()
    {
        await using var storage = await OpenAsync();
        var nodes = new[] { await storage.InsertNodeAsync("a", n => n.Owner = "o"), await storage.InsertNodeAsync("b", n => (n.Owner, n.Lessee) = ("o", "l")), await storage.InsertNodeAsync("c") };
        foreach (var node in nodes)
        {
            await storage.AppendAsync(node, "updated");
            await storage.AppendAsync(node, "power_state");
        }

        var all = (await ReadAsync(storage, default)).Events;
        JournalFilter[] filters =
        [
            JournalFilter.All, new(nodes[1].Uuid, [], null, null), new(null, ["created", "updated"], null, null), new(null, [], "o", null), new(null, [], null, "l"),
            new(nodes[0].Uuid, ["power_state"], "o", null), new(nodes[2].Uuid, [], "o", null), new(null, ["no_such"], null, null),
        ];
        foreach (var filter in filters)
            Assert.Equal(all.Where(filter.Matches).Select(e => e.Uuid), (await ReadAsync(storage, default, filter)).Events.Select(e => e.Uuid));
        Assert.Equal([9, 3, 6, 6, 3, 1, 0, 0], filters.Select(filter => all.Count(filter.Matches)));
        // Who filters goes on, too, where there is nothing for him.
        Assert.Equal((await ReadAsync(storage, default)).End, (await ReadAsync(storage, default, filters[^1])).End);
    }

    [Fact]
    public async Task Events_from_before_positions_were_kept_come_first()
    {
        await using var storage = await OpenAsync();
        var node = await storage.InsertNodeAsync("node");
        await using (var write = await storage.Database.OpenWriterAsync(default))
            await write.Connection.ExecuteAsync("UPDATE node_events SET xid = 0, node_name = NULL");
        await storage.AppendAsync(node, "new");
        var events = (await ReadAsync(storage, default)).Events;
        Assert.Equal(["created", "new"], events.Select(e => e.EventType));
        Assert.Equal(["new"], (await ReadAsync(storage, events[0].Position)).Events.Select(e => e.EventType));
    }
}
