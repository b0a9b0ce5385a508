using Ironic.Conductor.Storage;
using Ironic.Testing;

namespace Ironic.Conductor.Tests.Storage;

public sealed class SqliteSharedStoreTests : SharedStoreTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.SqliteAsync();
}

[Collection(nameof(PostgresCollection))]
public sealed class PostgresSharedStoreTests(PostgresFixture postgres) : SharedStoreTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private protected override Task<TestStorage> OpenAsync() => TestStorage.PostgresAsync(postgres.Server);

    [Fact]
    public async Task Conductors_that_start_together_migrate_once()
    {
        var connection = await postgres.CreateDatabaseAsync();
        var databases = Enumerable.Range(0, 6).Select(_ => new PostgresDatabase(connection)).ToList();
        await Task.WhenAll(databases.Select(d => TestStorage.Migrations(d).ApplyAsync(default)));
        await using var open = await databases[0].OpenAsync(default);
        Assert.Equal(1, await Dapper.SqlMapper.ExecuteScalarAsync<int>(open, "SELECT count(*) FROM schema_migrations WHERE version = 1"));
        foreach (var database in databases)
            await database.DisposeAsync();
    }

    [Fact]
    public async Task A_conductor_waits_for_anothers_migration_however_long_it_takes()
    {
        var connection = await postgres.CreateDatabaseAsync();
        await using var first = new PostgresDatabase(connection);
        await using var second = new PostgresDatabase(connection + ";Command Timeout=1");
        var (entered, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        var migrating = first.MigrateAsync(
            async (_, _) =>
            {
                entered.SetResult();
                await gate.Task;
            },
            default);
        await entered.Task.WaitAsync(Limit);
        var waiting = TestStorage.Migrations(second).ApplyAsync(default);
        await using (var watcher = await first.OpenAsync(default))
        {
            const string WaitsLong = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory' AND now() - query_start > interval '2 s'";
            await Eventually.ThatAsync(
                async () => waiting.IsCompleted || await Dapper.SqlMapper.ExecuteScalarAsync<int>(watcher, WaitsLong) == 1, Limit, "it waits for longer than a command may take");
        }

        Assert.False(waiting.IsCompleted, waiting.Exception?.Message);
        gate.SetResult();
        await migrating;
        await waiting.WaitAsync(Limit);
    }

    [Fact]
    public async Task A_newer_conductors_columns_do_not_disturb_an_older_one()
    {
        await using var storage = await OpenAsync();
        await storage.Conductors.HeartbeatAsync(true, ["fake-hardware"], default);
        // Often enough for the statements to be prepared.
        for (var i = 0; i < 10; i++)
            await ReadAllAsync();
        foreach (var table in new[] { "nodes", "node_locks", "conductors", "drivers", "node_events" })
        {
            await using var connection = await storage.Database.OpenAsync(default);
            await Dapper.SqlMapper.ExecuteAsync(connection, $"ALTER TABLE {table} ADD COLUMN of_a_newer_release text");
        }

        await ReadAllAsync();

        async Task ReadAllAsync()
        {
            Assert.Single(await storage.Conductors.ListAsync(default));
            await storage.Drivers.ListAliveAsync(default);
            await storage.Listing.ListAsync(new NodeQuery { Page = new PageQuery { Limit = 10 } }, default);
            await storage.Nodes.FindByNameAsync("nobody", default);
            await storage.Nodes.LockAsync(1, "me", default);
        }
    }
}

/// <summary>Conductors, drivers and the schema itself.</summary>
public abstract class SharedStoreTests
{
    private protected abstract Task<TestStorage> OpenAsync();

    [Fact]
    public async Task A_migrated_schema_is_left_alone()
    {
        await using var storage = await OpenAsync();
        await TestStorage.Migrations(storage.Database).ApplyAsync(default);
    }

    [Fact]
    public async Task A_heartbeat_registers_and_renews()
    {
        await using var storage = await OpenAsync();
        await storage.Conductors.HeartbeatAsync(true, ["b", "a"], default);
        var first = Assert.Single(await storage.Conductors.ListAsync(default));
        Assert.Equal(("test-conductor", "a,b", true), (first.Hostname, first.Drivers, first.Online));
        await storage.Conductors.HeartbeatAsync(false, [], default);
        var second = Assert.Single(await storage.Conductors.ListAsync(default));
        Assert.Equal((first.Id, "", false, first.CreatedAt), (second.Id, second.Drivers, second.Online, second.CreatedAt));
        Assert.True(second.UpdatedAt > first.UpdatedAt);
    }

    [Fact]
    public async Task A_lease_lives_until_it_expires_and_cannot_be_renewed_after()
    {
        await using var storage = await OpenAsync();
        var driver = new DriverRow { Key = "fake", LeaseId = "l1", Endpoint = "http://127.0.0.1:1", InstanceId = "i1", Info = "{}", Ready = true, ExpiresAt = storage.Clock.UtcNow.AddMinutes(1) };
        await storage.Drivers.PutAsync(driver, default);
        Assert.Equal("l1", Assert.Single(await storage.Drivers.ListAliveAsync(default)).LeaseId);
        Assert.Equal("{}", await storage.Drivers.FindInfoAsync("l1", default));
        Assert.True(await storage.Drivers.RenewAsync("l1", false, storage.Clock.UtcNow.AddMinutes(1), default));
        Assert.False(Assert.Single(await storage.Drivers.ListAliveAsync(default)).Ready);

        // A restarted process takes the place of the former one.
        driver.LeaseId = "l2";
        await storage.Drivers.PutAsync(driver, default);
        Assert.Equal("l2", Assert.Single(await storage.Drivers.ListAliveAsync(default)).LeaseId);
        Assert.False(await storage.Drivers.RenewAsync("l1", true, storage.Clock.UtcNow.AddMinutes(1), default));
        await storage.Drivers.RemoveAsync("l1", default);
        Assert.Single(await storage.Drivers.ListAliveAsync(default));

        Assert.True(await storage.Drivers.RenewAsync("l2", true, storage.Clock.UtcNow.AddSeconds(-1), default));
        Assert.Empty(await storage.Drivers.ListAliveAsync(default));
        Assert.False(await storage.Drivers.RenewAsync("l2", true, storage.Clock.UtcNow.AddMinutes(1), default));
    }
}
