using Ironic.Api.V1;
using Ironic.Conductor.Storage;
using Ironic.Hosting.Errors;
using Ironic.Testing;

namespace Ironic.Conductor.Tests.Storage;

public sealed class SqliteNodeStoreTests : NodeStoreTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.SqliteAsync();
}

[Collection(nameof(PostgresCollection))]
public sealed class PostgresNodeStoreTests(PostgresFixture postgres) : NodeStoreTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.PostgresAsync(postgres.Server);

    [Fact]
    public async Task A_rising_epoch_waits_for_a_write_that_is_under_way()
    {
        await using var storage = await OpenAsync();
        var node = await InsertAsync(storage);
        var held = await LockAsync(storage, node, "a");
        // The holder's write, stopped between its fence and its commit.
        await using var write = await storage.Database.BeginWriteAsync(default);
        await Dapper.SqlMapper.ExecuteScalarAsync(
            write.Connection, $"SELECT 1 FROM node_locks WHERE node_id = @Id AND epoch = @LockEpoch {storage.Database.ForShare}", held, write.Transaction);
        var taking = storage.Nodes.TakeOverAsync(Reserved(held), "b", default);
        await Dapper.SqlMapper.ExecuteAsync(write.Connection, "UPDATE nodes SET description = 'by a' WHERE id = @Id", held, write.Transaction);
        Assert.False(taking.IsCompleted);
        await write.CommitAsync();
        var taken = (await taking)!;
        Assert.Equal(held.LockEpoch + 1, taken.LockEpoch);
        Assert.Equal("by a", taken.Description);
    }
}

public abstract class NodeStoreTests
{
    private protected abstract Task<TestStorage> OpenAsync();

    private protected static async Task<NodeRow> InsertAsync(TestStorage storage, Action<NodeRow>? change = null)
    {
        var node = NewNode(storage);
        change?.Invoke(node);
        await storage.Nodes.InsertAsync(node, new JournalEntry("created"), default);
        return node;
    }

    private protected static async Task<NodeRow> LockAsync(TestStorage storage, NodeRow node, string owner)
    {
        var (locked, isLocked) = await storage.Nodes.LockAsync(node.Id, owner, default);
        Assert.True(isLocked);
        return locked!;
    }

    private protected static ReservedNode Reserved(NodeRow held) => new(held.Id, held.Uuid, held.Reservation!, held.LockEpoch, held.ConductorGroup);

    private static NodeRow NewNode(TestStorage storage) =>
        new() { Uuid = Guid.NewGuid().ToString(), Driver = "fake-hardware", ProvisionState = "enroll", CreatedAt = storage.Clock.UtcNow };

    [Fact]
    public async Task Every_column_reads_back_as_it_was_written()
    {
        await using var storage = await OpenAsync();
        var node = NewNode(storage);
        foreach (var property in typeof(NodeRow).GetProperties().Where(p => p.Name is not (nameof(NodeRow.Id) or nameof(NodeRow.LockEpoch) or nameof(NodeRow.Reservation) or nameof(NodeRow.Traits))))
        {
            object value = property.PropertyType switch
            {
                var t when t == typeof(string) => property.Name == nameof(NodeRow.Uuid) ? node.Uuid : $"{{\"{property.Name}\": 12345678901234567890, \"ż\": 1e3}}",
                var t when t == typeof(bool) || t == typeof(bool?) => true,
                _ => storage.Clock.UtcNow,
            };
            property.SetValue(node, value);
        }

        await storage.Chassis.InsertAsync(new ChassisRow { Uuid = node.ChassisUuid!, CreatedAt = storage.Clock.UtcNow }, default);
        await storage.Nodes.InsertAsync(node, new JournalEntry("created"), default);
        var read = await storage.Nodes.FindByUuidAsync(node.Uuid, default);
        foreach (var property in typeof(NodeRow).GetProperties())
            Assert.Equal(property.GetValue(node), property.GetValue(read));
    }

