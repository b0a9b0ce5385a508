using System.Text.Json;

namespace Ironic.EndToEnd.Tests.Provisioning;

/// <summary>An instance comes onto a node, is rebuilt, rescued and taken away again, on the fake driver.</summary>
public sealed class DeploymentTests(SharedStack shared) : IClassFixture<SharedStack>
{
    private readonly TestStack _stack = shared.Stack;

    [Fact]
    public async Task A_node_goes_all_the_way_and_back()
    {
        var node = await _stack.CreateManageableNodeAsync();
        await _stack.SetAsync(node, "provide");
        await _stack.WaitForStateAsync(node, "available");
        await _stack.PatchAsync(node, ("/instance_info/image_source", "http://images/x"), ("/instance_info/project_id", "p-1"));
        await _stack.SetAsync(node, "active", ("configdrive", new { meta_data = new { name = "x" } }));
        var active = await _stack.WaitForStateAsync(node, "active");

        Assert.Equal("p-1", active.GetProperty("lessee").GetString());
        Assert.Equal(("whole-disk", "******"), (Instance(active, "image_type"), Instance(active, "configdrive")));
        Assert.Equal(JsonValueKind.Null, active.GetProperty("target_provision_state").ValueKind);
        Assert.Equal("{}", active.GetProperty("deploy_step").GetRawText());
        await _stack.SetAsync(node, "rebuild");
        await _stack.WaitForStateAsync(node, "active");
        await _stack.SetAsync(node, "rescue", ("rescue_password", "geheim"));
        var rescued = await _stack.WaitForStateAsync(node, "rescue");
        Assert.Equal(("******", "******"), (Instance(rescued, "rescue_password"), Instance(rescued, "hashed_rescue_password")));
        await _stack.SetAsync(node, "unrescue");
        Assert.False((await _stack.WaitForStateAsync(node, "active")).GetProperty("instance_info").TryGetProperty("rescue_password", out _));
        await _stack.SetAsync(node, "deleted");
        var available = await _stack.WaitForStateAsync(node, "available");

        Assert.Equal(("{}", JsonValueKind.Null), (available.GetProperty("instance_info").GetRawText(), available.GetProperty("lessee").ValueKind));
        Assert.Equal(
            [
                "deploy.prepare", "deploy.deploy", "deploy.prepare", "deploy.deploy", "rescue.rescue", "rescue.unrescue", "deploy.clean_up", "deploy.tear_down",
            ],
            _stack.DoneTo(node));
    }

    [Fact]
    public async Task What_a_template_names_runs_in_its_place()
    {
        var trait = $"CUSTOM_{Guid.NewGuid():N}".ToUpperInvariant();
        var steps = new[] { new { @interface = "raid", step = "apply_configuration", args = new { raid_config = new { logical_disks = new[] { new { size_gb = 1, raid_level = "1" } } } }, priority = 150 } };
        (await _stack.Rest.PostAsync("/v1/deploy_templates", new { name = trait, steps })).AssertStatus(201);
        var node = await _stack.CreateManageableNodeAsync();
        (await _stack.Rest.PutAsync($"/v1/nodes/{node}/traits", new { traits = new[] { trait } })).AssertStatus(204);
        await _stack.SetAsync(node, "provide");
        await _stack.WaitForStateAsync(node, "available");
        await _stack.PatchAsync(node, ("/instance_info/traits", new[] { trait }));
        await _stack.SetAsync(node, "active");
        var active = await _stack.WaitForStateAsync(node, "active");

        Assert.Equal(["deploy.prepare", "raid.apply_configuration", "deploy.deploy"], _stack.DoneTo(node));
        Assert.Equal("1", active.GetProperty("raid_config").GetProperty("logical_disks")[0].GetProperty("raid_level").GetString());
    }

    [Fact]
    public async Task Traits_that_the_node_does_not_have_are_refused()
    {
        var node = await _stack.CreateAvailableNodeAsync();
        await _stack.PatchAsync(node, ("/instance_info/traits", new[] { "CUSTOM_NONE" }));
        Assert.Contains("CUSTOM_NONE", (await _stack.Rest.PutAsync($"/v1/nodes/{node}/states/provision", new { target = "active" })).AssertError(400), StringComparison.Ordinal);
        Assert.Equal("available", (await _stack.GetNodeAsync(node)).GetProperty("provision_state").GetString());
    }

    [Theory]
    [InlineData("deploy.prepare", "Failed to prepare to deploy")]
    [InlineData("deploy.deploy", "deploy.deploy")]
    public async Task A_failure_says_what_failed_and_cleans_up(string operation, string error)
    {
        var node = await _stack.CreateManageableNodeAsync(new { fake_fail = new Dictionary<string, string> { [operation] = "PERMANENT" } });
        await _stack.SetAsync(node, "provide");
        await _stack.WaitForStateAsync(node, "available");
        await _stack.SetAsync(node, "active");
        var failed = await _stack.WaitForStateAsync(node, "deploy failed");

        Assert.Contains(error, failed.GetProperty("last_error").GetString(), StringComparison.Ordinal);
        Assert.Equal(("active", false), (failed.GetProperty("target_provision_state").GetString(), failed.GetProperty("maintenance").GetBoolean()));
        var history = (await _stack.Rest.GetAsync($"/v1/nodes/{node}/history?detail=true")).AssertStatus(200).Json.GetProperty("history");
        Assert.Contains(history.EnumerateArray(), entry => entry.GetProperty("event_type").GetString() == "deploying");
        await _stack.PatchAsync(node, ("/driver_info", new { }));
        await _stack.SetAsync(node, "active");
        await _stack.WaitForStateAsync(node, "active");
    }

