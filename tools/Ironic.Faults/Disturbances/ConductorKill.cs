using System.Diagnostics;
using Ironic.Stack;

namespace Ironic.Faults.Disturbances;

/// <summary>A conductor dies. The system has got over it when every node that it had locked is free again, or somebody else's.</summary>
internal sealed class ConductorKill(IronicStack stack, SystemDatabase database) : Disturbance
{
    // Both happen: others take its nodes over, and it finds them itself when it is back.
    private const double LongestAway = 15;

    public override string Kind => "conductor";

    public override async Task<Recovery> StrikeAsync(Random random, CancellationToken cancellationToken)
    {
        var conductor = stack.Conductors[random.Next(stack.Conductors.Count)];
        var away = TimeSpan.FromSeconds(random.NextDouble() * LongestAway);
        var since = Stopwatch.StartNew();
        await conductor.KillAsync();
        var held = await database.ReadLocksAsync(conductor.Name, cancellationToken);
        var restart = RestartAsync(conductor, away, cancellationToken);
        while ((await database.ReadLocksAsync(conductor.Name, cancellationToken)).Overlaps(held))
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
        var took = since.Elapsed;
        await restart;
        return new Recovery($"{conductor.Name} with {held.Count} nodes", away, took, "none of its locks was left") { HasOthers = stack.Conductors.Count > 1 };
    }

    private static async Task RestartAsync(StackProcess conductor, TimeSpan away, CancellationToken cancellationToken)
    {
        await Task.Delay(away, cancellationToken);
        await conductor.StartAsync(cancellationToken);
    }
}