    [Fact]
    public async Task Nulls_and_defaults_read_back()
    {
        await using var storage = await OpenAsync();
        var node = await InsertAsync(storage);
        var read = await storage.Nodes.FindByUuidAsync(node.Uuid, default);
        foreach (var property in typeof(NodeRow).GetProperties())
            Assert.Equal(property.GetValue(node), property.GetValue(read));
        Assert.Null(await storage.Nodes.FindByUuidAsync(Guid.NewGuid().ToString(), default));
        Assert.Null(await storage.Nodes.FindByNameAsync("nobody", default));
    }

    [Fact]
    public async Task What_must_be_unique_is()
    {
        await using var storage = await OpenAsync();
        var instance = Guid.NewGuid().ToString();
        var first = await InsertAsync(storage, n => (n.Name, n.InstanceUuid) = ("one", instance));
        Assert.Equal(ErrorReason.DuplicateName, (await Assert.ThrowsAsync<IronicException>(() => InsertAsync(storage, n => n.Name = "one"))).Reason);
        Assert.Equal(ErrorReason.InstanceAssociated, (await Assert.ThrowsAsync<IronicException>(() => InsertAsync(storage, n => n.InstanceUuid = instance))).Reason);
        Assert.Equal(ErrorReason.NodeAlreadyExists, (await Assert.ThrowsAsync<IronicException>(() => InsertAsync(storage, n => n.Uuid = first.Uuid))).Reason);

        var second = await InsertAsync(storage);
        var held = await LockAsync(storage, second, "me");
        var renamed = held.Clone();
        renamed.Name = "one";
        Assert.Equal(ErrorReason.DuplicateName, (await Assert.ThrowsAsync<IronicException>(() => storage.Nodes.UpdateAsync(held, renamed, [], false, default))).Reason);
    }

    [Fact]
    public async Task A_write_changes_what_differs_and_nothing_else()
    {
        await using var storage = await OpenAsync();
        var node = await InsertAsync(storage, n => n.Extra = "{\"a\": 1}");
        var held = await LockAsync(storage, node, "me");
        Assert.Equal("me", held.Reservation);
        Assert.Null(held.UpdatedAt);
        var changed = held.Clone();
        changed.Description = "rack 7";
        changed.Maintenance = true;
        await storage.Nodes.UpdateAsync(held, changed, [new JournalEntry("updated")], false, default);

        var read = (await storage.Nodes.FindByUuidAsync(node.Uuid, default))!;
        Assert.Equal(("rack 7", true, "{\"a\": 1}", "me"), (read.Description, read.Maintenance, read.Extra, read.Reservation));
        Assert.NotNull(read.UpdatedAt);

        var released = read.Clone();
        released.Description = null;
        await storage.Nodes.UpdateAsync(read, released, [], unlock: true, default);
        read = (await storage.Nodes.FindByUuidAsync(node.Uuid, default))!;
        Assert.Null(read.Description);
        Assert.Null(read.Reservation);
    }

    [Fact]
    public async Task Nothing_is_written_under_an_older_epoch()
    {
        await using var storage = await OpenAsync();
        var node = await InsertAsync(storage);
        var stale = await LockAsync(storage, node, "paused");
        var current = (await storage.Nodes.TakeOverAsync(Reserved(stale), "other", default))!;
        Assert.Equal((stale.LockEpoch + 1, "other"), (current.LockEpoch, current.Reservation));
        Assert.False(await storage.Nodes.IsHeldAsync(node.Id, stale.LockEpoch, default));
        Assert.True(await storage.Nodes.IsHeldAsync(node.Id, current.LockEpoch, default));

        var late = stale.Clone();
        late.Description = "late";
        foreach (var unlock in new[] { false, true })
        {
            Assert.Equal(
                ErrorReason.LockLost,
                (await Assert.ThrowsAsync<IronicException>(() => storage.Nodes.UpdateAsync(stale, late, [new JournalEntry("late")], unlock, default))).Reason);
        }

        Assert.Equal(ErrorReason.LockLost, (await Assert.ThrowsAsync<IronicException>(() => storage.Nodes.DeleteAsync(stale, new JournalEntry("deleted"), default))).Reason);
        await storage.Nodes.UnlockAsync(node.Id, stale.LockEpoch, default);
        var read = (await storage.Nodes.FindByUuidAsync(node.Uuid, default))!;
        Assert.Null(read.Description);
        Assert.Equal("other", read.Reservation);
        await using var connection = await storage.Database.OpenAsync(default);
        Assert.Equal(["created"], await Dapper.SqlMapper.QueryAsync<string>(connection, "SELECT event_type FROM node_events WHERE node_uuid = @Uuid ORDER BY id", node));
    }

