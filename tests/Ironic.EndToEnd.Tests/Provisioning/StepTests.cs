using static Ironic.EndToEnd.Tests.Provisioning.ProvisioningCalls;

namespace Ironic.EndToEnd.Tests.Provisioning;

/// <summary>Steps that callers and runbooks give: their order, what they wait for, how they fail and how they are aborted.</summary>
public sealed class StepTests(SharedStack shared) : IClassFixture<SharedStack>
{
    private readonly TestStack _stack = shared.Stack;

    [Fact]
    public async Task Steps_run_in_the_order_that_was_given_the_conductors_own_among_them()
    {
        var node = await _stack.CreateManageableNodeAsync();
        await CleanAsync(node, Step("power.power_on"), Step("bios.apply_configuration", new { settings = new[] { new { name = "a", value = "1" } } }), Step("power.reboot"), Step("power.power_off"));
        var clean = await _stack.WaitForStateAsync(node, "manageable");

        Assert.Equal(("power off", "{}"), (clean.GetProperty("power_state").GetString(), clean.GetProperty("clean_step").GetRawText()));
        Assert.Equal(
            ["deploy.prepare_cleaning", "power.set_power_state", "bios.apply_configuration", "power.set_power_state", "power.set_power_state", "deploy.tear_down_cleaning"],
            _stack.DoneTo(node));
        Assert.Equal("1", (await _stack.Rest.GetAsync($"/v1/nodes/{node}/bios/a")).AssertStatus(200).Json.GetProperty("a").GetProperty("value").GetString());
    }

    [Fact]
    public async Task A_step_that_fails_leaves_the_node_in_maintenance()
    {
        var node = await _stack.CreateManageableNodeAsync(new { fake_fail = new Dictionary<string, string> { ["bios.factory_reset"] = "PERMANENT" } });
        await CleanAsync(node, Step("bios.factory_reset"));
        var failed = await _stack.WaitForStateAsync(node, "clean failed");

        Assert.Equal((true, "clean failure"), (failed.GetProperty("maintenance").GetBoolean(), failed.GetProperty("fault").GetString()));
        Assert.Contains("bios.factory_reset", failed.GetProperty("last_error").GetString(), StringComparison.Ordinal);
        Assert.Equal(failed.GetProperty("last_error").GetString(), failed.GetProperty("maintenance_reason").GetString());
        Assert.Contains("deploy.tear_down_cleaning", _stack.DoneTo(node));
    }

    [Fact]
    public async Task Automated_cleaning_runs_what_the_driver_offers()
    {
        var node = await _stack.CreateManageableNodeAsync(more: new() { ["automated_clean"] = true });
        await _stack.SetAsync(node, "provide");
        await _stack.WaitForStateAsync(node, "available");
        Assert.Equal(["deploy.prepare_cleaning", "vendor.step.log_passthrough", "deploy.tear_down_cleaning"], _stack.DoneTo(node));
    }

