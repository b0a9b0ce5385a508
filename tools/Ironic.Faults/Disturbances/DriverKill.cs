using System.Diagnostics;
using Ironic.Stack;

namespace Ironic.Faults.Disturbances;

/// <summary>A driver dies in the middle of what it does. The system has got over it when all conductors call the new one.</summary>
internal sealed class DriverKill(IronicStack stack) : Disturbance
{
    private const double LongestAway = 5;

    public override string Kind => "driver";

    public override async Task<Recovery> StrikeAsync(Random random, CancellationToken cancellationToken)
    {
        var driver = stack.Drivers[random.Next(stack.Drivers.Count)];
        var away = TimeSpan.FromSeconds(random.NextDouble() * LongestAway);
        var since = Stopwatch.StartNew();
        await driver.KillAsync();
        await Task.Delay(away, cancellationToken);
        await driver.StartAsync(cancellationToken);
        await stack.WaitForDriversAsync(cancellationToken);
        return new Recovery(driver.Name, away, since.Elapsed, "every conductor had the new one");
    }
}