    [Fact]
    public async Task A_node_that_is_locked_is_locked_by_nobody_else()
    {
        await using var storage = await OpenAsync();
        var node = await InsertAsync(storage);
        var held = await LockAsync(storage, node, "first");
        var (seen, locked) = await storage.Nodes.LockAsync(node.Id, "second", default);
        Assert.Equal((false, "first", held.LockEpoch), (locked, seen!.Reservation, seen.LockEpoch));
        await storage.Nodes.UnlockAsync(node.Id, held.LockEpoch, default);
        Assert.Equal(held.LockEpoch + 1, (await LockAsync(storage, node, "second")).LockEpoch);
    }

    [Fact]
    public async Task A_node_that_nobody_had_since_it_was_read_is_locked_as_it_was_read()
    {
        await using var storage = await OpenAsync();
        await InsertAsync(storage, n => n.Name = "free");
        var seen = (await storage.Nodes.FindByNameAsync("free", default))!;
        var locked = (await storage.Nodes.LockUnchangedAsync(seen, "me", default))!;
        Assert.Null(seen.Reservation);
        Assert.Equivalent(await storage.Nodes.FindByUuidAsync(seen.Uuid, default), locked, strict: true);
        Assert.Equal(("me", seen.LockEpoch + 1), (locked.Reservation, locked.LockEpoch));
    }

    [Fact]
    public async Task A_node_that_somebody_has_or_had_since_it_was_read_is_not_locked_as_it_was_read()
    {
        await using var storage = await OpenAsync();
        var node = await InsertAsync(storage);
        var before = (await storage.Nodes.FindByUuidAsync(node.Uuid, default))!;
        var holder = await LockAsync(storage, node, "other");
        Assert.Null(await storage.Nodes.LockUnchangedAsync(before, "me", default));
        var meanwhile = (await storage.Nodes.FindByUuidAsync(node.Uuid, default))!;
        await storage.Nodes.UnlockAsync(node.Id, holder.LockEpoch, default);
        // Its epoch is that of the node as it is now, but its holder may have changed it after it was read.
        Assert.Null(await storage.Nodes.LockUnchangedAsync(meanwhile, "me", default));
        Assert.Null(await storage.Nodes.LockUnchangedAsync(before, "me", default));
        var after = (await storage.Nodes.FindByUuidAsync(node.Uuid, default))!;
        Assert.Null(after.Reservation);
        Assert.NotNull(await storage.Nodes.LockUnchangedAsync(after, "me", default));
    }

    [Fact]
    public async Task A_node_with_the_UUID_of_a_deleted_one_begins_above_its_epochs()
    {
        await using var storage = await OpenAsync();
        var node = await InsertAsync(storage);
        for (var round = 0; round < 3; round++)
        {
            var holder = await LockAsync(storage, node, "me");
            await storage.Nodes.UnlockAsync(node.Id, holder.LockEpoch, default);
        }

        var last = await LockAsync(storage, node, "me");
        await storage.Nodes.DeleteAsync(last, new JournalEntry("deleted"), default);
        var again = await InsertAsync(storage, n => n.Uuid = node.Uuid);
        Assert.True((await LockAsync(storage, again, "me")).LockEpoch > last.LockEpoch);
    }

