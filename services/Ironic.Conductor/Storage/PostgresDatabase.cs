using System.Data.Common;
using Dapper;
using Npgsql;

namespace Ironic.Conductor.Storage;

internal sealed class PostgresDatabase : Database
{
    // Any constant that no other user of the database takes; conductors that start together wait here for each other.
    private const long MigrationLock = 0x49524F4E;

    private const string OldestRunning = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint";

    private const int DefaultPoolSize = 30;

    private readonly NpgsqlDataSource _source;

    public PostgresDatabase(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        // The statements are few and always the same: planned once per connection.
        if (settings.MaxAutoPrepare == 0)
            settings.MaxAutoPrepare = 100;
        // No connection gets a state that its next user would have to be spared: nothing sets a parameter, listens, or takes a lock that outlives its
        // transaction. Resetting it would be seven more statements for every use.
        settings.NoResetOnClose = true;
        // Npgsql's own 100 would be all that PostgreSQL takes by default, for one conductor; and no database is the faster for more than it has processors and disks.
        if (!settings.ShouldSerialize("Maximum Pool Size"))
            settings.MaxPoolSize = DefaultPoolSize;
        _source = NpgsqlDataSource.Create(settings);
    }

    public override string Name => "postgresql";

    public override string ForShare => "FOR SHARE";

    public override string ForUpdate => "FOR UPDATE";

    public override bool IsShared => true;

    // The snapshot's xmin is the oldest transaction that still runs: all below it have ended, and what they wrote can be seen.
    public override string SelectJournalEnd => $"SELECT {OldestRunning} - 1 AS xid, {long.MaxValue} AS id";

    public override string AndIsFinal => $"AND e.xid < (SELECT {OldestRunning})";

    // Transactions count from the start in a cluster that was made anew and filled from a dump.
    public override string? SelectIsJournalAhead => "SELECT coalesce(max(xid), 0) >= pg_current_xact_id()::text::bigint FROM node_events";

    public override async ValueTask<DbConnection> OpenAsync(CancellationToken cancellationToken) => await _source.OpenConnectionAsync(cancellationToken);

    public override async ValueTask<WriteTransaction> BeginWriteAsync(CancellationToken cancellationToken)
    {
        var connection = await _source.OpenConnectionAsync(cancellationToken);
        try
        {
            return new WriteTransaction(connection, await connection.BeginTransactionAsync(cancellationToken));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public override async ValueTask<WriteTransaction> OpenWriterAsync(CancellationToken cancellationToken) =>
        new(await _source.OpenConnectionAsync(cancellationToken), null);

    public override async Task MigrateAsync(Func<DbConnection, DbTransaction, Task> work, CancellationToken cancellationToken)
    {
        await using var connection = await _source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // Another conductor's migration may take longer than a command is given.
        await connection.ExecuteAsync("SELECT pg_advisory_xact_lock(@key)", new { key = MigrationLock }, transaction, commandTimeout: 0);
        await work(connection, transaction);
        await transaction.CommitAsync(cancellationToken);
    }

    public override string? ViolatedUniqueColumn(DbException exception)
    {
        if (exception is not PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } violation)
            return null;
        // Named {table}_{column}_key in the migrations.
        var constraint = violation.ConstraintName ?? "";
        var table = violation.TableName ?? "";
        return constraint.StartsWith(table + "_", StringComparison.Ordinal) && constraint.EndsWith("_key", StringComparison.Ordinal)
            ? $"{table}.{constraint[(table.Length + 1)..^4]}"
            : constraint;
    }

    public override bool IsReferenceViolation(DbException exception) => exception is PostgresException { SqlState: PostgresErrorCodes.ForeignKeyViolation };

    public override bool IsUnavailable(Exception exception) => exception switch
    {
        PostgresException postgres => postgres.IsTransient || postgres.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown
            or PostgresErrorCodes.CannotConnectNow,
        NpgsqlException => true,
        _ => false,
    };

    public override ValueTask DisposeAsync() => _source.DisposeAsync();
}
