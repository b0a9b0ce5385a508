using Ironic.Testing;

namespace Ironic.Cluster.Tests;

/// <summary>PostgreSQL goes away in the middle of everything and comes back.</summary>
public sealed class PostgresFailureTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_is_lost_and_nothing_stays_stuck(bool crash)
    {
        await using var cluster = await ClusterStack.StartAsync(("Tasks:InterruptedWorkInterval", "00:00:01"));
        var nodes = await cluster.CreateNodesAsync(20, new() { ["vendor"] = "0,0.01", ["power"] = "0,0.02" });
        var longest = (await cluster.CreateNodesAsync(1))[0];
        var load = new ClusterLoad(cluster, nodes);
        var stop = false;
        var running = load.RunAsync(workers: 12, () => Volatile.Read(ref stop));
        await load.ProgressAsync(100);
        Assert.Equal(Outcome.Done, await new GrpcCaller(cluster.Conductors[0]).CallVendorAsync(longest, "fake_sleep_async", 10));

        await (crash ? cluster.Postgres.KillAsync() : cluster.Postgres.StopAsync());
        await Eventually.ThatAsync(() => load.Failures.ContainsKey(503), TestStack.Limit, "callers are told to come later");
        (await cluster.Stack.Rest.GetAsync($"/v1/nodes/{longest}")).AssertError(503);
        await cluster.Postgres.StartProcessAsync();

        await load.ProgressAsync(200);
        Volatile.Write(ref stop, true);
        await running;
        load.AssertFailuresAreOnly(409, 503);
        Assert.Equal("ok", (await cluster.Stack.Calls.WaitForEndAsync(longest, "vendor.fake_sleep_async")).Outcome);
        await cluster.Stack.WaitUntilUnlockedAsync(longest);
        await load.AssertSettledAsync();
        var calls = cluster.Stack.Calls.Read();
        Holders.AssertNeverTwo(calls);
        Assert.DoesNotContain(calls, call => call.Event == "refused" || call.Outcome == "cancelled");
    }
}
