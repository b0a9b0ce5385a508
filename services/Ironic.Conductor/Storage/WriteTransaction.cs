using System.Data.Common;
using Ironic.Conductor.Idempotency;

namespace Ironic.Conductor.Storage;

/// <summary>
/// A connection to write with. With a transaction, that is rolled back on disposal unless <see cref="CommitAsync"/> was called;
/// without one, every command stands for itself.
/// </summary>
internal sealed class WriteTransaction(DbConnection connection, DbTransaction? transaction, IDisposable? turn = null) : IAsyncDisposable
{
    public DbConnection Connection { get; } = connection;

    public DbTransaction? Transaction { get; } = transaction;

    /// <summary>Called once the transaction is committed. Must be quick and not throw.</summary>
    public Action? Committed { get; set; }

    /// <summary>
    /// Makes the change last, with the answer to a creation whose caller gave it a key. Not cancellable: a caller that gave up in the middle would not
    /// know what it has done.
    /// </summary>
    /// <exception cref="KeyTakenException">The key has an answer; nothing was committed.</exception>
    public async Task CommitAsync()
    {
        if (Transaction is null)
            return;
        if (KeyedCreation.Current is { } creation)
            await creation.RecordAsync(this);
        await Transaction.CommitAsync(CancellationToken.None);
        Committed?.Invoke();
    }

    public async ValueTask DisposeAsync()
    {
        using (turn)
        await using (Connection)
        await using (Transaction)
        {
            // In this order, from the inside, whichever of them fails.
        }
    }
}