    [Fact]
    public async Task What_cannot_be_torn_down_is_in_error_and_has_no_instance()
    {
        var node = await _stack.CreateActiveNodeAsync(more: new() { ["instance_uuid"] = Guid.NewGuid().ToString() });
        await _stack.PatchAsync(node, ("/driver_info", new { fake_fail = new Dictionary<string, string> { ["deploy.tear_down"] = "PERMANENT" } }));
        await _stack.SetAsync(node, "deleted");
        var failed = await _stack.WaitForStateAsync(node, "error");

        Assert.StartsWith("Failed to tear down", failed.GetProperty("last_error").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, failed.GetProperty("instance_uuid").ValueKind);
    }

    [Fact]
    public async Task The_allocation_goes_with_the_instance()
    {
        var resourceClass = $"c-{Guid.NewGuid():N}";
        var node = await _stack.CreateManageableNodeAsync(more: new() { ["resource_class"] = resourceClass });
        await _stack.SetAsync(node, "provide");
        await _stack.WaitForStateAsync(node, "available");
        // Only a machine whose power state is known is given away.
        (await _stack.Rest.PutAsync($"/v1/nodes/{node}/states/power", new { target = "power on" })).AssertStatus(202);
        await _stack.WaitForNodeAsync(node, found => found.GetProperty("power_state").GetString() == "power on", "it is on");
        await _stack.WaitUntilUnlockedAsync(node);
        var allocation = (await _stack.Rest.PostAsync("/v1/allocations", new { resource_class = resourceClass })).AssertStatus(201).Json.GetProperty("uuid").GetString();
        await _stack.WaitForNodeAsync(node, found => found.GetProperty("allocation_uuid").GetString() == allocation, "it is allocated");
        await _stack.SetAsync(node, "active");
        await _stack.WaitForStateAsync(node, "active");
        await _stack.SetAsync(node, "undeploy");
        await _stack.WaitForStateAsync(node, "available");

        (await _stack.Rest.GetAsync($"/v1/allocations/{allocation}")).AssertError(404);
    }

    [Fact]
    public async Task A_machine_that_has_its_instance_is_adopted()
    {
        var node = await _stack.CreateManageableNodeAsync(new { fake_fail = new Dictionary<string, string> { ["deploy.take_over"] = "PERMANENT" } });
        await _stack.SetAsync(node, "adopt");
        var failed = await _stack.WaitForStateAsync(node, "adopt failed");
        Assert.Contains("adopt", failed.GetProperty("last_error").GetString(), StringComparison.Ordinal);
        await _stack.PatchAsync(node, ("/driver_info", new { }));
        await _stack.SetAsync(node, "adopt");
        await _stack.WaitForStateAsync(node, "active");
        Assert.DoesNotContain("deploy.deploy", _stack.DoneTo(node));
    }

    [Fact]
    public async Task What_an_inspection_finds_is_stored()
    {
        var mac = $"52:54:00:{Random.Shared.Next(256):x2}:{Random.Shared.Next(256):x2}:{Random.Shared.Next(256):x2}";
        var node = await _stack.CreateManageableNodeAsync(new { fake_inventory = new { cpu = new { count = 8 }, interfaces = new[] { new { mac_address = mac } } } });
        await _stack.SetAsync(node, "inspect");
        var inspected = await _stack.WaitForStateAsync(node, "manageable");

        Assert.Equal(JsonValueKind.String, inspected.GetProperty("inspection_finished_at").ValueKind);
        var inventory = (await _stack.Rest.GetAsync($"/v1/nodes/{node}/inventory")).AssertStatus(200).Json.GetProperty("inventory");
        Assert.Equal(8, inventory.GetProperty("cpu").GetProperty("count").GetInt32());
        Assert.Equal(mac, (await _stack.Rest.GetAsync($"/v1/nodes/{node}/ports")).Json.GetProperty("ports")[0].GetProperty("address").GetString());
        // Once more: the port is there already.
        await _stack.SetAsync(node, "inspect");
        await _stack.WaitForStateAsync(node, "manageable");
        Assert.Equal(1, (await _stack.Rest.GetAsync($"/v1/nodes/{node}/ports")).Json.GetProperty("ports").GetArrayLength());
    }

    [Fact]
    public async Task An_inspection_that_waits_for_its_ramdisk_is_aborted()
    {
        var node = await _stack.CreateManageableNodeAsync(new { fake_wait = new[] { "inspect.inspect_hardware" } });
        await _stack.SetAsync(node, "inspect");
        await _stack.WaitForStateAsync(node, "inspect wait");
        await _stack.SetAsync(node, "abort");
        Assert.Contains("aborted", (await _stack.WaitForStateAsync(node, "inspect failed")).GetProperty("last_error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rescue_that_waits_is_aborted_and_the_password_forgotten()
    {
        var node = await _stack.CreateActiveNodeAsync(new { fake_wait = new[] { "rescue.rescue" } });
        await _stack.SetAsync(node, "rescue", ("rescue_password", "geheim"));
        await _stack.WaitForStateAsync(node, "rescue wait");
        await _stack.SetAsync(node, "abort");
        Assert.False((await _stack.WaitForStateAsync(node, "rescue failed")).GetProperty("instance_info").TryGetProperty("rescue_password", out _));
        Assert.Contains("rescue.clean_up", _stack.DoneTo(node));
    }

    private static string? Instance(JsonElement node, string member) => node.GetProperty("instance_info").GetProperty(member).GetString();
}
