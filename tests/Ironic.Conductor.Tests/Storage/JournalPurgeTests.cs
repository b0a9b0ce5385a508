using Dapper;
using Ironic.Conductor.Storage;
using Ironic.Testing;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Tests.Storage;

public sealed class SqliteJournalPurgeTests : JournalPurgeTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.SqliteAsync();
}

[Collection(nameof(PostgresCollection))]
public sealed class PostgresJournalPurgeTests(PostgresFixture postgres) : JournalPurgeTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.PostgresAsync(postgres.Server);

    [Fact]
    public async Task Conductors_may_purge_at_the_same_time()
    {
        await using var storage = await OpenAsync();
        for (var n = 0; n < 4; n++)
        {
            var node = await storage.InsertNodeAsync($"{n}");
            for (var i = 0; i < 49; i++)
                await storage.AppendAsync(node, "updated");
        }

        var counts = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Purge(storage, o => (o.EventsPerNode, o.PurgeBatch) = (10, 7)).PurgeAsync(default)));
        Assert.Equal(160, counts.Sum());
        Assert.Equal(40, (await ReadAsync(storage)).Count);
    }
}

public abstract class JournalPurgeTests
{
    private protected abstract Task<TestStorage> OpenAsync();

    private protected static JournalPurge Purge(TestStorage storage, Action<JournalOptions>? change = null)
    {
        var options = new JournalOptions { MinimumAge = TimeSpan.Zero, DeletedNodeAge = TimeSpan.FromHours(1) };
        change?.Invoke(options);
        return new JournalPurge(storage.Database, Options.Create(options), storage.Clock);
    }

    private protected static async Task<List<JournalEvent>> ReadAsync(TestStorage storage)
    {
        await storage.SettleAsync();
        return [.. (await storage.JournalReader.ReadAsync(default, JournalFilter.All, 10_000, default)).Events];
    }

    [Fact]
    public async Task Each_node_keeps_its_newest_events_and_its_newest_history()
    {
        await using var storage = await OpenAsync();
        var (busy, quiet) = (await storage.InsertNodeAsync("busy"), await storage.InsertNodeAsync("quiet"));
        for (var i = 0; i < 9; i++)
        {
            await storage.AppendAsync(busy, $"u{i}");
            await storage.AppendAsync(busy, new JournalEntry($"h{i}") { IsHistory = true });
        }

        await storage.AppendAsync(quiet, "u");
        Assert.Equal(7 + 5, await Purge(storage, o => (o.EventsPerNode, o.HistoryPerNode, o.PurgeBatch) = (3, 4, 2)).PurgeAsync(default));
        var left = await ReadAsync(storage);
        Assert.Equal(["h5", "u6", "h6", "u7", "h7", "u8", "h8"], left.Where(e => e.NodeUuid == busy.Uuid).Select(e => e.EventType));
        Assert.Equal(["created", "u"], left.Where(e => e.NodeUuid == quiet.Uuid).Select(e => e.EventType));
        Assert.Equal(0, await Purge(storage, o => (o.EventsPerNode, o.HistoryPerNode) = (3, 4)).PurgeAsync(default));
    }

    [Fact]
    public async Task The_journal_remembers_how_far_it_was_purged()
    {
        await using var storage = await OpenAsync();
        var node = await storage.InsertNodeAsync("node");
        for (var i = 0; i < 5; i++)
            await storage.AppendAsync(node, $"{i}");
        var all = await ReadAsync(storage);
        await Purge(storage, o => o.EventsPerNode = 2).PurgeAsync(default);
        // The greatest of those that are gone.
        Assert.Equal(all[3].Position, (await storage.JournalReader.ReadStateAsync(default)).Purged);
        Assert.Equal(["3", "4"], (await ReadAsync(storage)).Select(e => e.EventType));
    }

    [Fact]
    public async Task What_is_young_is_kept_however_much_it_is()
    {
        await using var storage = await OpenAsync();
        var node = await storage.InsertNodeAsync("node");
        for (var i = 0; i < 5; i++)
            await storage.AppendAsync(node, $"{i}");
        await AgeAsync(storage, "1", TimeSpan.FromDays(2));
        Assert.Equal(1, await Purge(storage, o => (o.EventsPerNode, o.MinimumAge) = (2, TimeSpan.FromDays(1))).PurgeAsync(default));
        Assert.Equal(["created", "0", "2", "3", "4"], (await ReadAsync(storage)).Select(e => e.EventType));
    }

    [Fact]
    public async Task Of_a_deleted_node_nothing_is_left_in_the_end()
    {
        await using var storage = await OpenAsync();
        var gone = new NodeRow { Uuid = Guid.NewGuid().ToString() };
        await storage.AppendAsync(gone, "old");
        await storage.AppendAsync(gone, "young");
        var node = await storage.InsertNodeAsync("node");
        await storage.AppendAsync(node, "old");
        await AgeAsync(storage, "old", TimeSpan.FromHours(2));
        Assert.Equal(1, await Purge(storage).PurgeAsync(default));
        Assert.Equal(["young", "created", "old"], (await ReadAsync(storage)).Select(e => e.EventType));
    }

    [Fact]
    public async Task What_a_sink_has_not_got_yet_is_kept_as_long_as_somebody_tries()
    {
        await using var storage = await OpenAsync();
        var node = await storage.InsertNodeAsync("node");
        for (var i = 0; i < 5; i++)
            await storage.AppendAsync(node, $"{i}");
        var all = await ReadAsync(storage);
        var lease = (await storage.Deliveries.TakeAsync("sink", all[1].Position, TimeSpan.FromMinutes(1), default))!;
        Assert.Equal(2, await Purge(storage, o => o.EventsPerNode = 2).PurgeAsync(default));
        Assert.Equal(["1", "2", "3", "4"], (await ReadAsync(storage)).Select(e => e.EventType));
        Assert.True(await storage.Deliveries.RenewAsync(lease, all[1].Position, TimeSpan.FromDays(-2), default));
        Assert.Equal(2, await Purge(storage, o => o.EventsPerNode = 2).PurgeAsync(default));
    }

    private static async Task AgeAsync(TestStorage storage, string eventType, TimeSpan age)
    {
        await using var write = await storage.Database.OpenWriterAsync(default);
        await write.Connection.ExecuteAsync("UPDATE node_events SET created_at = @time WHERE event_type = @eventType", new { time = storage.Clock.UtcNow - age, eventType });
    }
}
