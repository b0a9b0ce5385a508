using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Testing;

namespace Ironic.Cluster.Tests;

/// <summary>One conductor of no group and two of another one: each works on the nodes of its group, whichever of them a caller reaches.</summary>
public sealed class ConductorGroupTests
{
    private const string Edge = "edge";

    [Fact]
    public async Task Calls_go_on_to_a_conductor_of_the_nodes_group()
    {
        await using var cluster = await ClusterStack.StartAsync(
            profile => profile
                .With("conductor-2", "Conductor:Group", Edge)
                .With("conductor-3", "Conductor:Group", Edge)
                .With("conductor", "Cluster:HeartbeatInterval", "00:00:00.5")
                .With("conductor", "Cluster:HeartbeatTimeout", "00:00:10"),
            conductors: 3);
        var (here, there) = (await cluster.Stack.CreateNodeAsync(), await cluster.Stack.CreateNodeAsync(more: new() { ["conductor_group"] = Edge }));

        foreach (var conductor in cluster.Conductors)
        {
            var caller = new GrpcCaller(conductor);
            foreach (var node in new[] { here, there })
            {
                Assert.Equal(Outcome.Done, await caller.SetPowerAsync(node, PowerTarget.Reboot));
                await cluster.Stack.WaitUntilUnlockedAsync(node);
                Assert.Equal(Outcome.Done, await caller.CallVendorAsync(node, "fake_echo", null));
                Assert.Equal(Outcome.Done, await caller.SetBootDeviceAsync(node));
            }
        }

        // Over REST, through the API's own choice of a conductor; an answer with a body, and an error, come back as they are.
        for (var i = 0; i < 4; i++)
        {
            var answer = await cluster.Stack.Rest.PostAsync($"/v1/nodes/{there}/vendor_passthru/fake_echo", new { round = i });
            answer.AssertStatus(200);
            Assert.Equal(i, answer.Json.GetProperty("parameters").GetProperty("round").GetInt32());
            Assert.Contains("no_such_method", (await cluster.Stack.Rest.PostAsync($"/v1/nodes/{there}/vendor_passthru/no_such_method", new { })).AssertError(400), StringComparison.Ordinal);
        }

        Assert.Equal(["conductor-1"], await ReadWorkersAsync(cluster, here));
        var workers = await ReadWorkersAsync(cluster, there);
        Assert.DoesNotContain("conductor-1", workers);

        // The ring still has the one that is gone for the node; another one of its group does as well, at once.
        var outside = new GrpcCaller(cluster.Conductors[0]);
        var owner = await ReadOwnerAsync(cluster, there);
        await cluster.Process(owner).KillAsync();
        Outcome called;
        do
        {
            called = await outside.CallVendorAsync(there, "fake_echo", null);
        }
        while (called.Text.Contains("left in the middle", StringComparison.Ordinal)); // Its end was not noticed yet.
        Assert.Equal(Outcome.Done, called);
        Assert.Equal(Outcome.Done, await outside.SetPowerAsync(there, PowerTarget.On));
        await cluster.Stack.WaitUntilUnlockedAsync(there);

        var last = 3 - owner;
        await cluster.Process(last).KillAsync();
        var error = await Assert.ThrowsAsync<RpcException>(
            async () => await cluster.Conductors[0].SetNodePowerStateAsync(new SetNodePowerStateRequest { Node = there, Target = PowerTarget.On }));
        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        Assert.Contains($"conductor-{last + 1}", error.Status.Detail, StringComparison.Ordinal);
        await Eventually.ThatAsync(
            async () => (await outside.SetPowerAsync(there, PowerTarget.On)).Text.StartsWith("NO_VALID_HOST", StringComparison.Ordinal), TestStack.Limit, "no conductor serves the group");
        Assert.Equal(Outcome.Done, await outside.SetPowerAsync(here, PowerTarget.On));
    }

    /// <summary>Which conductor the ring gives the node: as an index.</summary>
    private static async Task<int> ReadOwnerAsync(ClusterStack cluster, string node) =>
        int.Parse((await cluster.GetNodeAsync(0, node)).Conductor["conductor-".Length..], System.Globalization.CultureInfo.InvariantCulture) - 1;

    /// <summary>Who has changed the node's power.</summary>
    private static async Task<IEnumerable<string>> ReadWorkersAsync(ClusterStack cluster, string node) =>
        (await cluster.QueryAsync($"SELECT DISTINCT conductor FROM node_events WHERE node_uuid = '{node}' AND event_type = 'power_state' ORDER BY conductor")).Select(row => row[0]);
}
