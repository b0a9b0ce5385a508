using Npgsql;

namespace Ironic.Testing.Tests;

public sealed class PostgresServerTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Databases_are_empty_and_apart_from_each_other()
    {
        var first = await postgres.CreateDatabaseAsync();
        var second = await postgres.CreateDatabaseAsync();
        await ExecuteAsync(first, "CREATE TABLE t (n int); INSERT INTO t VALUES (1)");
        Assert.Equal(1L, await ScalarAsync(first, "SELECT count(*) FROM t"));
        var failure = await Assert.ThrowsAsync<PostgresException>(() => ScalarAsync(second, "SELECT count(*) FROM t"));
        Assert.Equal(PostgresErrorCodes.UndefinedTable, failure.SqlState);
    }

    [Fact]
    public async Task Fsync_is_off_unless_asked_for()
    {
        var database = await postgres.CreateDatabaseAsync();
        Assert.Equal("off", await ScalarAsync(database, "SHOW fsync"));
    }

    [Fact]
    public async Task Servers_run_side_by_side_and_keep_their_data_over_a_restart_and_a_crash()
    {
        await using var server = await PostgresServer.StartAsync(new PostgresOptions { Durable = true });
        Assert.NotEqual(postgres.Server.Port, server.Port);
        var database = await server.CreateDatabaseAsync();
        Assert.Equal("on", await ScalarAsync(database, "SHOW fsync"));
        await ExecuteAsync(database, "CREATE TABLE t (n int); INSERT INTO t VALUES (1)");

        await server.RestartAsync();
        NpgsqlConnection.ClearAllPools();
        await ExecuteAsync(database, "INSERT INTO t VALUES (2)");

        await server.KillAsync();
        await server.StartProcessAsync();
        NpgsqlConnection.ClearAllPools();
        Assert.Equal(2L, await ScalarAsync(database, "SELECT count(*) FROM t"));
    }

    private static async Task ExecuteAsync(string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<object?> ScalarAsync(string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
