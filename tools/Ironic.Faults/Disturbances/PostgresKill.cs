using System.Diagnostics;
using Ironic.Testing;

namespace Ironic.Faults.Disturbances;

/// <summary>PostgreSQL crashes, or is stopped in order, and comes back. The system has got over it when nodes can be changed again.</summary>
internal sealed class PostgresKill(PostgresServer postgres, SystemDatabase database, LockProbe probe) : Disturbance
{
    private const double LongestAway = 10;

    public override string Kind => "postgres";

    public override async Task<Recovery> StrikeAsync(Random random, CancellationToken cancellationToken)
    {
        var crash = random.Next(2) == 0;
        var away = TimeSpan.FromSeconds(random.NextDouble() * LongestAway);
        var since = Stopwatch.StartNew();
        await (crash ? postgres.KillAsync() : postgres.StopAsync());
        await Task.Delay(away, cancellationToken);
        await postgres.StartProcessAsync();
        database.Forget();
        await probe.WaitAsync(cancellationToken);
        return new Recovery(crash ? "postgresql, crashed" : "postgresql, stopped in order", away, since.Elapsed, "a node could be changed");
    }
}
