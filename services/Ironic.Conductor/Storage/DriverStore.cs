using System.Security.Cryptography;
using System.Text;
using Dapper;
using Ironic.Driver.V1;

namespace Ironic.Conductor.Storage;

/// <summary>One driver process's registration.</summary>
internal sealed class DriverRow
{
    /// <summary>
    /// The driver's name, and what stands for the conductor groups that it names, if any: unique with the endpoint. The same address may be another process at another site.
    /// </summary>
    public string Key { get; set; } = "";

    public string LeaseId { get; set; } = "";

    public string Endpoint { get; set; } = "";

    public string InstanceId { get; set; } = "";

    /// <summary>Its <c>ironic.driver.v1.DriverInfo</c> as protobuf JSON. Empty where it was not asked for.</summary>
    public string Info { get; set; } = "";

    public bool Ready { get; set; }

    public DateTime ExpiresAt { get; set; }

    /// <summary>The key of a driver's registrations. No name has an @ in it.</summary>
    public static string KeyOf(DriverInfo info) =>
        info.ConductorGroups.Count == 0 ? info.Name : $"{info.Name}@{Hash(string.Join(',', info.ConductorGroups.Order(StringComparer.Ordinal)))}";

    // An entry of an index has an end; the groups have none.
    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
}

/// <summary>The registrations of driver processes, shared by all conductors.</summary>
internal sealed class DriverStore(Database database, Clock clock)
{
    /// <summary>Stores a registration; a former one of the same driver and groups at the same endpoint is replaced: that process was restarted.</summary>
    public async Task PutAsync(DriverRow driver, CancellationToken cancellationToken)
    {
        await using var write = await database.OpenWriterAsync(cancellationToken);
        await write.Connection.ExecuteAsync(
            """
            INSERT INTO drivers (name, lease_id, endpoint, instance_id, info, ready, expires_at, created_at)
            VALUES (@Key, @LeaseId, @Endpoint, @InstanceId, @Info, @Ready, @ExpiresAt, @now)
            ON CONFLICT (name, endpoint) DO UPDATE
            SET lease_id = excluded.lease_id, instance_id = excluded.instance_id, info = excluded.info,
                ready = excluded.ready, expires_at = excluded.expires_at, created_at = excluded.created_at
            """,
            new { driver.Key, driver.LeaseId, driver.Endpoint, driver.InstanceId, driver.Info, driver.Ready, driver.ExpiresAt, now = clock.UtcNow });
    }

    /// <summary>False when there is no such lease, or it is over.</summary>
    public async Task<bool> RenewAsync(string leaseId, bool ready, DateTime expiresAt, CancellationToken cancellationToken)
    {
        await using var write = await database.OpenWriterAsync(cancellationToken);
        var renewed = await write.Connection.ExecuteAsync(
            "UPDATE drivers SET ready = @ready, expires_at = @expiresAt WHERE lease_id = @leaseId AND expires_at > @now",
            new { leaseId, ready, expiresAt, now = clock.UtcNow });
        return renewed > 0;
    }

    public async Task RemoveAsync(string leaseId, CancellationToken cancellationToken)
    {
        await using var write = await database.OpenWriterAsync(cancellationToken);
        await write.Connection.ExecuteAsync("DELETE FROM drivers WHERE lease_id = @leaseId", new { leaseId });
    }

    /// <summary>The live registrations, the newest last, without their descriptions.</summary>
    public async Task<IReadOnlyList<DriverRow>> ListAliveAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<DriverRow>(
            "SELECT name AS key, lease_id, endpoint, instance_id, ready, expires_at FROM drivers WHERE expires_at > @now ORDER BY created_at, lease_id", new { now = clock.UtcNow })).AsList();
    }

    /// <summary>The description that came with a lease, or null when it is gone.</summary>
    public async Task<string?> FindInfoAsync(string leaseId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<string>("SELECT info FROM drivers WHERE lease_id = @leaseId", new { leaseId });
    }
}
