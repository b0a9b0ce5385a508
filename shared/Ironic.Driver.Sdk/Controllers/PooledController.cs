namespace Ironic.Driver.Sdk;

/// <summary>A management controller whose users take turns, and whose one session is closed when nobody has had a turn for a while.</summary>
/// <param name="time">The clock.</param>
public abstract class PooledController(TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private long _lastUsed = time.GetTimestamp();

    /// <summary>Whether it has a session that must be closed.</summary>
    public abstract bool HasSession { get; }

    /// <summary>Whether it would be missed: it remembers a failure.</summary>
    public abstract bool HasTroubles { get; }

    /// <summary>Whether somebody has something open in the session, beside the turns of others. Then it is not closed, however long nobody has had a turn.</summary>
    public virtual bool IsHeld => false;

    /// <summary>For how long nobody has used it.</summary>
    public TimeSpan Idle => time.GetElapsedTime(Volatile.Read(ref _lastUsed));

    /// <summary>Closes the session when nobody has used it for the given time.</summary>
    public async Task CloseIdleSessionAsync(TimeSpan idle, CancellationToken cancellationToken)
    {
        // Whoever has the turn uses the session.
        if (!await _gate.WaitAsync(TimeSpan.Zero, cancellationToken))
            return;
        try
        {
            if (!IsHeld && Idle >= idle)
                await CloseSessionAsync(cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Waits for its turn and closes the session.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            await CloseSessionAsync(cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        _gate.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Lets go of what the controller is reached by.</summary>
    protected abstract void Dispose(bool disposing);

    /// <summary>Closes the session if there is one. Called by whoever has the turn.</summary>
    protected abstract Task CloseSessionAsync(CancellationToken cancellationToken);

    /// <summary>Waits for its turn, and does something that nobody else's comes between.</summary>
    protected async Task<T> TakeTurnAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        await _gate.WaitAsync(cancellationToken);
        try
        {
            return await work();
        }
        finally
        {
            Volatile.Write(ref _lastUsed, time.GetTimestamp());
            _gate.Release();
        }
    }
}
