using Npgsql;

namespace Ironic.Faults;

/// <summary>Looks into the system's database, past everything that could embellish it.</summary>
internal sealed class SystemDatabase(string connection) : IAsyncDisposable
{
    // The machine is busy.
    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(connection + ";Maximum Pool Size=2;Timeout=120;Command Timeout=120");

    /// <summary>The locks that a conductor has on nodes: node and epoch.</summary>
    public async Task<HashSet<(long Node, long Epoch)>> ReadLocksAsync(string conductor, CancellationToken cancellationToken) =>
        [.. await ReadAsync(
            "SELECT node_id, epoch FROM node_locks WHERE reservation = $1", row => (row.GetInt64(0), row.GetInt64(1)), cancellationToken, conductor)];

    /// <summary>The UUIDs of all nodes that are reserved.</summary>
    public Task<List<string>> ReadReservedAsync(CancellationToken cancellationToken) =>
        ReadAsync("SELECT n.uuid FROM node_locks l JOIN nodes n ON n.id = l.node_id WHERE l.reservation IS NOT NULL", row => row.GetString(0), cancellationToken);

    /// <summary>The whole journal. Within a node, ids are in the order of its changes.</summary>
    public Task<List<JournalRow>> ReadJournalAsync(CancellationToken cancellationToken) => ReadAsync(
        "SELECT uuid, node_uuid, event_type, from_state, to_state FROM node_events ORDER BY id",
        row => new JournalRow(row.GetString(0), row.GetString(1), row.GetString(2), Text(row, 3), Text(row, 4)),
        cancellationToken);

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    /// <summary>The server was started anew: connections to the old one are worth nothing.</summary>
    public void Forget() => _source.Clear();

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async Task<List<T>> ReadAsync<T>(string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken, params string[] values)
    {
        await using var command = _source.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(read(reader));
        return rows;
    }
}

/// <summary>An event of the journal.</summary>
internal sealed record JournalRow(string Uuid, string Node, string Type, string? From, string? To);
