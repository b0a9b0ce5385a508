using System.Diagnostics;
using Ironic.Api.V1;
using Ironic.Testing;

namespace Ironic.Cluster.Tests;

/// <summary>A conductor dies with locks in its hands. All settings are the defaults.</summary>
public sealed class KilledConductorTests
{
    [Fact]
    public async Task The_locks_of_a_killed_conductor_are_gone_within_30_seconds_and_its_nodes_are_usable()
    {
        await using var cluster = await ClusterStack.StartAsync();
        var forever = new Dictionary<string, string> { ["power.set_power_state"] = "600" };
        var nodes = await cluster.CreateNodesAsync(20, forever);
        var verifying = (await cluster.CreateNodesAsync(1, new() { ["power.get_power_state"] = "600" }))[0];
        var dying = new GrpcCaller(cluster.Conductors[0]);
        var (called, switched) = (nodes.Take(10).ToList(), nodes.Skip(10).ToList());
        foreach (var node in called)
            Assert.Equal(Outcome.Done, await dying.CallVendorAsync(node, "fake_sleep_async", 600));
        foreach (var node in switched)
            Assert.Equal(Outcome.Done, await dying.SetPowerAsync(node, PowerTarget.Reboot));
        await cluster.Conductors[0].SetNodeProvisionStateAsync(new SetNodeProvisionStateRequest { Node = verifying, Target = "manage" });
        foreach (var node in called)
            await cluster.Stack.Calls.WaitForStartAsync(node, "vendor.fake_sleep_async");
        foreach (var node in switched)
            await cluster.Stack.Calls.WaitForStartAsync(node, "power.set_power_state");
        foreach (var node in nodes.Append(verifying))
            Assert.Equal("conductor-1", (await cluster.GetNodeAsync(1, node)).Reservation);

        var since = Stopwatch.StartNew();
        await cluster.Process(0).KillAsync();
        Assert.Equal(409, (await new GrpcCaller(cluster.Conductors[1]).PatchAsync(nodes[0], "at_once")).Status);
        await Eventually.ThatAsync(
            async () => (await cluster.QueryAsync("SELECT node_id FROM node_locks WHERE reservation IS NOT NULL")).Count == 0, TestStack.Limit, "no node is reserved");
        Assert.True(since.Elapsed < TimeSpan.FromSeconds(30), $"It took {since.Elapsed.TotalSeconds:0.0} s.");

        var other = new GrpcCaller(cluster.Conductors[1]);
        foreach (var node in nodes)
        {
            Assert.Equal(Outcome.Done, await other.PatchAsync(node, "after"));
            // What the dead one had begun on the hardware is stopped before anything else begins.
            Assert.Equal(Outcome.Done, await other.CallVendorAsync(node, "fake_echo", null));
        }

        foreach (var node in switched)
        {
            var seen = await cluster.GetNodeAsync(1, node);
            Assert.Equal(PowerState.Unspecified, seen.TargetPowerState);
            Assert.Contains("conductor-1", seen.LastError, StringComparison.Ordinal);
        }

        var failed = await cluster.GetNodeAsync(1, verifying);
        Assert.Equal((ProvisionState.Enroll, false), (failed.ProvisionState, failed.HasReservation));
        Assert.Contains("verifying", failed.LastError, StringComparison.Ordinal);
        Holders.AssertNeverTwo(cluster.Stack.Calls.Read());

        await cluster.Process(0).StartAsync();
        Assert.Equal(Outcome.Done, await dying.PatchAsync(nodes[0], "back"));
    }

    [Fact]
    public async Task A_conductor_that_is_asked_to_stop_ends_what_it_has_accepted()
    {
        await using var cluster = await ClusterStack.StartAsync();
        var node = (await cluster.CreateNodesAsync(1, new() { ["power.set_power_state"] = "2" }))[0];
        Assert.Equal(Outcome.Done, await new GrpcCaller(cluster.Conductors[0]).SetPowerAsync(node, PowerTarget.Reboot));
        await cluster.Stack.Calls.WaitForStartAsync(node, "power.set_power_state");
        Assert.Equal(0, await cluster.Process(0).StopAsync());
        var seen = await cluster.GetNodeAsync(1, node);
        Assert.Equal((PowerState.On, PowerState.Unspecified, false, ""), (seen.PowerState, seen.TargetPowerState, seen.HasReservation, seen.LastError));
    }
}
