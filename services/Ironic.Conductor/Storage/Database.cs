using System.Data.Common;
using Dapper;

namespace Ironic.Conductor.Storage;

/// <summary>
/// One of the two databases. The SQL beside the methods of the stores runs on both; the few words in which they differ are here.
/// </summary>
internal abstract class Database : IAsyncDisposable
{
    static Database()
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        SqlMapper.AddTypeHandler(new UtcDateTimeHandler());
    }

    /// <summary>Name of the folder that has the migrations.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// Ends a SELECT whose row must not change before the transaction ends. Empty where a writing transaction has the database to itself.
    /// </summary>
    public abstract string ForShare { get; }

    /// <summary>Ends a SELECT whose row is changed in the same transaction. Empty as <see cref="ForShare"/> is.</summary>
    public abstract string ForUpdate { get; }

    /// <summary>Whether other processes may write.</summary>
    public abstract bool IsShared { get; }

    /// <summary>
    /// A SELECT of the position, as <c>xid</c> and <c>id</c>, up to which the journal is final: no event at or below it can appear any more.
    /// </summary>
    public abstract string SelectJournalEnd { get; }

    /// <summary>Begins the rest of a condition on events <c>e</c>: only those that are final are to be seen. Empty where all that can be seen are.</summary>
    public abstract string AndIsFinal { get; }

    /// <summary>Which rows <see cref="JournalContinuity"/> finds out of order: a SELECT of whether there are any. Null where there cannot be.</summary>
    public abstract string? SelectIsJournalAhead { get; }

    /// <summary>An open connection from the pool, to read with.</summary>
    public abstract ValueTask<DbConnection> OpenAsync(CancellationToken cancellationToken);

    /// <summary>A transaction to write in. At most one at a time where the database knows no more than one writer.</summary>
    public abstract ValueTask<WriteTransaction> BeginWriteAsync(CancellationToken cancellationToken);

    /// <summary>To write with one command, which is a transaction of its own.</summary>
    public abstract ValueTask<WriteTransaction> OpenWriterAsync(CancellationToken cancellationToken);

    /// <summary>Runs <paramref name="work"/> in one transaction that no other process's migration overlaps.</summary>
    public abstract Task MigrateAsync(Func<DbConnection, DbTransaction, Task> work, CancellationToken cancellationToken);

    /// <summary>The column whose uniqueness <paramref name="exception"/> reports, as <c>table.column</c>, or null when it reports something else.</summary>
    public abstract string? ViolatedUniqueColumn(DbException exception);

    /// <summary>Whether <paramref name="exception"/> says that a row refers to one that is not there, or that a row is gone to which others refer.</summary>
    public abstract bool IsReferenceViolation(DbException exception);

    /// <summary>Whether the database could not be reached, so that the caller may try again later.</summary>
    public abstract bool IsUnavailable(Exception exception);

    public abstract ValueTask DisposeAsync();
}
