using System.Text;
using Dapper;
using Ironic.Hosting.Requests;

namespace Ironic.Conductor.Storage;

/// <summary>Appends to the journal of what happens to nodes.</summary>
internal sealed class Journal(ConductorIdentity conductor, JournalSignal signal, Clock clock)
{
    // As long as Ironic's history keeps a text.
    private const int MaximumMessage = 65_535;

    /// <summary>Appends within the transaction of the change itself, with who asked for it.</summary>
    /// <param name="node">The node as it was before the change.</param>
    public Task AppendAsync(WriteTransaction write, NodeRow node, JournalEntry entry)
    {
        var now = clock.UtcNow;
        var request = RequestContext.Current;
        write.Committed = signal.Raise;
        return write.Connection.ExecuteAsync(
            """
            INSERT INTO node_events (uuid, node_uuid, node_name, owner, lessee, created_at, event_type, severity, conductor, request_id, user_id, project_id,
                                     from_state, to_state, target_state, duration_ms, message, in_history, provision_state, target_provision_state, state_seconds)
            VALUES (@uuid, @nodeUuid, @Name, @Owner, @Lessee, @now, @Type, @Severity, @hostname, @RequestId, @UserId, @ProjectId,
                    @FromState, @ToState, @TargetState, @durationMs, @message, @IsHistory, @ProvisionState, @TargetProvisionState, @stateSeconds)
            """,
            new
            {
                uuid = Guid.NewGuid().ToString(),
                nodeUuid = node.Uuid,
                node.Name,
                node.Owner,
                node.Lessee,
                now,
                entry.Type,
                entry.Severity,
                hostname = conductor.Hostname,
                request?.RequestId,
                request?.UserId,
                request?.ProjectId,
                entry.FromState,
                entry.ToState,
                entry.TargetState,
                durationMs = (long?)entry.Duration?.TotalMilliseconds,
                message = entry.Message is null ? null : Cut(entry.Message),
                entry.IsHistory,
                node.ProvisionState,
                node.TargetProvisionState,
                stateSeconds = (long?)(now - node.ProvisionUpdatedAt)?.TotalSeconds,
            },
            write.Transaction);
    }

    // The beginning says what happened, the end why: what is too long loses its middle.
    private static string Cut(string message)
    {
        if (message.Length <= MaximumMessage / 3 || Encoding.UTF8.GetByteCount(message) <= MaximumMessage)
            return message;
        const string Gap = " ... ";
        var half = (MaximumMessage - Gap.Length) / 2;
        var bytes = Encoding.UTF8.GetBytes(message);
        // Half a character at a cut is left out.
        var (head, tail) = (Encoding.UTF8.GetString(bytes[..half]), Encoding.UTF8.GetString(bytes[^half..]));
        return head.TrimEnd('\uFFFD') + Gap + tail.TrimStart('\uFFFD');
    }
}
