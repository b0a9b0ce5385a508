using Dapper;

namespace Ironic.Conductor.Storage;

/// <summary>The right to deliver to a sink, for a time.</summary>
/// <param name="Fence">Rises when it changes hands.</param>
/// <param name="Position">Of the last event that is known to be delivered.</param>
internal sealed record DeliveryLease(string Sink, long Fence, JournalPosition Position);

/// <summary>Who delivers the journal to which sink, and how far that is.</summary>
internal sealed class DeliveryStore(Database database, ConductorIdentity self, Clock clock)
{
    /// <summary>Takes a sink whose lease is over, or that nobody has had. A new one begins with what happens from now on.</summary>
    /// <returns>Null while another conductor has it.</returns>
    public async Task<DeliveryLease?> TakeAsync(string sink, JournalPosition end, TimeSpan duration, CancellationToken cancellationToken)
    {
        var now = clock.UtcNow;
        await using var write = await database.OpenWriterAsync(cancellationToken);
        await write.Connection.ExecuteAsync(
            "INSERT INTO journal_deliveries (sink, lease_until, xid, id) VALUES (@sink, @now, @Xid, @Id) ON CONFLICT (sink) DO NOTHING", new { sink, now, end.Xid, end.Id });
        var row = await write.Connection.QuerySingleOrDefaultAsync<Row>(
            """
            UPDATE journal_deliveries SET owner = @Hostname, fence = fence + 1, lease_until = @until
            WHERE sink = @sink AND (lease_until <= @now OR owner = @Hostname) RETURNING fence, xid, id
            """,
            new { sink, self.Hostname, now, until = now + duration });
        return row is null ? null : new DeliveryLease(sink, row.Fence, new JournalPosition(row.Xid, row.Id));
    }

    /// <summary>Notes how far the sink has come, and keeps it.</summary>
    /// <returns>False when another conductor has taken it.</returns>
    public async Task<bool> RenewAsync(DeliveryLease lease, JournalPosition delivered, TimeSpan duration, CancellationToken cancellationToken)
    {
        await using var write = await database.OpenWriterAsync(cancellationToken);
        return await write.Connection.ExecuteAsync(
            "UPDATE journal_deliveries SET xid = @Xid, id = @Id, lease_until = @until WHERE sink = @Sink AND fence = @Fence",
            new { delivered.Xid, delivered.Id, until = clock.UtcNow + duration, lease.Sink, lease.Fence }) == 1;
    }

    /// <summary>Notes how far the sink has come, and gives it to whoever wants it.</summary>
    public async Task ReleaseAsync(DeliveryLease lease, JournalPosition delivered) => await RenewAsync(lease, delivered, TimeSpan.Zero, CancellationToken.None);

    private sealed class Row
    {
        public long Fence { get; init; }

        public long Xid { get; init; }

        public long Id { get; init; }
    }
}
