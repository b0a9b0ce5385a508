using Ironic.Conductor.Storage;
using Ironic.Testing;

namespace Ironic.Conductor.Tests.Storage;

public sealed class SqliteShardStoreTests : ShardStoreTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.SqliteAsync();
}

[Collection(nameof(PostgresCollection))]
public sealed class PostgresShardStoreTests(PostgresFixture postgres) : ShardStoreTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.PostgresAsync(postgres.Server);
}

public abstract class ShardStoreTests
{
    private protected abstract Task<TestStorage> OpenAsync();

    [Fact]
    public async Task Shards_are_counted_and_the_largest_comes_first()
    {
        await using var storage = await OpenAsync();
        Assert.Empty(await storage.Shards.ListAsync(default));
        foreach (var shard in new[] { "b", "a", "b", null, "b", "a" })
            await storage.Nodes.InsertAsync(new NodeRow { Uuid = Guid.NewGuid().ToString(), Driver = "fake-hardware", ProvisionState = "enroll", CreatedAt = storage.Clock.UtcNow, Shard = shard }, new JournalEntry("created"), default);
        Assert.Equal([("b", 3), ("a", 2), (null, 1)], (await storage.Shards.ListAsync(default)).Select(s => (s.Name, s.Count)));
    }
}
