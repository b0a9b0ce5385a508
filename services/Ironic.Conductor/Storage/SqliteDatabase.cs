using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Ironic.Conductor.Storage;

internal sealed class SqliteDatabase : Database
{
    private const int ConstraintUnique = 2067;
    private const int ConstraintPrimaryKey = 1555;
    private const int ConstraintForeignKey = 787;
    private const int Busy = 5;
    private const int Locked = 6;
    private const int IoError = 10;
    private const int Full = 13;
    private const int CannotOpen = 14;

    private readonly string _connectionString;
    private readonly SemaphoreSlim _writer = new(1, 1);

    static SqliteDatabase() => SQLitePCL.Batteries_V2.Init();

    public SqliteDatabase(string connectionString)
    {
        var settings = new SqliteConnectionStringBuilder(connectionString) { ForeignKeys = true, Pooling = true };
        if (Path.GetDirectoryName(Path.GetFullPath(settings.DataSource)) is { } folder)
            Directory.CreateDirectory(folder);
        _connectionString = settings.ConnectionString;
        using var connection = new SqliteConnection(_connectionString);
        connection.Open();
        // Readers go on while one writes; the mode stays with the file.
        connection.Execute("PRAGMA journal_mode = WAL");
    }

    public override string Name => "sqlite";

    public override string ForShare => "";

    public override string ForUpdate => "";

    public override bool IsShared => false;

    // One writes at a time, so ids are in the order of commits. The sequence does not go back when the newest events are purged.
    public override string SelectJournalEnd => "SELECT 0 AS xid, coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'node_events'), 0) AS id";

    public override string AndIsFinal => "";

    public override string? SelectIsJournalAhead => null;

    public override async ValueTask<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(_connectionString);
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    public override ValueTask<WriteTransaction> BeginWriteAsync(CancellationToken cancellationToken) =>
        OpenWriterAsync(c => c.BeginTransaction(deferred: false), cancellationToken);

    public override ValueTask<WriteTransaction> OpenWriterAsync(CancellationToken cancellationToken) => OpenWriterAsync(_ => null, cancellationToken);

    private async ValueTask<WriteTransaction> OpenWriterAsync(Func<SqliteConnection, SqliteTransaction?> begin, CancellationToken cancellationToken)
    {
        await _writer.WaitAsync(cancellationToken);
        var connection = new SqliteConnection(_connectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            // NORMAL with WAL: a power failure may lose the last transactions, never the file.
            await connection.ExecuteAsync("PRAGMA synchronous = NORMAL");
            return new WriteTransaction(connection, begin(connection), new Turn(_writer));
        }
        catch
        {
            await connection.DisposeAsync();
            _writer.Release();
            throw;
        }
    }

    public override async Task MigrateAsync(Func<DbConnection, DbTransaction, Task> work, CancellationToken cancellationToken)
    {
        await using var write = await BeginWriteAsync(cancellationToken);
        await work(write.Connection, write.Transaction!);
        await write.CommitAsync();
    }

    public override string? ViolatedUniqueColumn(DbException exception)
    {
        if (exception is not SqliteException { SqliteExtendedErrorCode: ConstraintUnique or ConstraintPrimaryKey })
            return null;
        // "SQLite Error 19: 'UNIQUE constraint failed: nodes.name'."
        var message = exception.Message;
        var start = message.LastIndexOf(": ", StringComparison.Ordinal) + 2;
        return message[start..].TrimEnd('.', '\'');
    }

    public override bool IsReferenceViolation(DbException exception) => exception is SqliteException { SqliteExtendedErrorCode: ConstraintForeignKey };

    public override bool IsUnavailable(Exception exception) => exception is SqliteException { SqliteErrorCode: Busy or Locked or IoError or Full or CannotOpen };

    public override ValueTask DisposeAsync()
    {
        SqliteConnection.ClearAllPools();
        _writer.Dispose();
        return ValueTask.CompletedTask;
    }

    private sealed class Turn(SemaphoreSlim writer) : IDisposable
    {
        public void Dispose() => writer.Release();
    }
}
