using Dapper;
using Ironic.Conductor.Storage;
using Ironic.Testing;

namespace Ironic.Conductor.Tests.Storage;

/// <summary>Statements that write are planned once for a connection, whichever of their values are null.</summary>
[Collection(nameof(PostgresCollection))]
public sealed class PreparedStatementTests(PostgresFixture postgres)
{
    // After so many of its uses Npgsql prepares a statement.
    private const int Unprepared = 4;

    private const int Uses = 20;

    [Fact]
    public async Task Nulls_do_not_make_another_statement()
    {
        await using var storage = await TestStorage.PostgresAsync(await postgres.CreateDatabaseAsync() + ";Maximum Pool Size=1");
        for (var i = 0; i < Uses; i++)
        {
            var node = await storage.InsertNodeAsync(i % 2 == 0 ? $"node-{i}" : null, node =>
            {
                node.Owner = i % 3 == 0 ? "owner" : null;
                node.UpdatedAt = i % 4 == 0 ? node.CreatedAt : null;
                node.AutomatedClean = i % 5 == 0 ? true : null;
            });
            var locked = (await storage.Nodes.LockAsync(node.Id, "test-conductor", default)).Node!;
            var after = locked.Clone();
            after.LastError = "";
            await storage.Nodes.UpdateAsync(locked, after, [], unlock: false, default);
            var cleared = after.Clone();
            (cleared.LastError, cleared.Fault) = (i % 2 == 0 ? null : "failed", i % 2 == 0 ? "power failure" : "");
            await storage.Nodes.UpdateAsync(after, cleared, [new JournalEntry("failed", i % 2 == 0 ? null : "failed")], unlock: true, default);
        }

        await using var connection = await storage.Database.OpenAsync(default);
        foreach (var (statement, uses) in new[] { ("INSERT INTO nodes %", Uses), ("INSERT INTO node_locks %", Uses), ("UPDATE nodes SET last_error %fault%", Uses), ("INSERT INTO node_events %", 2 * Uses) })
        {
            var executed = await connection.QueryAsync<long>(
                "SELECT generic_plans + custom_plans FROM pg_prepared_statements WHERE statement LIKE @statement", new { statement });
            Assert.Equal([uses - Unprepared], executed);
        }
    }
}
