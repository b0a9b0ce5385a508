using Ironic.Api.V1;
using Ironic.Conductor.Storage;
using Ironic.Hosting.Errors;
using Ironic.Testing;

namespace Ironic.Conductor.Tests.Storage;

public sealed class SqliteChassisStoreTests : ChassisStoreTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.SqliteAsync();
}

[Collection(nameof(PostgresCollection))]
public sealed class PostgresChassisStoreTests(PostgresFixture postgres) : ChassisStoreTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.PostgresAsync(postgres.Server);
}

public abstract class ChassisStoreTests
{
    private protected abstract Task<TestStorage> OpenAsync();

    [Fact]
    public async Task What_was_written_reads_back()
    {
        await using var storage = await OpenAsync();
        var chassis = New(storage);
        (chassis.Description, chassis.Extra) = ("rack ż", "{\"big\": 12345678901234567890}");
        await storage.Chassis.InsertAsync(chassis, default);
        Assert.Equivalent(chassis, await storage.Chassis.FindByUuidAsync(chassis.Uuid, default), strict: true);
        Assert.Null(await storage.Chassis.FindByUuidAsync(Guid.NewGuid().ToString(), default));
        var twin = New(storage);
        twin.Uuid = chassis.Uuid;
        Assert.Equal(ErrorReason.ChassisAlreadyExists, (await Assert.ThrowsAsync<IronicException>(() => storage.Chassis.InsertAsync(twin, default))).Reason);
    }

    [Fact]
    public async Task A_change_is_whole_or_not_at_all()
    {
        await using var storage = await OpenAsync();
        var chassis = New(storage);
        await storage.Chassis.InsertAsync(chassis, default);
        var changed = await storage.Chassis.ChangeAsync(chassis.Uuid, c => c.Description = "new", default);
        Assert.NotNull(changed!.UpdatedAt);
        Assert.Equivalent(changed, await storage.Chassis.FindByUuidAsync(chassis.Uuid, default), strict: true);
        await Assert.ThrowsAsync<InvalidOperationException>(() => storage.Chassis.ChangeAsync(
            chassis.Uuid,
            c =>
            {
                c.Description = "half";
                throw new InvalidOperationException();
            },
            default));
        Assert.Equal("new", (await storage.Chassis.FindByUuidAsync(chassis.Uuid, default))!.Description);
        Assert.Null(await storage.Chassis.ChangeAsync(Guid.NewGuid().ToString(), _ => { }, default));
    }

    [Fact]
    public async Task Changes_at_the_same_time_lose_nothing()
    {
        await using var storage = await OpenAsync();
        var chassis = New(storage);
        chassis.Description = "";
        await storage.Chassis.InsertAsync(chassis, default);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => storage.Chassis.ChangeAsync(chassis.Uuid, c => c.Description += "x", default))));
        Assert.Equal(new string('x', 16), (await storage.Chassis.FindByUuidAsync(chassis.Uuid, default))!.Description);
    }

    [Fact]
    public async Task A_chassis_with_nodes_stays_and_no_node_is_in_a_chassis_that_is_not_there()
    {
        await using var storage = await OpenAsync();
        var chassis = New(storage);
        await storage.Chassis.InsertAsync(chassis, default);
        var node = new NodeRow { Uuid = Guid.NewGuid().ToString(), Driver = "fake-hardware", ProvisionState = "enroll", CreatedAt = storage.Clock.UtcNow, ChassisUuid = chassis.Uuid };
        await storage.Nodes.InsertAsync(node, new JournalEntry("created"), default);
        Assert.Equal(ErrorReason.ChassisNotEmpty, (await Assert.ThrowsAsync<IronicException>(() => storage.Chassis.DeleteAsync(chassis.Uuid, default))).Reason);

        var lost = new NodeRow { Uuid = Guid.NewGuid().ToString(), Driver = "fake-hardware", ProvisionState = "enroll", CreatedAt = storage.Clock.UtcNow, ChassisUuid = Guid.NewGuid().ToString() };
        Assert.Equal(ErrorReason.ReferenceNotFound, (await Assert.ThrowsAsync<IronicException>(() => storage.Nodes.InsertAsync(lost, new JournalEntry("created"), default))).Reason);

        var held = (await storage.Nodes.LockAsync(node.Id, "me", default)).Node!;
        await storage.Nodes.DeleteAsync(held, new JournalEntry("deleted"), default);
        Assert.True(await storage.Chassis.DeleteAsync(chassis.Uuid, default));
        Assert.False(await storage.Chassis.DeleteAsync(chassis.Uuid, default));
    }

    [Theory]
    [InlineData("id")]
    [InlineData("uuid")]
    [InlineData("description")]
    [InlineData("created_at")]
    [InlineData("updated_at")]
    public async Task Pages_have_every_chassis_once_in_order(string sortKey)
    {
        await using var storage = await OpenAsync();
        for (var i = 0; i < 7; i++)
        {
            var chassis = New(storage);
            chassis.Description = i % 3 == 0 ? null : $"d{5 * i % 7}";
            await storage.Chassis.InsertAsync(chassis, default);
        }

        foreach (var descending in new[] { false, true })
        {
            var whole = (await storage.Chassis.ListAsync(new PageQuery { Limit = 100, SortKey = sortKey, Descending = descending }, default))!.Select(c => c.Uuid).ToList();
            Assert.Equal(7, whole.Count);
            var paged = new List<string>();
            while (paged.Count < 7)
            {
                var page = await storage.Chassis.ListAsync(new PageQuery { Limit = 2, SortKey = sortKey, Descending = descending, Marker = paged.LastOrDefault() }, default);
                Assert.NotEmpty(page!);
                paged.AddRange(page!.Select(c => c.Uuid));
            }

            Assert.Equal(whole, paged);
        }

        Assert.Null(await storage.Chassis.ListAsync(new PageQuery { Limit = 1, Marker = Guid.NewGuid().ToString() }, default));
    }

    private static ChassisRow New(TestStorage storage) => new() { Uuid = Guid.NewGuid().ToString(), CreatedAt = storage.Clock.UtcNow };
}
