using Ironic.Api.V1;
using Ironic.Testing;

namespace Ironic.Cluster.Tests;

/// <summary>Redis dies in the middle of everything and comes back empty.</summary>
public sealed class RedisFailureTests
{
    [Fact]
    public async Task A_short_failure_costs_nobody_his_node()
    {
        await using var cluster = await ClusterStack.StartAsync(("Locks:Ttl", "00:00:30"));
        var nodes = await cluster.CreateNodesAsync(20, new() { ["vendor"] = "0,0.01", ["power"] = "0,0.02" });
        var spare = await cluster.CreateNodesAsync(2);
        var (longest, idle) = (spare[0], spare[1]);
        var load = new ClusterLoad(cluster, nodes);
        var stop = false;
        var running = load.RunAsync(workers: 12, () => Volatile.Read(ref stop));
        await load.ProgressAsync(100);
        Assert.Equal(Outcome.Done, await new GrpcCaller(cluster.Conductors[0]).CallVendorAsync(longest, "fake_sleep_async", 20));
        await cluster.Stack.Calls.WaitForStartAsync(longest, "vendor.fake_sleep_async");

        await cluster.Redis.KillAsync();
        await Eventually.ThatAsync(() => load.Failures.ContainsKey(503), TestStack.Limit, "callers are told to come later");
        var refused = await cluster.Stack.Rest.PatchAsync($"/v1/nodes/{idle}", new[] { new { op = "add", path = "/extra/x", value = 1 } });
        Assert.Contains("lock service", refused.AssertError(503), StringComparison.Ordinal);
        // The holder knows without Redis that it has the node; the other one cannot know.
        Assert.Equal(409, (await new GrpcCaller(cluster.Conductors[0]).PatchAsync(longest, "x")).Status);
        Assert.Equal(503, (await new GrpcCaller(cluster.Conductors[1]).PatchAsync(longest, "x")).Status);
        await cluster.Redis.StartProcessAsync();

        // Whoever is connected first: the node is not to be had.
        var others = cluster.Conductors.Select(conductor => new GrpcCaller(conductor)).ToList();
        while (cluster.Stack.Calls.Of(longest).All(call => call.Event != "end"))
        {
            foreach (var other in others)
            {
                var outcome = await other.CallVendorAsync(longest, "fake_echo", null);
                Assert.True(outcome.Status is 409 or 503 || cluster.Stack.Calls.Of(longest).Any(call => call.Event == "end"), outcome.ToString());
            }
        }

        Assert.Equal("ok", (await cluster.Stack.Calls.WaitForEndAsync(longest, "vendor.fake_sleep_async")).Outcome);
        await load.ProgressAsync(200);
        Volatile.Write(ref stop, true);
        await running;
        load.AssertFailuresAreOnly(409, 503);
        await load.AssertSettledAsync();
        var calls = cluster.Stack.Calls.Read();
        Holders.AssertNeverTwo(calls);
        Assert.DoesNotContain(calls, call => call.Event == "refused" || call.Outcome == "cancelled");
    }

    [Fact]
    public async Task After_a_failure_that_outlasts_the_leases_everything_is_free_and_works()
    {
        await using var cluster = await ClusterStack.StartAsync(
            ("Locks:Ttl", "00:00:03"), ("Tasks:StaleLockInterval", "00:00:00.5"), ("Tasks:InterruptedWorkInterval", "00:00:01"));
        var nodes = await cluster.CreateNodesAsync(10, new() { ["power.set_power_state"] = "600" });
        var holder = new GrpcCaller(cluster.Conductors[0]);
        foreach (var node in nodes.Take(5))
            Assert.Equal(Outcome.Done, await holder.CallVendorAsync(node, "fake_sleep_async", 600));
        foreach (var node in nodes.Skip(5))
            Assert.Equal(Outcome.Done, await holder.SetPowerAsync(node, PowerTarget.Reboot));
        foreach (var node in nodes)
            await cluster.Stack.Calls.WaitForAsync(call => call.Event == "start" && call.Node == node, "work has begun");

        await cluster.Redis.KillAsync();
        // Nobody can be sure to have his node any more, so nobody goes on.
        foreach (var node in nodes)
            Assert.Equal("cancelled", (await cluster.Stack.Calls.WaitForAsync(call => call.Event == "end" && call.Node == node, "work has ended")).Outcome);
        Assert.Equal(503, (await holder.PatchAsync(nodes[0], "x")).Status);
        (await cluster.Stack.Rest.GetAsync($"/v1/nodes/{nodes[0]}")).AssertStatus(200);
        await cluster.Redis.StartProcessAsync();

        foreach (var (node, i) in nodes.Select((node, i) => (node, i)))
        {
            await cluster.Stack.WaitForNodeAsync(
                node,
                found => found.GetProperty("reservation").ValueKind == System.Text.Json.JsonValueKind.Null
                    && found.GetProperty("target_power_state").ValueKind == System.Text.Json.JsonValueKind.Null,
                "the node is free");
            await Eventually.ThatAsync(
                async () => await new GrpcCaller(cluster.Conductors[i % 2]).CallVendorAsync(node, "fake_echo", null) == Outcome.Done, TestStack.Limit, "the node can be worked on");
        }

        foreach (var node in nodes.Skip(5))
            Assert.NotEqual("", (await cluster.GetNodeAsync(1, node)).LastError);
        Holders.AssertNeverTwo(cluster.Stack.Calls.Read());
    }
}
