using Dapper;
using Ironic.Conductor.Storage;
using Ironic.Testing;

namespace Ironic.Conductor.Tests.Storage;

/// <summary>What periodic work asks of PostgreSQL while nobody asks for anything: it looks at few rows more than it finds, however many nodes there are.</summary>
public sealed class PeriodicPlanTests(PeriodicNodes system) : IClassFixture<PeriodicNodes>
{
    private const int Nodes = PeriodicNodes.Nodes;

    private readonly TestStorage _storage = system.Storage;

    [Fact]
    public async Task Nodes_that_have_waited_for_long_are_found_among_those_that_wait()
    {
        var waiting = new WaitingNodes(_storage.Database);
        var before = _storage.Clock.UtcNow - TimeSpan.FromHours(1);
        var found = new List<WaitingNode>();
        // Often enough for the statement to be prepared, and planned for any values.
        for (var i = 0; i < 12; i++)
        {
            found = [];
            while (await waiting.NextAsync("clean wait", "", before, found.LastOrDefault(), default) is { Count: > 0 } page)
                found.AddRange(page);
        }

        Assert.Equal(Nodes / 1000, found.Count);
        Assert.Equal(found.OrderBy(node => node.Since).ThenBy(node => node.Id), found);
        await AssertRowsReadAsync("= 'clean wait'", 3 * found.Count);
    }

    [Fact]
    public async Task Inspections_that_wait_for_long_are_found_among_those_that_wait()
    {
        var waiting = new WaitingNodes(_storage.Database);
        for (var i = 0; i < 12; i++)
            Assert.NotEmpty(await waiting.NextAsync("inspect wait", "group-1", _storage.Clock.UtcNow - TimeSpan.FromHours(1), null, default));
        await AssertRowsReadAsync("= 'inspect wait'", 3 * Nodes / 100);
    }

    [Fact]
    public async Task The_nodes_of_a_group_are_read_page_by_page()
    {
        var nodes = new PowerNodes(_storage.Database);
        var count = 0;
        for (var i = 0; i < 3; i++)
        {
            count = 0;
            var after = 0L;
            while (await nodes.NextAsync("group-2", after, default) is { Count: > 0 } page)
            {
                count += page.Count;
                after = page[^1].Id;
            }
        }

        // A quarter of them, without those in maintenance and those that wait for cleaning.
        Assert.InRange(count, Nodes / 4 - Nodes / 100, Nodes / 4 - 1);
        // With their locks, and the nodes of the other three groups in between.
        await AssertRowsReadAsync("l.node_id >", 10 * PowerNodes.PageSize);
    }

    [Fact]
    public async Task Nodes_whose_power_has_failed_are_found_among_those_with_a_fault()
    {
        var nodes = new PowerNodes(_storage.Database);
        for (var i = 0; i < 12; i++)
            Assert.NotEmpty(await nodes.NextFailedAsync("group-2", 0, default));
        await AssertRowsReadAsync("'power failure'", 8 * Nodes / 500);
    }

    [Fact]
    public async Task Nodes_whose_consoles_are_on_are_found_among_those()
    {
        var nodes = new ConsoleNodes(_storage.Database);
        for (var i = 0; i < 12; i++)
            Assert.Equal(Nodes / 1000, (await nodes.NextAsync("group-3", 0, default)).Count);
        await AssertRowsReadAsync("n.console_enabled AND", 8 * Nodes / 1000);
    }

    [Fact]
    public async Task Some_nodes_are_found_by_their_names()
    {
        var nodes = new PowerNodes(_storage.Database);
        var some = (await nodes.NextAsync("group-2", 1000, default)).Select(node => node.Uuid).ToList();
        for (var i = 0; i < 12; i++)
            Assert.Equal(some.Count, (await nodes.FindAsync("group-2", some, default)).Count);
        await AssertRowsReadAsync("n.uuid IN", 8 * PowerNodes.PageSize);
    }

    private async Task AssertRowsReadAsync(string text, long most)
    {
        var plans = (await system.Postgres.ReadPlansAsync(DateTime.MinValue)).Where(plan => plan.Text.Contains(text, StringComparison.Ordinal) && plan.Text.StartsWith("SELECT", StringComparison.Ordinal)).ToList();
        Assert.True(plans.Count >= 12, $"There are {plans.Count} plans.");
        var worst = plans.MaxBy(plan => plan.RowsRead)!;
        Assert.True(worst.RowsRead <= most, $"{worst.RowsRead} rows are read: {worst}");
    }
}

/// <summary>A PostgreSQL that keeps the plans of all statements, with 40,000 nodes.</summary>
public sealed class PeriodicNodes : IAsyncLifetime
{
    public const int Nodes = 40_000;

    public PostgresServer Postgres { get; private set; } = null!;
    internal TestStorage Storage { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Postgres = await PostgresServer.StartAsync(new PostgresOptions { KeepPlans = true });
        Storage = await TestStorage.PostgresAsync(Postgres);
        await using var connection = await Storage.Database.OpenAsync(default);
        // Every hundredth waits, and of those every tenth for long.
        await connection.ExecuteAsync(
            $"""
            INSERT INTO nodes (uuid, created_at, driver, provision_state, provision_updated_at, conductor_group, power_state, maintenance, fault, console_enabled)
            SELECT lpad(to_hex(i), 8, '0') || '-0000-4000-8000-000000000000', now(), 'fake-hardware', CASE i % 100 WHEN 0 THEN 'clean wait' WHEN 1 THEN 'inspect wait' ELSE 'active' END,
              now() - CASE WHEN i % 1000 < 2 THEN interval '1 day' ELSE interval '1 minute' END, CASE WHEN i % 4 = 0 THEN '' ELSE 'group-' || i % 4 END, 'power on',
              i % 500 = 2, CASE WHEN i % 500 = 2 THEN 'power failure' END, i % 1000 = 3
            FROM generate_series(1, {Nodes}) i
            """,
            commandTimeout: 120);
        await connection.ExecuteAsync("INSERT INTO node_locks (node_id) SELECT id FROM nodes", commandTimeout: 120);
        await connection.ExecuteAsync("VACUUM ANALYZE", commandTimeout: 120);
    }

    public async Task DisposeAsync()
    {
        await Storage.DisposeAsync();
        await Postgres.DisposeAsync();
    }
}
