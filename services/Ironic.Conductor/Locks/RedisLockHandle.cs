namespace Ironic.Conductor.Locks;

/// <summary>A lock that this process holds in Redis, and how long it may still rely on it.</summary>
internal sealed class RedisLockHandle(RedisLockManager manager, string key, string value) : ILockHandle
{
    private const int Held = 0;
    private const int Released = 1;
    private const int LostIt = 2;

    private readonly CancellationTokenSource _lost = new();
    private int _state = Held;
    private long _leaseEnd;
    private volatile Func<Task<bool>>? _isHeld;

    public string Key => key;

    /// <summary>What the lock's key holds in Redis: token and owner.</summary>
    public string Value => value;

    /// <summary>When to renew it next, in timestamps of the manager's clock. Used by the lease keeper only.</summary>
    public long RenewAt { get; set; }

    public CancellationToken Lost
    {
        get
        {
            manager.CheckLease(this);
            return _lost.Token;
        }
    }

    /// <summary>Whether Redis had lost the lock or had it for another, and it has not been confirmed since. Used by the lease keeper only.</summary>
    public bool IsInDoubt { get; set; }

    public bool IsHeld => Volatile.Read(ref _state) == Held;

    /// <summary>Until when the lock may be relied on, as a timestamp of the manager's clock.</summary>
    public long LeaseEnd
    {
        get => Volatile.Read(ref _leaseEnd);
        set => Volatile.Write(ref _leaseEnd, value);
    }

    public void ConfirmWith(Func<Task<bool>> isHeld) => _isHeld = isHeld;

    /// <summary>Asks what the lock guards whether it is still this holder's.</summary>
    public Task<bool> ConfirmAsync() => _isHeld?.Invoke() ?? Task.FromResult(true);

    /// <returns>true for the one caller that ends the lock by releasing it.</returns>
    public bool TryEndByRelease() => Interlocked.CompareExchange(ref _state, Released, Held) == Held;

    /// <returns>true for the one caller that ends the lock by finding it lost, and who then announces it.</returns>
    public bool TryEndByLoss() => Interlocked.CompareExchange(ref _state, LostIt, Held) == Held;

    /// <summary>Cancels <see cref="Lost"/>: the token is marked at once, what is registered on it runs elsewhere and cannot hold up other locks' renewal.</summary>
    public Task AnnounceLossAsync() => _lost.CancelAsync();

    public ValueTask ReleaseAsync() => manager.ReleaseAsync(this);

    public ValueTask DisposeAsync() => manager.ReleaseAsync(this);
}
