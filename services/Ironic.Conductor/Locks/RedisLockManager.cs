using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Ironic.Conductor.Locks;

/// <summary>
/// Locks in Redis, shared by all conductors. A lock is a key with a time to live that its holder keeps renewing; a release deletes it and wakes
/// those who wait in other processes. Callers of this process queue here first, so only the first of them asks Redis.
/// Taking and releasing a lock that nobody else wants costs two commands.
/// </summary>
public sealed class RedisLockManager : ILockManager, IAsyncDisposable
{
    private readonly string _heldPrefix;
    private readonly string _waitingPrefix;
    private readonly RedisLockTimings _timings;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly LockTable _table;
    private readonly RedisConnection _redis;
    private readonly RedisValue _channel;
    private readonly RedisValue _ttl;
    private readonly LeaseKeeper _leases;

    // Who waits for a holder in another process: one at most per key, the first of this process' queue.
    private readonly ConcurrentDictionary<string, TimedWait> _waiting = new(StringComparer.Ordinal);
    private bool _disposed;

    /// <param name="options">Where Redis is. The connection is made with the first command.</param>
    /// <param name="time">Its monotonic timestamps decide when a lease is over.</param>
    /// <param name="logger">Hears of lost locks and of connections.</param>
    public RedisLockManager(IOptions<LockOptions> options, TimeProvider time, ILogger<RedisLockManager> logger)
        : this(options.Value, time, logger)
    {
    }

    /// <summary>For tests: takes any time to live, so that they need not wait long.</summary>
    internal RedisLockManager(LockOptions options, TimeProvider time, ILogger logger)
    {
        _heldPrefix = options.KeyPrefix + "held:";
        _waitingPrefix = options.KeyPrefix + "waiting:";
        _timings = new RedisLockTimings(options.Ttl);
        _time = time;
        _logger = logger;
        _table = new LockTable(time);
        _redis = new RedisConnection(options, _timings, time, logger) { OnReleased = Wake, OnReconnected = AfterReconnect };
        _channel = (string)_redis.Channel!;
        _ttl = (long)_timings.Ttl.TotalMilliseconds;
        _leases = new LeaseKeeper(this, _timings, time, logger);
    }

    public TimeSpan RestoreTime => _timings.Restore;

    internal LockTable Table => _table;

    internal RedisLockTimings Timings => _timings;

    public async ValueTask<ILockHandle?> AcquireAsync(string key, string owner, TimeSpan patience, CancellationToken cancellationToken)
    {
        LockArguments.Check(key, owner, patience);
        ObjectDisposedException.ThrowIf(_disposed, this);
        var asked = _time.GetTimestamp();
        if (!await _table.EnterAsync(key, owner, patience, cancellationToken))
            return null;
        ILockHandle? handle = null;
        try
        {
            var value = LockValue.New(owner);
            handle = await TryTakeAsync(key, value);
            if (handle is null && Remaining(patience, asked) != TimeSpan.Zero)
                handle = await WaitAndTakeAsync(key, value, patience, asked, cancellationToken);
            return handle;
        }
        finally
        {
            if (handle is null)
                _table.Exit(key);
        }
    }

    public async ValueTask<string?> GetHolderAsync(string key, CancellationToken cancellationToken)
    {
        LockArguments.CheckKey(key);
        cancellationToken.ThrowIfCancellationRequested();
        var value = await _redis.ExecuteAsync(static (database, name) => database.StringGetAsync(name), (RedisKey)(_heldPrefix + key));
        return value.IsNull ? null : LockValue.OwnerOf(value!);
    }

