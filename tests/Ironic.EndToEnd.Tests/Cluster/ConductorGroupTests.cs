using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Testing;

namespace Ironic.EndToEnd.Tests.Cluster;

/// <summary>Two conductors of different groups: each works on the nodes of its own, whichever of them a caller reaches.</summary>
[Collection(nameof(ClusterCollection))]
public sealed class ConductorGroupTests
{
    private const string Edge = "edge";

    [Fact]
    public async Task Calls_go_on_to_a_conductor_of_the_nodes_group()
    {
        await using var cluster = await ClusterStack.StartAsync(profile => profile
            .With("conductor-2", "Conductor:Group", Edge)
            .With("conductor", "Cluster:HeartbeatInterval", "00:00:00.5")
            .With("conductor", "Cluster:HeartbeatTimeout", "00:00:05"));
        var (here, there) = (await cluster.Stack.CreateNodeAsync(), await cluster.Stack.CreateNodeAsync(more: new() { ["conductor_group"] = Edge }));

        for (var i = 0; i < 2; i++)
        {
            var caller = new GrpcCaller(cluster.Conductors[i]);
            foreach (var node in new[] { here, there })
            {
                Assert.Equal(Outcome.Done, await caller.SetPowerAsync(node, i == 0 ? PowerTarget.On : PowerTarget.Off));
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

        Assert.Equal([$"{here} conductor-1", $"{there} conductor-2"], await ReadWorkersAsync(cluster));

        await cluster.Process(1).KillAsync();
        var error = await Assert.ThrowsAsync<RpcException>(
            async () => await cluster.Conductors[0].SetNodePowerStateAsync(new SetNodePowerStateRequest { Node = there, Target = PowerTarget.On }));
        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        Assert.Contains("conductor-2", error.Status.Detail, StringComparison.Ordinal);
        await Eventually.ThatAsync(
            async () => (await new GrpcCaller(cluster.Conductors[0]).SetPowerAsync(there, PowerTarget.On)).Text.StartsWith("NO_VALID_HOST", StringComparison.Ordinal), TestStack.Limit, "no conductor serves the group");
        Assert.Equal(Outcome.Done, await new GrpcCaller(cluster.Conductors[0]).SetPowerAsync(here, PowerTarget.On));
    }

    // The power changes, each with who made it.
    private static async Task<IEnumerable<string>> ReadWorkersAsync(ClusterStack cluster) =>
        (await cluster.QueryAsync("SELECT DISTINCT node_uuid, conductor FROM node_events e JOIN nodes n ON n.uuid = e.node_uuid WHERE event_type = 'power_state' ORDER BY conductor"))
        .Select(row => $"{row[0]} {row[1]}");
}
