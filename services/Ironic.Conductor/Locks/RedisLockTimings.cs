namespace Ironic.Conductor.Locks;

/// <summary>All times that follow from a lock's time to live.</summary>
/// <param name="Ttl">How long Redis keeps a lock that is not renewed.</param>
internal sealed record RedisLockTimings(TimeSpan Ttl)
{
    private static readonly TimeSpan LongestSweep = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ShortestCommand = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestCommand = TimeSpan.FromSeconds(2);

    /// <summary>How often leases are looked at.</summary>
    public TimeSpan Sweep { get; } = Min(Ttl / 30, LongestSweep);

    /// <summary>
    /// How long a holder may rely on its lock after it sent the command that took or renewed it. Shorter than <see cref="Ttl"/>, so that the holder
    /// knows before anybody else can have the lock: one sweep, and one percent because the two machines' clocks need not run at the same speed.
    /// </summary>
    public TimeSpan Lease => Ttl - Sweep - (Ttl / 100);

    /// <summary>The age at which a lease is renewed.</summary>
    public TimeSpan RenewAfter => Ttl / 3;

    /// <summary>The pause after a renewal that failed because Redis could not be reached.</summary>
    public TimeSpan RenewRetry => Ttl / 15;

    /// <summary>How long to wait for an answer of Redis.</summary>
    public TimeSpan Command { get; } = Max(Min(Ttl / 3, LongestCommand), ShortestCommand);

    /// <summary>How long to wait for a connection to Redis.</summary>
    public TimeSpan Connect { get; } = LongestCommand;

    /// <summary>For how long commands stay without answer before a connection that looks open is given up and replaced.</summary>
    public TimeSpan DeadConnection => Command * 2;

    /// <summary>How long it takes at most, in good order, from when Redis is back until its clients have noticed and put back their locks.</summary>
    public TimeSpan Restore => Command * 2;

    private static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
