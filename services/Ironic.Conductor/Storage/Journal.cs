using Dapper;
using Ironic.Hosting.Requests;

namespace Ironic.Conductor.Storage;

/// <summary>Appends to the journal of what happens to nodes.</summary>
internal sealed class Journal(ConductorIdentity conductor, Clock clock)
{
    /// <summary>Appends within the transaction of the change itself, with who asked for it.</summary>
    public Task AppendAsync(WriteTransaction write, string nodeUuid, JournalEntry entry) =>
        write.Connection.ExecuteAsync(
            """
            INSERT INTO node_events (uuid, node_uuid, created_at, event_type, severity, conductor, request_id, from_state, to_state, target_state, duration_ms, message)
            VALUES (@uuid, @nodeUuid, @now, @Type, @Severity, @hostname, @requestId, @FromState, @ToState, @TargetState, @durationMs, @Message)
            """,
            new
            {
                uuid = Guid.NewGuid().ToString(),
                nodeUuid,
                now = clock.UtcNow,
                entry.Type,
                entry.Severity,
                hostname = conductor.Hostname,
                requestId = RequestContext.Current?.RequestId,
                entry.FromState,
                entry.ToState,
                entry.TargetState,
                durationMs = (long?)entry.Duration?.TotalMilliseconds,
                entry.Message,
            },
            write.Transaction);
}