    public async ValueTask<IReadOnlySet<string>> GetHeldAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keys);
        cancellationToken.ThrowIfCancellationRequested();
        var held = new HashSet<string>(StringComparer.Ordinal);
        if (keys.Count == 0)
            return held;
        var names = keys.Select(key => (RedisKey)(_heldPrefix + key)).ToArray();
        var values = await _redis.ExecuteAsync(static (database, names) => database.StringGetAsync(names), names);
        var i = 0;
        foreach (var key in keys)
        {
            if (!values[i++].IsNull)
                held.Add(key);
        }

        return held;
    }

    /// <summary>Closes the connection. Locks that are still held count as lost; in Redis they end with their lease.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
            return;
        await _leases.DisposeAsync();
        await _redis.DisposeAsync();
        WakeAll(); // They ask again and learn that the connection is closed.
    }

    /// <summary>Ends a lock whose lease is over by this process' clock.</summary>
    internal void CheckLease(RedisLockHandle handle)
    {
        if (handle.IsHeld && _leases.IsOver(handle.LeaseEnd))
            LoseExpired(handle);
    }

    internal void LoseExpired(RedisLockHandle handle)
    {
        // A renewal that was not answered may still arrive and prolong the lock that nobody holds any more; this arrives after it.
        if (Lose(handle, "its lease is over"))
            _ = ReleaseInRedisAsync(handle.Key, handle.Value);
    }

    /// <summary>Ends a lock that somebody else has had meanwhile.</summary>
    internal void LoseTaken(RedisLockHandle handle)
    {
        if (Lose(handle, "Redis had lost it, and somebody else has taken it since"))
            _ = ReleaseInRedisAsync(handle.Key, handle.Value);
    }

    /// <summary>Ends a lock that was not released, and tells its holder.</summary>
    /// <returns>false when it had ended already.</returns>
    internal bool Lose(RedisLockHandle handle, string reason)
    {
        if (!handle.TryEndByLoss())
            return false;
        LockLog.Lost(_logger, handle.Key, reason);
        _leases.Remove(handle);
        _ = AnnounceLossAsync(handle);
        _table.Exit(handle.Key);
        return true;
    }

    internal async ValueTask ReleaseAsync(RedisLockHandle handle)
    {
        if (!handle.TryEndByRelease())
            return;
        _leases.Remove(handle);
        if (await ReleaseInRedisAsync(handle.Key, handle.Value) is false)
            LockLog.GoneBeforeRelease(_logger, handle.Key);
        // Only now: a waiter of this process that asked Redis sooner would always win against those of other processes.
        _table.Exit(handle.Key);
    }

    /// <summary>Prolongs locks, and puts back those that Redis has lost.</summary>
    /// <returns>What was found, for each.</returns>
    internal async ValueTask<Renewal[]> RenewAsync(RedisLockHandle[] handles)
    {
        RedisKey[] keys = [.. handles.Select(handle => (RedisKey)(_heldPrefix + handle.Key))];
        RedisValue[] arguments = [_ttl, .. handles.Select(handle => (RedisValue)handle.Value)];
        var result = await _redis.ExecuteAsync(
            static (database, script) => database.ScriptEvaluateAsync(RedisLockScripts.Renew, script.keys, script.arguments),
            (self: this, handles, keys, arguments),
            static (script, _) => script.self.GiveBackEnded(script.handles));
        GiveBackEnded(handles);
        return [.. ((long[])result!).Select(found => (Renewal)found)];
    }

    private async ValueTask<ILockHandle?> TryTakeAsync(string key, string value)
    {
        var sentAt = _time.GetTimestamp();
        var taken = await _redis.ExecuteAsync(
            static (database, state) => database.StringSetAsync(state.self._heldPrefix + state.key, state.value, state.self._timings.Ttl, When.NotExists),
            (self: this, key, value),
            static (state, taken) => state.self.GiveBackLate(state.key, state.value, taken));
        return taken ? await HoldAsync(key, value, sentAt) : null;
    }

    private async ValueTask<ILockHandle?> WaitAndTakeAsync(string key, string value, TimeSpan patience, long asked, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                using var wait = new TimedWait();
                // In place before Redis is asked: the announcement may come sooner than the answer.
                _waiting[key] = wait;
                var sentAt = _time.GetTimestamp();
                var holderTtl = await TakeOrWaitAsync(key, value);
                if (holderTtl == TimeSpan.Zero)
                    return await HoldAsync(key, value, sentAt);
                var remaining = Remaining(patience, asked);
                if (remaining == TimeSpan.Zero)
                    return null;
                // Without announcement the lock is free when its holder died; nobody tells, so ask again when its time is over.
                var limit = remaining == Timeout.InfiniteTimeSpan || holderTtl < remaining ? holderTtl : remaining;
                await wait.WaitAsync(limit, _time, cancellationToken);
            }
        }
        finally
        {
            _waiting.TryRemove(key, out _);
        }
    }

    /// <returns>Zero when taken, else how long the holder's lease still runs.</returns>
    private async ValueTask<TimeSpan> TakeOrWaitAsync(string key, string value)
    {
        var result = await _redis.ExecuteAsync(
            static (database, state) => database.ScriptEvaluateAsync(
                RedisLockScripts.TakeOrWait,
                [state.self._heldPrefix + state.key, state.self._waitingPrefix + state.key],
                [state.value, state.self._ttl]),
            (self: this, key, value),
            static (state, result) => state.self.GiveBackLate(state.key, state.value, (long)result == 0));
        return TimeSpan.FromMilliseconds((long)result);
    }

    /// <summary>Makes a handle of a lock that Redis has just given.</summary>
    private async ValueTask<ILockHandle> HoldAsync(string key, string value, long sentAt)
    {
        if (_leases.IsOver(_leases.LeaseEnd(sentAt)))
        {
            await ReleaseInRedisAsync(key, value);
            throw new LockUnavailableException("The lock was given so late that its lease is over.");
        }

        var handle = new RedisLockHandle(this, key, value);
        _leases.Add(handle, sentAt);
        return handle;
    }

    /// <summary>Gives back a lock that was granted after its caller had been told that Redis does not answer.</summary>
    private void GiveBackLate(string key, string value, bool taken)
    {
        if (taken)
            _ = ReleaseInRedisAsync(key, value);
    }

    /// <summary>Gives back the locks that were released, or lost, while their renewal was under way: it may have put them back.</summary>
    private void GiveBackEnded(RedisLockHandle[] handles)
    {
        foreach (var handle in handles.Where(handle => !handle.IsHeld))
            _ = ReleaseInRedisAsync(handle.Key, handle.Value);
    }

    /// <returns>Whether the lock was still held; null when Redis could not be reached.</returns>
    private async Task<bool?> ReleaseInRedisAsync(string key, string value)
    {
        try
        {
            var result = await _redis.ExecuteAsync(
                static (database, state) => database.ScriptEvaluateAsync(
                    RedisLockScripts.Release,
                    [state.self._heldPrefix + state.key, state.self._waitingPrefix + state.key],
                    [state.value, state.self._channel, state.key]),
                (self: this, key, value));
            return (long)result == 1;
        }
        catch (LockUnavailableException exception)
        {
            LockLog.ReleaseFailed(_logger, key, _timings.Ttl, exception);
            return null;
        }
    }

    private async Task AnnounceLossAsync(RedisLockHandle handle)
    {
        try
        {
            await handle.AnnounceLossAsync();
        }
        catch (AggregateException exception)
        {
            LockLog.LossHandlerFailed(_logger, handle.Key, exception);
        }
    }

    private void Wake(string key)
    {
        if (_waiting.TryGetValue(key, out var wait))
            wait.TryWake();
    }

    private void AfterReconnect()
    {
        _leases.RenewAll();
        WakeAll();
    }

    private void WakeAll()
    {
        foreach (var wait in _waiting.Values)
            wait.TryWake();
    }

    private TimeSpan Remaining(TimeSpan patience, long asked)
    {
        if (patience == Timeout.InfiniteTimeSpan)
            return patience;
        var remaining = patience - _time.GetElapsedTime(asked);
        return remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero;
    }
}