    [Fact]
    public async Task Of_many_who_want_a_node_at_once_one_gets_it()
    {
        await using var storage = await OpenAsync();
        var node = await InsertAsync(storage);
        for (var round = 1; round <= 5; round++)
        {
            var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => storage.Nodes.LockAsync(node.Id, $"c{i}", default))));
            var winner = Assert.Single(results, result => result.Locked).Node!;
            Assert.Equal(round, winner.LockEpoch);
            Assert.All(results, result => Assert.Equal((winner.Reservation, winner.LockEpoch), (result.Node!.Reservation, result.Node.LockEpoch)));
            await storage.Nodes.UnlockAsync(node.Id, winner.LockEpoch, default);
        }
    }

    [Fact]
    public async Task A_stale_reservation_is_taken_over_once_and_fences_its_holder()
    {
        await using var storage = await OpenAsync();
        var node = await InsertAsync(storage);
        Assert.Empty(await storage.Nodes.ListReservedAsync(default));
        var held = await LockAsync(storage, node, "dead");
        var reserved = Assert.Single(await storage.Nodes.ListReservedAsync(default));
        Assert.Equal(Reserved(held), reserved);
        var taken = (await storage.Nodes.TakeOverAsync(reserved, "alive", default))!;
        Assert.Null(await storage.Nodes.TakeOverAsync(reserved, "late", default));
        var late = held.Clone();
        late.Description = "late";
        await Assert.ThrowsAsync<IronicException>(() => storage.Nodes.UpdateAsync(held, late, [], false, default));
        await storage.Nodes.UpdateAsync(taken, taken.Clone(), [new JournalEntry("lock_expired")], unlock: true, default);
        Assert.Null((await storage.Nodes.FindByUuidAsync(node.Uuid, default))!.Reservation);
        // Released meanwhile: there is nothing to take over.
        Assert.Null(await storage.Nodes.TakeOverAsync(Reserved(taken), "late", default));
    }

    [Fact]
    public async Task Work_that_nobody_does_is_found()
    {
        await using var storage = await OpenAsync();
        var power = await InsertAsync(storage, n => n.TargetPowerState = "power on");
        var verifying = await InsertAsync(storage, n => (n.ProvisionState, n.TargetProvisionState) = ("verifying", "manageable"));
        await InsertAsync(storage, n => (n.ProvisionState, n.TargetProvisionState) = ("clean wait", "available"));
        await InsertAsync(storage, n => n.ProvisionState = "manageable");
        await LockAsync(storage, await InsertAsync(storage, n => n.TargetPowerState = "power off"), "working");
        Assert.Equal(
            new[] { power.Uuid, verifying.Uuid }.Order(), (await storage.Nodes.ListInterruptedAsync(["verifying", "cleaning"], default)).Select(node => node.Uuid).Order());
    }

    [Fact]
    public async Task A_deleted_node_is_gone_and_its_journal_stays()
    {
        await using var storage = await OpenAsync();
        var node = await InsertAsync(storage);
        var held = await LockAsync(storage, node, "me");
        await storage.Nodes.DeleteAsync(held, new JournalEntry("deleted"), default);
        Assert.Null(await storage.Nodes.FindByUuidAsync(node.Uuid, default));
        Assert.Equal((null, false), await storage.Nodes.LockAsync(node.Id, "me", default));
        Assert.Null(await storage.Nodes.TakeOverAsync(Reserved(held), "me", default));
        await using var connection = await storage.Database.OpenAsync(default);
        Assert.Equal(
            ["created", "deleted"], await Dapper.SqlMapper.QueryAsync<string>(connection, "SELECT event_type FROM node_events WHERE node_uuid = @Uuid ORDER BY id", node));
        Assert.Equal(0, await Dapper.SqlMapper.ExecuteScalarAsync<int>(connection, "SELECT count(*) FROM node_locks"));
    }

    [Fact]
    public async Task Many_writers_at_once_lose_nothing()
    {
        await using var storage = await OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 32).Select(i => Task.Run(() => InsertAsync(storage, n => n.Name = $"n{i}"))));
        Assert.Equal(32, (await storage.Listing.ListAsync(new NodeQuery { Page = new PageQuery { Limit = 100 } }, default))!.Count);
    }
}
