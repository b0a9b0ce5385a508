using System.Data.Common;

namespace Ironic.Conductor.Storage;

/// <summary>
/// A connection to write with. With a transaction, that is rolled back on disposal unless <see cref="CommitAsync"/> was called;
/// without one, every command stands for itself.
/// </summary>
internal sealed class WriteTransaction(DbConnection connection, DbTransaction? transaction, IDisposable? turn = null) : IAsyncDisposable
{
    public DbConnection Connection { get; } = connection;

    public DbTransaction? Transaction { get; } = transaction;

    public Task CommitAsync(CancellationToken cancellationToken) => Transaction?.CommitAsync(cancellationToken) ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (Transaction is not null)
                await Transaction.DisposeAsync();
            await Connection.DisposeAsync();
        }
        finally
        {
            turn?.Dispose();
        }
    }
}
