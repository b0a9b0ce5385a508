using System.Diagnostics;
using Ironic.Testing;

namespace Ironic.Faults.Disturbances;

/// <summary>Redis dies and comes back empty. The system has got over it when nodes can be locked again.</summary>
internal sealed class RedisKill(RedisServer redis, LockProbe probe) : Disturbance
{
    // Shorter and longer than a lease.
    private const double LongestAway = 20;

    public override string Kind => "redis";

    public override async Task<Recovery> StrikeAsync(Random random, CancellationToken cancellationToken)
    {
        var away = TimeSpan.FromSeconds(random.NextDouble() * LongestAway);
        var since = Stopwatch.StartNew();
        await redis.KillAsync();
        await Task.Delay(away, cancellationToken);
        await redis.StartProcessAsync();
        await probe.WaitAsync(cancellationToken);
        return new Recovery("redis, empty afterwards", away, since.Elapsed, "a node could be locked");
    }
}