    [Fact]
    public async Task A_runbook_runs_on_nodes_that_have_one_of_its_traits()
    {
        var trait = $"CUSTOM_{Guid.NewGuid():N}".ToUpperInvariant();
        var steps = new object[]
        {
            new { @interface = "bios", step = "factory_reset", args = new { }, order = 2 }, new { @interface = "raid", step = "delete_configuration", args = new { }, order = 1 },
        };
        var runbook = (await _stack.Rest.PostAsync("/v1/runbooks", new { name = $"rb-{Guid.NewGuid():N}", steps })).AssertStatus(201).Json.GetProperty("uuid").GetString();
        (await _stack.Rest.PutAsync($"/v1/runbooks/{runbook}/traits", new { traits = new[] { trait } })).AssertStatus(204);
        var node = await _stack.CreateManageableNodeAsync();
        Assert.Contains("not been approved", (await _stack.Rest.PutAsync($"/v1/nodes/{node}/states/provision", new { target = "clean", runbook })).AssertError(400), StringComparison.Ordinal);
        (await _stack.Rest.PutAsync($"/v1/nodes/{node}/traits", new { traits = new[] { trait } })).AssertStatus(204);
        await _stack.SetAsync(node, "clean", ("runbook", runbook));
        await _stack.WaitForStateAsync(node, "manageable");

        Assert.Equal(["raid.delete_configuration", "bios.factory_reset"], _stack.DoneTo(node).Where(operation => operation.Contains('_', StringComparison.Ordinal) && !operation.StartsWith("deploy.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_held_flow_goes_on_when_it_is_unheld()
    {
        var node = await _stack.CreateActiveNodeAsync();
        await ServiceAsync(node, Step("power.hold"), Step("firmware.update", new { settings = new[] { new { component = "bmc", url = "http://x" } } }));
        Assert.Equal("hold", (await _stack.WaitForStateAsync(node, "service hold")).GetProperty("service_step").GetProperty("step").GetString());
        Assert.DoesNotContain("firmware.update", _stack.DoneTo(node));
        await _stack.SetAsync(node, "unhold");
        await _stack.WaitForStateAsync(node, "active");
        Assert.Contains("firmware.update", _stack.DoneTo(node));
    }

    [Fact]
    public async Task A_held_flow_can_be_aborted()
    {
        var node = await _stack.CreateManageableNodeAsync();
        await CleanAsync(node, Step("power.hold"), Step("bios.factory_reset"));
        await _stack.WaitForStateAsync(node, "clean hold");
        await _stack.SetAsync(node, "abort");
        var failed = await _stack.WaitForStateAsync(node, "clean failed");
        Assert.Equal((false, "manageable"), (failed.GetProperty("maintenance").GetBoolean(), failed.GetProperty("target_provision_state").GetString()));
        Assert.DoesNotContain("bios.factory_reset", _stack.DoneTo(node));
        await _stack.SetAsync(node, "manage");
        await _stack.WaitForStateAsync(node, "manageable");
    }

    [Fact]
    public async Task A_long_step_leaves_the_node_free_and_the_flow_goes_on_after_it()
    {
        var (node, gate) = (await _stack.CreateManageableNodeAsync(), Guid.NewGuid().ToString());
        await CleanAsync(node, Step("vendor.fake_step_long", new { gate }), Step("bios.factory_reset"));
        var waiting = await _stack.WaitForStateAsync(node, "clean wait");
        Assert.Equal("fake_step_long", waiting.GetProperty("clean_step").GetProperty("step").GetString());
        // Others can work on the node; the step does not mind.
        (await _stack.Rest.PutAsync($"/v1/nodes/{node}/management/boot_device", new { boot_device = "pxe" })).AssertStatus(204);
        Assert.DoesNotContain("bios.factory_reset", _stack.DoneTo(node));
        await _stack.OpenGateAsync(gate);
        await _stack.WaitForStateAsync(node, "manageable");
        Assert.Contains("vendor.step.fake_step_long", _stack.DoneTo(node));
        Assert.Contains("bios.factory_reset", _stack.DoneTo(node));
    }

    [Fact]
    public async Task A_long_step_that_fails_is_a_failure()
    {
        var (node, gate) = (await _stack.CreateManageableNodeAsync(), Guid.NewGuid().ToString());
        await CleanAsync(node, Step("vendor.fake_step_long", new { gate, error_class = "permanent", message = "it broke" }));
        await _stack.WaitForStateAsync(node, "clean wait");
        await _stack.OpenGateAsync(gate);
        Assert.Contains("it broke", (await _stack.WaitForStateAsync(node, "clean failed")).GetProperty("last_error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_abortable_step_is_stopped()
    {
        var node = await _stack.CreateActiveNodeAsync();
        await ServiceAsync(node, Step("vendor.fake_step_long", new { gate = Guid.NewGuid().ToString() }));
        await _stack.WaitForStateAsync(node, "service wait");
        await _stack.SetAsync(node, "abort");
        var active = await _stack.WaitForStateAsync(node, "active");

        Assert.Contains("aborted", active.GetProperty("last_error").GetString(), StringComparison.Ordinal);
        Assert.Equal("cancelled", (await _stack.Calls.WaitForEndAsync(node, "vendor.step.fake_step_long")).Outcome);
    }

    [Fact]
    public async Task A_step_that_must_not_be_stopped_ends_first()
    {
        var (node, gate) = (await _stack.CreateManageableNodeAsync(), Guid.NewGuid().ToString());
        await CleanAsync(node, Step("vendor.fake_step_stubborn", new { gate }), Step("bios.factory_reset"));
        await _stack.WaitForStateAsync(node, "clean wait");
        await _stack.SetAsync(node, "abort");
        Assert.True((await _stack.WaitForStateAsync(node, "clean wait")).GetProperty("clean_step").GetProperty("abort_after").GetBoolean());
        await _stack.OpenGateAsync(gate);
        var failed = await _stack.WaitForStateAsync(node, "clean failed");

        Assert.Contains("By request", failed.GetProperty("last_error").GetString(), StringComparison.Ordinal);
        Assert.Contains("vendor.step.fake_step_stubborn", _stack.DoneTo(node));
        Assert.DoesNotContain("bios.factory_reset", _stack.DoneTo(node));
    }

    [Fact]
    public async Task What_waits_for_the_ramdisk_goes_on_with_its_heartbeat()
    {
        var node = await _stack.CreateManageableNodeAsync(new { fake_wait = new[] { "deploy.prepare_cleaning" } });
        await CleanAsync(node, Step("bios.factory_reset"));
        await _stack.WaitForStateAsync(node, "clean wait");
        Assert.DoesNotContain("bios.factory_reset", _stack.DoneTo(node));
        var token = (await _stack.Rest.GetAsync($"/v1/lookup?node_uuid={node}")).AssertStatus(200).Json.GetProperty("config").GetProperty("agent_token").GetString();
        (await _stack.Rest.PostAsync($"/v1/heartbeat/{node}", new { callback_url = "https://127.0.0.1:9999", agent_version = "9.0", agent_token = token })).AssertStatus(202);
        await _stack.WaitForStateAsync(node, "manageable");
        Assert.Contains("bios.factory_reset", _stack.DoneTo(node));
    }

    [Fact]
    public async Task A_step_runs_on_the_children()
    {
        var node = await _stack.CreateManageableNodeAsync();
        var children = new[]
        {
            await _stack.CreateManageableNodeAsync(more: new() { ["parent_node"] = node }), await _stack.CreateManageableNodeAsync(more: new() { ["parent_node"] = node }),
        };
        await CleanAsync(node, new { @interface = "bios", step = "factory_reset", execute_on_child_nodes = true, limit_child_node_execution = children[..1] });
        await _stack.WaitForStateAsync(node, "manageable");

        Assert.DoesNotContain("bios.factory_reset", _stack.DoneTo(node));
        Assert.Contains("bios.factory_reset", _stack.DoneTo(children[0]));
        Assert.DoesNotContain("bios.factory_reset", _stack.DoneTo(children[1]));
    }

    private Task CleanAsync(string node, params object[] steps) => _stack.SetAsync(node, "clean", ("clean_steps", steps));

    private Task ServiceAsync(string node, params object[] steps) => _stack.SetAsync(node, "service", ("service_steps", steps));
}
