using System.Data;
using System.Globalization;
using System.Text;
using Dapper;
using Ironic.Hosting.Requests;

namespace Ironic.Conductor.Storage;

/// <summary>Appends to the journal of what happens to nodes.</summary>
internal sealed class Journal(ConductorIdentity conductor, JournalSignal signal, Clock clock)
{
    // As long as Ironic's history keeps a text.
    private const int MaximumMessage = 65_535;

    private const string Insert =
        """
        INSERT INTO node_events (uuid, node_uuid, node_name, owner, lessee, created_at, event_type, severity, conductor, request_id, user_id, project_id,
                                 from_state, to_state, target_state, duration_ms, message, in_history, provision_state, target_provision_state, state_seconds)
        VALUES (@uuid, @node_uuid, @node_name, @owner, @lessee, @created_at, @event_type, @severity, @conductor, @request_id, @user_id, @project_id,
                @from_state, @to_state, @target_state, @duration_ms, @message, @in_history, @provision_state, @target_provision_state, @state_seconds)
        """;

    // One after the other in a command: each has parameters of its own.
    private static readonly string[] Inserts = [.. Enumerable.Range(0, 4).Select(CreateInsert)];

    /// <summary>Appends within the transaction of the change itself, with who asked for it.</summary>
    /// <param name="node">The node as it was before the change.</param>
    public Task AppendAsync(WriteTransaction write, NodeRow node, JournalEntry entry)
    {
        var values = new SqlValues();
        return write.Connection.ExecuteAsync(Compose(write, values, node, [entry]), values, write.Transaction);
    }

    /// <summary>As <see cref="AppendAsync"/>, for a command that does more.</summary>
    /// <param name="values">Gets the parameters.</param>
    /// <returns>The end of the command: statements that append, each with a semicolon before it.</returns>
    public string Compose(WriteTransaction write, SqlValues values, NodeRow node, IReadOnlyList<JournalEntry> entries)
    {
        if (entries.Count == 0)
            return "";
        write.Committed = signal.Raise;
        var sql = new StringBuilder();
        for (var i = 0; i < entries.Count; i++)
        {
            sql.Append(i < Inserts.Length ? Inserts[i] : CreateInsert(i));
            AddValues(values, Prefix(i), node, entries[i]);
        }

        return sql.ToString();
    }

    private void AddValues(SqlValues values, string prefix, NodeRow node, JournalEntry entry)
    {
        var now = clock.UtcNow;
        var request = RequestContext.Current;
        values.Add(prefix + "uuid", Guid.NewGuid().ToString(), DbType.String);
        values.Add(prefix + "node_uuid", node.Uuid, DbType.String);
        values.Add(prefix + "node_name", node.Name, DbType.String);
        values.Add(prefix + "owner", node.Owner, DbType.String);
        values.Add(prefix + "lessee", node.Lessee, DbType.String);
        values.Add(prefix + "created_at", now, DbType.DateTime);
        values.Add(prefix + "event_type", entry.Type, DbType.String);
        values.Add(prefix + "severity", entry.Severity, DbType.String);
        values.Add(prefix + "conductor", conductor.Hostname, DbType.String);
        values.Add(prefix + "request_id", request?.RequestId, DbType.String);
        values.Add(prefix + "user_id", request?.UserId, DbType.String);
        values.Add(prefix + "project_id", request?.ProjectId, DbType.String);
        values.Add(prefix + "from_state", entry.FromState, DbType.String);
        values.Add(prefix + "to_state", entry.ToState, DbType.String);
        values.Add(prefix + "target_state", entry.TargetState, DbType.String);
        values.Add(prefix + "duration_ms", (long?)entry.Duration?.TotalMilliseconds, DbType.Int64);
        values.Add(prefix + "message", entry.Message is null ? null : Cut(entry.Message), DbType.String);
        values.Add(prefix + "in_history", entry.IsHistory, DbType.Boolean);
        values.Add(prefix + "provision_state", node.ProvisionState, DbType.String);
        values.Add(prefix + "target_provision_state", node.TargetProvisionState, DbType.String);
        values.Add(prefix + "state_seconds", (long?)(now - node.ProvisionUpdatedAt)?.TotalSeconds, DbType.Int64);
    }

    private static string CreateInsert(int index) => ";\n" + Insert.Replace("@", "@" + Prefix(index), StringComparison.Ordinal);

    private static string Prefix(int index) => string.Create(CultureInfo.InvariantCulture, $"event{index}_");

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
