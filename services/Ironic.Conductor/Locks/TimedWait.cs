namespace Ironic.Conductor.Locks;

/// <summary>
/// One wait for one event: completes with true when it is woken, with false when its time is over, or is cancelled; whichever comes first.
/// It may be woken before it is limited or awaited.
/// </summary>
internal sealed class TimedWait() : TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously), IDisposable
{
    private ITimer? _timer;
    private CancellationTokenRegistration _cancellation;

    /// <returns>false when it was over before: whoever waited is not there any more.</returns>
    public bool TryWake() => TrySetResult(true);

    /// <summary>Waits until woken, at most for <paramref name="limit"/>.</summary>
    public Task<bool> WaitAsync(TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        _cancellation = cancellationToken.UnsafeRegister(static (self, token) => ((TimedWait)self!).TrySetCanceled(token), this);
        if (limit != Timeout.InfiniteTimeSpan)
            _timer = time.CreateTimer(static self => ((TimedWait)self!).TrySetResult(false), this, limit, Timeout.InfiniteTimeSpan);
        return Task;
    }

    public void Dispose()
    {
        _cancellation.Dispose();
        _timer?.Dispose();
    }
}
