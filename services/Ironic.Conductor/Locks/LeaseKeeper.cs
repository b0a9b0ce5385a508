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
        foreach (var batch in due?.Where(handle => handle.IsHeld).Chunk(BatchSize) ?? [])
            _ = RenewAsync(batch);
    }

    private async Task RenewAsync(RedisLockHandle[] batch)
    {
        var sentAt = _time.GetTimestamp();
        try
        {
            var renewed = await _manager.RenewAsync(batch);
            foreach (var (handle, found) in batch.Zip(renewed))
                Note(handle, found, sentAt);
        }
        catch (LockUnavailableException exception)
        {
            LockLog.RenewalFailed(_logger, batch.Length, exception.Message);
            var again = After(_time.GetTimestamp(), _timings.RenewRetry);
            foreach (var handle in batch)
                handle.RenewAt = again;
        }
    }

    private void Note(RedisLockHandle handle, Renewal found, long sentAt)
    {
        if (found == Renewal.Foreign)
        {
            // Somebody else may have it for a moment, until he finds out that it is taken. If he keeps it, the lease ends.
            handle.RenewAt = After(_time.GetTimestamp(), _timings.RenewRetry);
        }
        else
        {
            SetLease(handle, sentAt);
        }

        if (found == Renewal.Restored)
            LockLog.Restored(_logger, handle.Key);
        handle.IsInDoubt |= found != Renewal.Prolonged;
        if (handle.IsInDoubt)
            _ = ConfirmAsync(handle);
    }

    private async Task ConfirmAsync(RedisLockHandle handle)
    {
        try
        {
            if (await handle.ConfirmAsync())
                handle.IsInDoubt = false;
            else
                _manager.LoseTaken(handle);
        }
#pragma warning disable CA1031 // Whatever the holder's question ends with, the lock counts as held; the next renewal asks again.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LockLog.ConfirmationFailed(_logger, handle.Key, exception);
        }
    }

    private void SetLease(RedisLockHandle handle, long sentAt)
    {
        handle.LeaseEnd = LeaseEnd(sentAt);
        handle.RenewAt = After(sentAt, _timings.RenewAfter);
    }

    private long After(long timestamp, TimeSpan span) => timestamp + (long)(span.TotalSeconds * _time.TimestampFrequency);
}
