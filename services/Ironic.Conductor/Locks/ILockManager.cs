namespace Ironic.Conductor.Locks;

/// <summary>
/// Named exclusive locks, shared by all conductors or by the callers of one process.
/// <para>
/// A lock makes exclusion fast; it does not carry correctness. A holder that was paused may go on for a moment after another one holds the lock,
/// so what it writes must be guarded by something that the writing itself checks: see the fencing epoch of a node.
/// </para>
/// Locks are not re-entrant.
/// </summary>
public interface ILockManager
{
    /// <summary>
    /// Takes a lock, waiting for it up to <paramref name="patience"/>. Callers of this process are served in the order in which they asked;
    /// a waiter is woken by its predecessor's release, also when that happens in another process.
    /// </summary>
    /// <param name="key">What is locked.</param>
    /// <param name="owner">Who locks it, as <see cref="GetHolderAsync"/> tells others: a conductor's name.</param>
    /// <param name="patience"><see cref="TimeSpan.Zero"/> tries once; <see cref="Timeout.InfiniteTimeSpan"/> waits for as long as it takes.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The lock, to be released by the caller; null when others held it all that time.</returns>
    /// <exception cref="LockUnavailableException">The lock service cannot be reached. Reported within seconds, whatever the patience.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled while waiting.</exception>
    ValueTask<ILockHandle?> AcquireAsync(string key, string owner, TimeSpan patience, CancellationToken cancellationToken);

    /// <summary>Who holds a lock now.</summary>
    /// <returns>The owner that was given when it was taken; null when it is free.</returns>
    /// <exception cref="LockUnavailableException">The lock service cannot be reached.</exception>
    ValueTask<string?> GetHolderAsync(string key, CancellationToken cancellationToken);

    /// <summary>Which of these locks are held now, asked for in one round trip.</summary>
    /// <exception cref="LockUnavailableException">The lock service cannot be reached.</exception>
    ValueTask<IReadOnlySet<string>> GetHeldAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken);

    /// <summary>
    /// How long a lock that is held may look free: after the lock service lost its data, until the holders have put it back.
    /// Zero where that does not happen.
    /// </summary>
    TimeSpan RestoreTime { get; }
}

/// <summary>A lock that is held until it is released, disposed of or lost.</summary>
public interface ILockHandle : IAsyncDisposable
{
    /// <summary>What is locked.</summary>
    string Key { get; }

    /// <summary>
    /// Cancelled when the lock is no longer held though it was not released: its lease ran out because the lock service could not be reached or this
    /// process stood still, or it turned out to be another's. Reading this property compares the lease with the clock, so it tells the truth also
    /// in the first moment after this process was paused.
    /// </summary>
    CancellationToken Lost { get; }

    /// <summary>
    /// Says how to find out whether the lock is still this holder's when the lock service does not know it any more: what the lock guards may know better.
    /// </summary>
    /// <param name="isHeld">Answers false when somebody else has had the lock since. Until it is asked, and where it fails, the lock counts as held.</param>
    void ConfirmWith(Func<Task<bool>> isHeld);

    /// <summary>
    /// Gives the lock back and wakes the next waiter. Only the first call has an effect. It does not fail: when the lock service cannot be reached,
    /// the lock ends with its lease.
    /// </summary>
    ValueTask ReleaseAsync();
}
