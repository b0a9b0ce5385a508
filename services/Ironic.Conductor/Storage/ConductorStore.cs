using Dapper;

namespace Ironic.Conductor.Storage;

/// <summary>One row of <c>conductors</c>.</summary>
internal sealed class ConductorRow
{
    public long Id { get; set; }

    public string Hostname { get; set; } = "";

    public string ConductorGroup { get; set; } = "";

    public string Url { get; set; } = "";

    public bool Online { get; set; }

    /// <summary>The hardware types that it can reach a driver process for, separated by commas.</summary>
    public string Drivers { get; set; } = "";

    public DateTime CreatedAt { get; set; }

    /// <summary>The last heartbeat.</summary>
    public DateTime UpdatedAt { get; set; }
}

/// <summary>The conductors of the cluster.</summary>
internal sealed class ConductorStore(Database database, ConductorIdentity self, Clock clock)
{
    /// <summary>Says that this conductor is alive, and what it can reach. Registers it when it is new.</summary>
    public async Task HeartbeatAsync(bool online, IEnumerable<string> drivers, CancellationToken cancellationToken)
    {
        await using var write = await database.OpenWriterAsync(cancellationToken);
        await write.Connection.ExecuteAsync(
            """
            INSERT INTO conductors (hostname, conductor_group, url, online, drivers, created_at, updated_at)
            VALUES (@Hostname, @Group, @Url, @online, @drivers, @now, @now)
            ON CONFLICT (hostname) DO UPDATE
            SET conductor_group = excluded.conductor_group, url = excluded.url, online = excluded.online, drivers = excluded.drivers, updated_at = excluded.updated_at
            """,
            new { self.Hostname, self.Group, self.Url, online, drivers = string.Join(',', drivers.Order(StringComparer.Ordinal)), now = clock.UtcNow });
    }

    /// <summary>Every conductor that ever registered, in the order of their registration.</summary>
    public async Task<IReadOnlyList<ConductorRow>> ListAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<ConductorRow>("SELECT id, hostname, conductor_group, url, online, drivers, created_at, updated_at FROM conductors ORDER BY id")).AsList();
    }
}
