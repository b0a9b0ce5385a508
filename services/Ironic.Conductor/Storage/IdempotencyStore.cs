using Dapper;
using Ironic.Conductor.Idempotency;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Storage;

/// <summary>What a creation was answered with.</summary>
/// <param name="Fingerprint">Of the request.</param>
/// <param name="Answer">The response message.</param>
internal sealed record RecordedCreation(byte[] Fingerprint, byte[] Answer);

/// <summary>The answers to creations, by the keys that their callers gave them.</summary>
internal sealed class IdempotencyStore(Database database, IOptions<IdempotencyOptions> options, Clock clock)
{
    /// <summary>The answer under a key; null when there is none, or when it is past the window.</summary>
    public async Task<RecordedCreation?> FindAsync(CreationKey key, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<RecordedCreation>(
            "SELECT fingerprint, answer FROM idempotency_keys WHERE project = @Project AND idempotency_key = @Key AND expires_at > @now",
            new { key.Project, key.Key, now = clock.UtcNow });
    }

    /// <summary>Keeps an answer within the transaction of the creation.</summary>
    /// <returns>False when the key has an answer.</returns>
    public async Task<bool> PutAsync(WriteTransaction write, CreationKey key, byte[] fingerprint, byte[] answer)
    {
        var now = clock.UtcNow;
        return await write.Connection.ExecuteAsync(
            """
            INSERT INTO idempotency_keys (project, idempotency_key, fingerprint, answer, created_at, expires_at)
            VALUES (@Project, @Key, @fingerprint, @answer, @now, @expiresAt)
            ON CONFLICT (project, idempotency_key) DO UPDATE
            SET fingerprint = excluded.fingerprint, answer = excluded.answer, created_at = excluded.created_at, expires_at = excluded.expires_at
            WHERE idempotency_keys.expires_at <= excluded.created_at
            """,
            new { key.Project, key.Key, fingerprint, answer, now, expiresAt = now + options.Value.Window },
            write.Transaction) == 1;
    }

    /// <summary>As <see cref="PutAsync(WriteTransaction, CreationKey, byte[], byte[])"/>, in a transaction of its own.</summary>
    public async Task<bool> PutAsync(CreationKey key, byte[] fingerprint, byte[] answer)
    {
        await using var write = await database.OpenWriterAsync(CancellationToken.None);
        return await PutAsync(write, key, fingerprint, answer);
    }

    /// <summary>Frees the key of a creation that was taken back.</summary>
    public async Task RemoveAsync(CreationKey key, byte[] fingerprint)
    {
        await using var write = await database.OpenWriterAsync(CancellationToken.None);
        await write.Connection.ExecuteAsync(
            "DELETE FROM idempotency_keys WHERE project = @Project AND idempotency_key = @Key AND fingerprint = @fingerprint", new { key.Project, key.Key, fingerprint });
    }

    /// <summary>Removes the answers that are past the window.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> RemoveExpiredAsync(CancellationToken cancellationToken)
    {
        await using var write = await database.OpenWriterAsync(cancellationToken);
        return await write.Connection.ExecuteAsync("DELETE FROM idempotency_keys WHERE expires_at <= @now", new { now = clock.UtcNow });
    }
}
