using Ironic.Golden.Tests.Replay;

namespace Ironic.Golden.Tests;

/// <summary><c>owed.json</c> and <c>departures.json</c> speak of steps that exist.</summary>
public sealed class ListTests
{
    [Fact]
    public void Every_owed_step_exists()
    {
        foreach (var name in OwedSteps.All.Recordings)
            Assert.Subset(Labels(name), OwedSteps.All.Of(name).Values.ToHashSet());
    }

    [Fact]
    public void Every_step_of_a_departure_exists()
    {
        foreach (var name in Departures.Recordings)
            Assert.Subset(Labels(name), Departures.Of(name).SelectMany(d => d.Labels).ToHashSet());
    }

    private static HashSet<string> Labels(string recording) => [.. Recording.Load(recording).Steps.Select(s => s.Label)];
}
