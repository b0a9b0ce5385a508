namespace Ironic.Conductor.Locks;

/// <summary>
/// Watches over all locks that this process holds: one loop renews those that are due, many with one command, and finds those whose lease is over.
/// </summary>
internal sealed class LeaseKeeper : IAsyncDisposable
{
    // So that one script does not keep Redis from its other clients for long.
    private const int BatchSize = 100;

    private readonly RedisLockManager _manager;
    private readonly RedisLockTimings _timings;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly HashSet<RedisLockHandle> _held = [];
    private readonly PeriodicTimer _timer;
    private readonly Task _loop;

    public LeaseKeeper(RedisLockManager manager, RedisLockTimings timings, TimeProvider time, ILogger logger)
    {
        _manager = manager;
        _timings = timings;
        _time = time;
        _logger = logger;
        _timer = new PeriodicTimer(timings.Sweep, time);
        _loop = RunAsync();
    }

    /// <summary>Begins to renew a lock.</summary>
    /// <param name="handle">The lock.</param>
    /// <param name="sentAt">When the command that took it was sent.</param>
    public void Add(RedisLockHandle handle, long sentAt)
    {
        SetLease(handle, sentAt);
        lock (_gate)
            _held.Add(handle);
    }

    public void Remove(RedisLockHandle handle)
    {
        lock (_gate)
            _held.Remove(handle);
    }

    /// <summary>Renews all locks at the next occasion, however young: Redis may have lost them.</summary>
    public void RenewAll()
    {
        lock (_gate)
        {
            foreach (var handle in _held)
                handle.RenewAt = long.MinValue;
        }
    }

    public bool IsOver(long leaseEnd) => _time.GetTimestamp() >= leaseEnd;

    /// <summary>When a lease ends whose command was sent at a given time. Redis counts from when it got the command, which is later.</summary>
    public long LeaseEnd(long sentAt) => After(sentAt, _timings.Lease);

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _loop;
        RedisLockHandle[] left;
        lock (_gate)
            left = [.. _held];
        foreach (var handle in left)
            _manager.Lose(handle, "the lock manager is closed");
    }

    private async Task RunAsync()
    {
        while (await _timer.WaitForNextTickAsync())
            Sweep();
    }

    private void Sweep()
    {
        List<RedisLockHandle>? over = null;
        List<RedisLockHandle>? due = null;
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            foreach (var handle in _held)
            {
                if (handle.LeaseEnd <= now)
                {
                    (over ??= []).Add(handle);
                }
                else if (handle.RenewAt <= now)
                {
                    handle.RenewAt = long.MaxValue; // until the answer
                    (due ??= []).Add(handle);
                }
            }
        }

        foreach (var handle in over ?? [])
            _manager.LoseExpired(handle);
        foreach (var batch in due?.Chunk(BatchSize) ?? [])
            _ = RenewAsync(batch);
    }

    private async Task RenewAsync(RedisLockHandle[] batch)
    {
        var sentAt = _time.GetTimestamp();
        try
        {
            var renewed = await _manager.RenewAsync(batch);
            for (var i = 0; i < batch.Length; i++)
            {
                if (renewed[i])
                    SetLease(batch[i], sentAt);
                else
                    _manager.Lose(batch[i], "its key in Redis is gone or another's");
            }
        }
        catch (LockUnavailableException exception)
        {
            LockLog.RenewalFailed(_logger, batch.Length, exception.Message);
            var again = After(_time.GetTimestamp(), _timings.RenewRetry);
            foreach (var handle in batch)
                handle.RenewAt = again;
        }
    }

    private void SetLease(RedisLockHandle handle, long sentAt)
    {
        handle.LeaseEnd = LeaseEnd(sentAt);
        handle.RenewAt = After(sentAt, _timings.RenewAfter);
    }

    private long After(long timestamp, TimeSpan span) => timestamp + (long)(span.TotalSeconds * _time.TimestampFrequency);
}
