using System.Text.Json;
using Ironic.Testing;
using static Ironic.EndToEnd.Tests.Provisioning.ProvisioningCalls;

namespace Ironic.EndToEnd.Tests.Provisioning;

/// <summary>Verbs that come at a limit and wait for their turn, where the configuration says so. One node is cleaned, or deployed, at a time.</summary>
public sealed class QueueTests : IAsyncLifetime
{
    private readonly string _gate = Guid.NewGuid().ToString();

    private TestStack _stack = null!;

    public async Task InitializeAsync() => _stack = await TestStack.StartAsync(options => options with
    {
        Drivers = ["fake"],
        Profile = options.Profile
            .With("conductor", "Provisioning:QueueAtLimit", "true")
            .With("conductor", "Provisioning:QueueInterval", "00:00:00.2")
            .With("conductor", "Provisioning:MaxConcurrentClean", "1")
            .With("conductor", "Provisioning:MaxConcurrentDeploy", "1"),
    });

    public async Task DisposeAsync() => await _stack.DisposeAsync();

    [Fact]
    public async Task They_take_turns_in_the_order_in_which_they_came()
    {
        var nodes = await CreateAsync(3);
        await CleanAtGateAsync(nodes[0]);
        await CleanAtGateAsync(nodes[1]);
        await CleanAtGateAsync(nodes[2]);
        await _stack.Calls.WaitForStartAsync(nodes[0], "vendor.step.fake_step_wait");
        var waiting = await _stack.GetNodeAsync(nodes[2]);
        Assert.Equal(("cleaning", "manageable"), (State(waiting), waiting.GetProperty("target_provision_state").GetString()));
        Assert.Equal(JsonValueKind.Null, waiting.GetProperty("reservation").ValueKind);
        await Eventually.ThatAsync(async () => (await _stack.ReadMetricsAsync()).Contains("ironic_conductor_provision_queued{work=\"cleaning\"} 2\n", StringComparison.Ordinal), TestStack.Limit, "they are counted");
        Assert.Empty(_stack.DoneTo(nodes[1]));
        await _stack.OpenGateAsync(_gate);
        foreach (var node in nodes)
            await _stack.WaitForStateAsync(node, "manageable");

        // One began when the one before had ended.
        var calls = _stack.Calls.Read().Where(call => call.Operation == "vendor.step.fake_step_wait").Select(call => (call.Event, Array.IndexOf(nodes, call.Node)));
        Assert.Equal([("start", 0), ("end", 0), ("start", 1), ("end", 1), ("start", 2), ("end", 2)], calls);
        var events = (await _stack.Rest.GetAsync($"/v1/nodes/{nodes[2]}/history?detail=true")).AssertStatus(200).Json.GetProperty("history");
        Assert.Equal(0, events.GetArrayLength());
    }

    [Fact]
    public async Task A_deployment_and_a_tear_down_that_waited_are_as_others()
    {
        var nodes = await CreateAsync(2, available: true);
        var step = new { @interface = "vendor", step = "fake_step_wait", args = new { gate = _gate }, priority = 150 };
        await _stack.SetAsync(nodes[0], "active", ("deploy_steps", new[] { step }));
        await _stack.SetAsync(nodes[1], "active", ("deploy_steps", new[] { step }), ("configdrive", new { meta_data = new { name = "x" } }));
        await _stack.Calls.WaitForStartAsync(nodes[0], "vendor.step.fake_step_wait");
        Assert.Equal("deploying", State(await _stack.GetNodeAsync(nodes[1])));
        await _stack.OpenGateAsync(_gate);
        foreach (var node in nodes)
            await _stack.WaitForStateAsync(node, "active");
        Assert.Equal(["deploy.prepare", "vendor.step.fake_step_wait", "deploy.deploy"], _stack.DoneTo(nodes[1]));
        Assert.Equal("******", (await _stack.GetNodeAsync(nodes[1])).GetProperty("instance_info").GetProperty("configdrive").GetString());

        var gate = Guid.NewGuid().ToString();
        var cleaned = (await CreateAsync(1))[0];
        await CleanAtGateAsync(cleaned, gate);
        await _stack.SetAsync(nodes[1], "deleted");
        Assert.Equal(("deleting", "available"), (State(await _stack.GetNodeAsync(nodes[1])), (await _stack.GetNodeAsync(nodes[1])).GetProperty("target_provision_state").GetString()));
        await _stack.OpenGateAsync(gate);
        await _stack.WaitForStateAsync(nodes[1], "available");
        Assert.Equal(["deploy.clean_up", "deploy.tear_down"], _stack.DoneTo(nodes[1]).TakeLast(2));
    }

