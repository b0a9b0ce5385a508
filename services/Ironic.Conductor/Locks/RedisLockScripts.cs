namespace Ironic.Conductor.Locks;

/// <summary>What a renewal found in Redis.</summary>
internal enum Renewal
{
    /// <summary>The key has another holder's value.</summary>
    Foreign = 0,

    /// <summary>The lock was there and lives longer now.</summary>
    Prolonged = 1,

    /// <summary>There was no key; now there is one again.</summary>
    Restored = 2,
}

/// <summary>
/// What happens to a lock inside Redis, each script as one atomic step. A lock is one key; its value begins with a random token that only its holder
/// knows. A second key beside it says that somebody waits, so that a release is announced only when that is of use.
/// </summary>
internal static class RedisLockScripts
{
    /// <summary>
    /// Takes the lock, or leaves word that somebody waits for it. KEYS: lock, waiting mark. ARGV: value, time to live in ms.
    /// Returns 0 when taken, else the holder's remaining time in ms. The mark outlives that time, after which the waiter asks again.
    /// </summary>
    public const string TakeOrWait = """
        if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then
          return 0
        end
        local left = redis.call('PTTL', KEYS[1])
        if left < 0 then
          left = tonumber(ARGV[2])
        elseif left == 0 then
          left = 1
        end
        redis.call('SET', KEYS[2], 1, 'PX', left + ARGV[2])
        return left
        """;

    /// <summary>
    /// Prolongs those locks that are still their holder's, and puts back those that Redis has lost. KEYS: locks. ARGV: time to live in ms, then
    /// the value of each lock. Returns for each lock a <see cref="Renewal"/>.
    /// </summary>
    public const string Renew = """
        local renewed = {}
        for i, key in ipairs(KEYS) do
          local value = redis.call('GET', key)
          if value == ARGV[i + 1] then
            redis.call('PEXPIRE', key, ARGV[1])
            renewed[i] = 1
          elseif value then
            renewed[i] = 0
          else
            redis.call('SET', key, ARGV[i + 1], 'PX', ARGV[1])
            renewed[i] = 2
          end
        end
        return renewed
        """;

    /// <summary>
    /// Deletes the lock if it is its holder's, and announces it if somebody waits. KEYS: lock, waiting mark. ARGV: value, channel, message.
    /// Returns 1 when deleted, 0 when it was gone or another's.
    /// </summary>
    public const string Release = """
        if redis.call('GET', KEYS[1]) ~= ARGV[1] then
          return 0
        end
        redis.call('DEL', KEYS[1])
        if redis.call('DEL', KEYS[2]) == 1 then
          redis.call('PUBLISH', ARGV[2], ARGV[3])
        end
        return 1
        """;
}
