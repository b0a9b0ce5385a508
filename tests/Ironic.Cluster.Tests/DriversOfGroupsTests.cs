using Ironic.Stack;
using Ironic.Testing;

namespace Ironic.Cluster.Tests;

/// <summary>Two sites, each with a conductor and with a process of the same driver that alone reaches the machines there.</summary>
public sealed class DriversOfGroupsTests
{
    private const string Edge = "edge";

    [Fact]
    public async Task A_nodes_calls_go_to_the_driver_of_its_site_and_to_no_other()
    {
        await using var cluster = await ClusterStack.StartAsync(profile => profile
            .With("conductor-2", "Conductor:Group", Edge)
            .With("conductor", "Cluster:HeartbeatInterval", "00:00:00.5")
            .With("driver-fake", "Driver:ConductorGroups:0", ""));
        var rest = cluster.Stack.Rest;
        var body = new { driver = "fake-hardware", conductor_group = Edge };
        Assert.Contains("No valid host was found", (await rest.PostAsync("/v1/nodes", body)).AssertError(400), StringComparison.Ordinal);

        using var directory = new TestDirectory("site");
        var edgeCalls = new CallLog(directory.Combine("calls.jsonl"));
        await using var edge = await ServerProcess.StartAsync(new ServerProcessOptions(
            "dotnet",
            StackPrograms.FromRepository().Drivers["fake"],
            "--Driver:Url=http://127.0.0.1:0",
            "--Driver:ConductorGroups:0=Edge",
            $"--Driver:Conductors:0={cluster.Process(1).Url.OriginalString}",
            "--Fake:TestMethods=true",
            $"--Fake:CallLog={directory.Combine("calls.jsonl")}")
        { Name = "driver-edge" });
        await Eventually.SucceedsAsync(
            async () => (await rest.PostAsync("/v1/nodes", body)).AssertStatus(201), TestStack.Limit, "the driver of the other site is there");

        // The process of the other site is the newest; whoever is called, each node has its own.
        var (here, there) = (await cluster.Stack.CreateNodeAsync(), await cluster.Stack.CreateNodeAsync(more: new() { ["conductor_group"] = Edge }));
        for (var i = 0; i < 4; i++)
        {
            foreach (var node in new[] { here, there })
                (await rest.PostAsync($"/v1/nodes/{node}/vendor_passthru/fake_echo", new { round = i })).AssertStatus(200);
        }

        await cluster.Stack.ProvisionAsync(here, "manage", "manageable");
        await cluster.Stack.ProvisionAsync(there, "manage", "manageable");
        Assert.NotEmpty(cluster.Stack.Calls.Of(here));
        Assert.Empty(cluster.Stack.Calls.Of(there));
        Assert.NotEmpty(edgeCalls.Of(there));
        Assert.Empty(edgeCalls.Of(here));
        Assert.Equal(["conductor-1", "conductor-2"], (await rest.GetAsync("/v1/drivers/fake-hardware")).AssertStatus(200).Json.GetProperty("hosts").EnumerateArray().Select(host => host.GetString()).Order());

        // A driver that is at the other site only is asked there, whichever conductor gets the call.
        await using var rare = await ServerProcess.StartAsync(new ServerProcessOptions(
            "dotnet",
            StackPrograms.FromRepository().Drivers["example"],
            "--Driver:Url=http://127.0.0.1:0",
            "--Driver:ConductorGroups:0=edge",
            $"--Driver:Conductors:0={cluster.Process(1).Url.OriginalString}")
        { Name = "driver-rare" });
        await Eventually.SucceedsAsync(
            async () =>
            {
                // The API takes the conductors in turn: both are among so many.
                for (var i = 0; i < 4; i++)
                    Assert.Equal("conductor-2", Assert.Single((await rest.GetAsync("/v1/drivers/example")).AssertStatus(200).Json.GetProperty("hosts").EnumerateArray()).GetString());
            },
            TestStack.Limit,
            "both know that the other site has the driver");
        for (var i = 0; i < 4; i++)
            (await rest.GetAsync("/v1/drivers/example/vendor_passthru/authentication_types")).AssertStatus(200);
        Assert.Contains("No valid host was found", (await rest.PostAsync("/v1/nodes", new { driver = "example" })).AssertError(400), StringComparison.Ordinal);

        // A console is its driver's: while it is on, the node stays with that.
        (await rest.PutAsync($"/v1/nodes/{here}/states/console", new { enabled = true })).AssertStatus(202);
        await cluster.Stack.WaitForNodeAsync(here, node => node.GetProperty("console_enabled").GetBoolean(), "its console is on");
        await cluster.Stack.WaitUntilUnlockedAsync(here);
        var move = new[] { new { op = "add", path = "/conductor_group", value = Edge } };
        Assert.Contains("console", (await rest.PatchAsync($"/v1/nodes/{here}", move)).AssertError(409), StringComparison.Ordinal);

        // The one of its site leaves: nobody else stands in for it, and nothing is held against the node.
        Assert.True(await edge.StopAsync());
        await Eventually.SucceedsAsync(
            async () => Assert.Contains("No valid host was found", (await rest.PutAsync($"/v1/nodes/{there}/states/power", new { target = "power on" })).AssertError(404), StringComparison.Ordinal),
            TestStack.Limit,
            "the site has no driver");
        (await rest.PutAsync($"/v1/nodes/{here}/states/power", new { target = "power on" })).AssertStatus(202);
        await cluster.Stack.WaitUntilUnlockedAsync(here);
        Assert.Empty(cluster.Stack.Calls.Of(there));
        var left = await cluster.Stack.GetNodeAsync(there);
        Assert.Equal(("manageable", false), (left.GetProperty("provision_state").GetString(), left.GetProperty("maintenance").GetBoolean()));
    }
}
