namespace Ironic.Cluster.Tests;

/// <summary>Two conductors, fifty nodes, everybody wants them.</summary>
public sealed class ExclusionTests
{
    [Fact]
    public async Task Two_conductors_never_have_a_node_at_the_same_time()
    {
        await using var cluster = await ClusterStack.StartAsync();
        var nodes = await cluster.CreateNodesAsync(50, new() { ["vendor"] = "0,0.01", ["power"] = "0,0.02", ["management"] = "0,0.01" });
        var load = new ClusterLoad(cluster, nodes);

        await load.RunAsync(workers: 32, stop: () => load.Attempts >= 2000);

        load.AssertFailuresAreOnly(409);
        await load.AssertSettledAsync();
        var calls = cluster.Stack.Calls.Read();
        // The fence of the driver would keep two holders apart as well; there must have been nothing for it to do.
        Assert.DoesNotContain(calls, call => call.Event == "refused" || call.Outcome == "cancelled");
        Assert.True(Holders.AssertNeverTwo(calls) > 500, load.Describe());
        Assert.True(load.Done > 1000, load.Describe());
        var byConductor = (await cluster.QueryAsync("SELECT conductor, count(*) FROM node_events WHERE event_type = 'updated' GROUP BY conductor"))
            .ToDictionary(row => row[0], row => int.Parse(row[1], System.Globalization.CultureInfo.InvariantCulture));
        Assert.True(byConductor is { Count: 2 } && byConductor.Values.Min() > 50, $"both worked: {string.Join(", ", byConductor)}");
        Assert.Empty(await cluster.QueryAsync("SELECT node_uuid FROM node_events WHERE event_type = 'lock_expired'"));
    }
}
