using Dapper;

namespace Ironic.Conductor.Storage;

/// <summary>
/// Keeps the journal in order over a restore: in a PostgreSQL that was made anew, transactions count from the start, so that new events would
/// stand before those of the dump. These are then put before all others, and positions that were given out before count no more.
/// </summary>
internal sealed partial class JournalContinuity(Database database, ILogger<JournalContinuity> logger)
{
    /// <summary>To be called at start, before anything is written.</summary>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        if (database.SelectIsJournalAhead is not { } isAhead)
            return;
        await database.MigrateAsync(async (connection, transaction) =>
        {
            if (!await connection.ExecuteScalarAsync<bool>(isAhead, transaction: transaction))
                return;
            var rows = await connection.ExecuteAsync("UPDATE node_events SET xid = 0 WHERE xid <> 0", transaction: transaction, commandTimeout: 0);
            await connection.ExecuteAsync(
                "UPDATE journal SET era = @era, purged_xid = 0", new { era = Guid.NewGuid().ToString("N")[..8] }, transaction);
            // Rather some events twice than one never: in the new order a few may stand behind this one that had stood before it.
            await connection.ExecuteAsync("UPDATE journal_deliveries SET xid = 0, id = id - 1000", transaction: transaction);
            LogNewEra(rows);
        }, cancellationToken);
    }

    [LoggerMessage(
        EventId = 2401,
        EventName = "JournalEraBegun",
        Level = LogLevel.Warning,
        Message = "The database was restored into a younger PostgreSQL: {Count} events of the journal were put before all new ones, and cursors from before are refused")]
    private partial void LogNewEra(int count);
}
