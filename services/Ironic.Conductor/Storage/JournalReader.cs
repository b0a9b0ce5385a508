using Dapper;

namespace Ironic.Conductor.Storage;

/// <summary>The journal as a whole.</summary>
/// <param name="Era">Positions are comparable within one.</param>
/// <param name="Purged">Nothing above this position was purged.</param>
/// <param name="End">No event at or below this position can appear any more.</param>
internal sealed record JournalState(string Era, JournalPosition Purged, JournalPosition End);

/// <summary>A run of the journal.</summary>
/// <param name="Events">What of it was wanted, in its order.</param>
/// <param name="End">Where the next run begins.</param>
/// <param name="IsLast">Whether there is no more at present.</param>
/// <param name="Purged">Nothing above this position was purged before the run was read.</param>
internal sealed record JournalPage(IReadOnlyList<JournalEvent> Events, JournalPosition End, bool IsLast, JournalPosition Purged);

/// <summary>
/// Reads the journal in an order in which nothing ever appears before what was read: events become visible when their transactions commit,
/// which is not the order of their ids, so only those are read that no running transaction can come before.
/// </summary>
internal sealed class JournalReader(Database database)
{
    private const string Columns =
        """
        e.xid, e.id, e.uuid, e.created_at, e.event_type, e.severity, e.node_uuid, e.node_name, e.owner, e.lessee, e.from_state, e.to_state, e.target_state,
        e.provision_state, e.target_provision_state, e.duration_ms, e.message, e.conductor, e.request_id, e.user_id, e.project_id
        """;

    public async Task<JournalState> ReadStateAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var results = await connection.QueryMultipleAsync($"{database.SelectJournalEnd}; SELECT era, purged_xid, purged_id FROM journal");
        var end = await results.ReadSingleAsync<JournalPosition>();
        var row = await results.ReadSingleAsync<StateRow>();
        return new JournalState(row.Era, row.Purged, end);
    }

    /// <summary>Reads on from a position.</summary>
    /// <param name="limit">The most events.</param>
    public async Task<JournalPage> ReadAsync(JournalPosition after, JournalFilter filter, int limit, CancellationToken cancellationToken)
    {
        var values = new DynamicParameters(new { after.Xid, after.Id, filter.NodeUuid, filter.Owner, filter.Lessee, limit });
        var conditions = "";
        if (filter.NodeUuid is not null)
            conditions += " AND e.node_uuid = @NodeUuid";
        if (filter.Owner is not null)
            conditions += " AND e.owner = @Owner";
        if (filter.Lessee is not null)
            conditions += " AND e.lessee = @Lessee";
        if (filter.EventTypes.Count > 0)
            conditions += $" AND e.event_type IN ({SqlLists.Add(values, "type", filter.EventTypes)})";

        await using var connection = await database.OpenAsync(cancellationToken);
        // The end before the events: up to there they have all been seen. How far it was purged after them: what was there then, was read.
        await using var results = await connection.QueryMultipleAsync(
            $"""
            {database.SelectJournalEnd};
            SELECT {Columns} FROM node_events e WHERE (e.xid, e.id) > (@Xid, @Id) {database.AndIsFinal}{conditions} ORDER BY e.xid, e.id LIMIT @limit;
            SELECT era, purged_xid, purged_id FROM journal;
            """,
            values);
        var end = JournalPosition.Max(await results.ReadSingleAsync<JournalPosition>(), after);
        var events = (await results.ReadAsync<JournalEvent>()).AsList();
        var purged = (await results.ReadSingleAsync<StateRow>()).Purged;
        if (events.Count == limit)
            return new JournalPage(events, events[^1].Position, false, purged);
        return new JournalPage(events, events.Count == 0 ? end : JournalPosition.Max(end, events[^1].Position), true, purged);
    }

    /// <summary>Whether the journal has an event of a node.</summary>
    public async Task<bool> KnowsAsync(string nodeUuid, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<bool>("SELECT EXISTS (SELECT 1 FROM node_events WHERE node_uuid = @nodeUuid)", new { nodeUuid });
    }

    private sealed class StateRow
    {
        public string Era { get; init; } = "";

        public long PurgedXid { get; init; }

        public long PurgedId { get; init; }

        public JournalPosition Purged => new(PurgedXid, PurgedId);
    }
}
