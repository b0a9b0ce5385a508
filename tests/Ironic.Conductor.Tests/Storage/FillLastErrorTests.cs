using Ironic.Conductor.Storage;
using Ironic.Testing;

namespace Ironic.Conductor.Tests.Storage;

public sealed class SqliteFillLastErrorTests : FillLastErrorTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.SqliteAsync();
}

[Collection(nameof(PostgresCollection))]
public sealed class PostgresFillLastErrorTests(PostgresFixture postgres) : FillLastErrorTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.PostgresAsync(postgres.Server);
}

public abstract class FillLastErrorTests
{
    private protected abstract Task<TestStorage> OpenAsync();

    [Fact]
    public async Task An_error_is_noted_beside_a_lock_and_outlives_what_the_holder_writes()
    {
        await using var storage = await OpenAsync();
        var node = new NodeRow { Uuid = Guid.NewGuid().ToString(), Driver = "fake-hardware", ProvisionState = "enroll", CreatedAt = storage.Clock.UtcNow };
        await storage.Nodes.InsertAsync(node, new JournalEntry("created"), default);
        var held = (await storage.Nodes.LockAsync(node.Id, "holder", default)).Node!;

        await storage.Nodes.FillLastErrorAsync(node, "burnt", new JournalEntry("vendor_passthru", "burnt"), default);
        await storage.Nodes.FillLastErrorAsync(node, "drowned", new JournalEntry("vendor_passthru", "drowned"), default);
        var changed = held.Clone();
        changed.Description = "by the holder";
        await storage.Nodes.UpdateAsync(held, changed, [], unlock: true, default);

        var read = (await storage.Nodes.FindByUuidAsync(node.Uuid, default))!;
        Assert.Equal(("burnt", "by the holder"), (read.LastError, read.Description));
    }
}
