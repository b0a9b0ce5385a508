using Dapper;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Storage;

/// <summary>
/// Removes old events: of each node all but its newest, and of deleted nodes all. What was not delivered yet stays, as long as somebody tries
/// to deliver it.
/// </summary>
internal sealed class JournalPurge(Database database, IOptions<JournalOptions> options, Clock clock)
{
    // So long after its last conductor stopped a sink holds up the purge.
    private static readonly TimeSpan SinkPatience = TimeSpan.FromDays(1);

    private const string Exists = "EXISTS (SELECT 1 FROM nodes n WHERE n.uuid = e.node_uuid)";

    /// <summary>Purges what may be purged now.</summary>
    /// <returns>How many events that were.</returns>
    public async Task<int> PurgeAsync(CancellationToken cancellationToken)
    {
        var now = clock.UtcNow;
        var settings = options.Value;
        var limit = await ReadLimitAsync(now, cancellationToken);
        var count = 0;
        foreach (var (kind, keep) in new[] { ("e.in_history", settings.HistoryPerNode), ("NOT e.in_history", settings.EventsPerNode) })
        {
            var crowded = await ListAsync($"SELECT e.node_uuid FROM node_events e WHERE {kind} GROUP BY e.node_uuid HAVING count(*) > @keep", new { keep }, cancellationToken);
            foreach (var node in crowded)
            {
                var oldest = await FindOldestToKeepAsync(node, kind, keep, cancellationToken);
                count += await DeleteAsync($"{kind} AND (e.xid, e.id) < (@Xid, @Id)", node, oldest, now - settings.MinimumAge, limit, cancellationToken);
            }
        }

        var before = now - settings.DeletedNodeAge;
        var gone = await ListAsync($"SELECT DISTINCT e.node_uuid FROM node_events e WHERE e.created_at < @before AND NOT {Exists}", new { before }, cancellationToken);
        foreach (var node in gone)
            count += await DeleteAsync($"NOT {Exists}", node, default, before, limit, cancellationToken);
        return count;
    }

    // The last event that all sinks have.
    private async Task<JournalPosition> ReadLimitAsync(DateTime now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var sinks = await connection.QueryAsync<JournalPosition>("SELECT xid, id FROM journal_deliveries WHERE lease_until > @since", new { since = now - SinkPatience });
        return sinks.Aggregate(new JournalPosition(long.MaxValue, long.MaxValue), JournalPosition.Min);
    }

    private async Task<IReadOnlyList<string>> ListAsync(string sql, object values, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        // As long as it takes: it reads the whole journal.
        return (await connection.QueryAsync<string>(sql, values, commandTimeout: 0)).AsList();
    }

    private async Task<JournalPosition> FindOldestToKeepAsync(string node, string kind, int keep, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<JournalPosition>(
            $"SELECT e.xid, e.id FROM node_events e WHERE e.node_uuid = @node AND {kind} ORDER BY e.xid DESC, e.id DESC LIMIT 1 OFFSET @skip", new { node, skip = keep - 1 });
    }

    private async Task<int> DeleteAsync(
        string condition, string node, JournalPosition oldest, DateTime before, JournalPosition limit, CancellationToken cancellationToken)
    {
        var batch = options.Value.PurgeBatch;
        for (var count = 0; ;)
        {
            await using var write = await database.BeginWriteAsync(cancellationToken);
            // Conductors that purge at the same time do so one after the other.
            await write.Connection.ExecuteAsync($"SELECT id FROM journal {database.ForUpdate}", transaction: write.Transaction);
            var deleted = (await write.Connection.QueryAsync<JournalPosition>(
                $"""
                DELETE FROM node_events WHERE id IN (
                  SELECT e.id FROM node_events e
                  WHERE e.node_uuid = @node AND e.created_at < @before AND (e.xid, e.id) <= (@limitXid, @limitId) AND {condition}
                  ORDER BY e.xid, e.id LIMIT @batch)
                RETURNING xid, id
                """,
                new { node, before, oldest.Xid, oldest.Id, limitXid = limit.Xid, limitId = limit.Id, batch },
                write.Transaction)).AsList();
            if (deleted.Count > 0)
            {
                // In the transaction of the deletion: a reader that finds events missing finds this, too.
                var last = deleted.Aggregate(JournalPosition.Max);
                await write.Connection.ExecuteAsync(
                    "UPDATE journal SET purged_xid = @Xid, purged_id = @Id WHERE (purged_xid, purged_id) < (@Xid, @Id)", new { last.Xid, last.Id }, write.Transaction);
                await write.CommitAsync();
            }

            count += deleted.Count;
            if (deleted.Count < batch)
                return count;
        }
    }
}