    [Fact]
    public async Task One_that_waits_can_be_aborted_or_its_node_removed_and_nothing_was_done()
    {
        var nodes = await CreateAsync(4);
        foreach (var node in nodes)
            await CleanAtGateAsync(node);
        (await _stack.Rest.PutAsync($"/v1/nodes/{nodes[3]}/maintenance", new { reason = "its fan" })).AssertStatus(202);
        await _stack.SetAsync(nodes[1], "abort");
        var failed = await _stack.WaitForStateAsync(nodes[1], "clean failed");
        Assert.Contains("aborted before it began", failed.GetProperty("last_error").GetString(), StringComparison.Ordinal);
        (await _stack.Rest.PutAsync($"/v1/nodes/{nodes[2]}/maintenance", new { })).AssertStatus(202);
        (await _stack.Rest.DeleteAsync($"/v1/nodes/{nodes[2]}")).AssertStatus(204);
        await _stack.OpenGateAsync(_gate);
        await _stack.WaitForStateAsync(nodes[0], "manageable");
        await Eventually.ThatAsync(async () => (await _stack.ReadMetricsAsync()).Contains("ironic_conductor_provision_queued{work=\"cleaning\"} 0\n", StringComparison.Ordinal), TestStack.Limit, "none waits");
        Assert.Empty(_stack.DoneTo(nodes[1]));
        // Somebody may be at the machine.
        Assert.Contains("maintenance", (await _stack.WaitForStateAsync(nodes[3], "clean failed")).GetProperty("last_error").GetString(), StringComparison.Ordinal);
        Assert.Empty(_stack.DoneTo(nodes[3]));
        await _stack.SetAsync(nodes[1], "manage");
        await _stack.WaitForStateAsync(nodes[1], "manageable");
        // What runs is not to be aborted as what waits is.
        await CleanAtGateAsync(nodes[1], Guid.NewGuid().ToString());
        await _stack.Calls.WaitForStartAsync(nodes[1], "vendor.step.fake_step_wait");
        (await _stack.Rest.PutAsync($"/v1/nodes/{nodes[1]}/states/provision", new { target = "abort" })).AssertStatus(409);
    }

    [Fact]
    public async Task The_queue_outlives_the_conductor()
    {
        var (nodes, gate) = (await CreateAsync(2), Guid.NewGuid().ToString());
        await CleanAtGateAsync(nodes[0], gate);
        await CleanAtGateAsync(nodes[1]);
        await _stack.Calls.WaitForStartAsync(nodes[0], "vendor.step.fake_step_wait");
        await _stack.Processes.Conductors[0].KillAsync();
        await _stack.Processes.Conductors[0].StartAsync();
        // What ran goes on, and what waits is not taken for work that died with the conductor.
        await Eventually.ThatAsync(
            async () => (await _stack.ReadMetricsAsync()).Contains("ironic_conductor_provision_queued{work=\"cleaning\"} 1\n", StringComparison.Ordinal), TestStack.Limit, "it waits still");
        Assert.Equal("cleaning", State(await _stack.GetNodeAsync(nodes[1])));
        await _stack.OpenGateAsync(_gate);
        await _stack.OpenGateAsync(gate);
        foreach (var node in nodes)
            await _stack.WaitForStateAsync(node, "manageable");
        Assert.Contains("vendor.step.fake_step_wait", _stack.DoneTo(nodes[1]));
    }

    private async Task<string[]> CreateAsync(int count, bool available = false)
    {
        var nodes = new string[count];
        for (var i = 0; i < count; i++)
            nodes[i] = available ? await _stack.CreateAvailableNodeAsync() : await _stack.CreateManageableNodeAsync();
        return nodes;
    }

    private Task CleanAtGateAsync(string node, string? gate = null) =>
        _stack.SetAsync(node, "clean", ("clean_steps", new[] { Step("vendor.fake_step_wait", new { gate = gate ?? _gate }) }));

    private static string? State(JsonElement node) => node.GetProperty("provision_state").GetString();
}
