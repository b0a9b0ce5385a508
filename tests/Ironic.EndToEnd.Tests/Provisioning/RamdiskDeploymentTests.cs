using System.Text.Json;

namespace Ironic.EndToEnd.Tests.Provisioning;

/// <summary>The deploy interface <c>ramdisk</c>, with the fake driver's boot interface: what the conductor does, and in which order.</summary>
public sealed class RamdiskDeploymentTests(SharedStack shared) : IClassFixture<SharedStack>
{
    private const string Off = "power.set_power_state Off";
    private const string On = "power.set_power_state On";

    private readonly TestStack _stack = shared.Stack;

    [Fact]
    public async Task A_node_goes_all_the_way_and_back()
    {
        var node = await CreateAvailableAsync();
        await _stack.SetAsync(node, "active");
        var active = await _stack.WaitForStateAsync(node, "active");
        Assert.Equal(("power on", "{}"), (active.GetProperty("power_state").GetString(), active.GetProperty("deploy_step").GetRawText()));
        await _stack.SetAsync(node, "rebuild");
        await _stack.WaitForStateAsync(node, "active");
        await _stack.SetAsync(node, "deleted");
        var available = await _stack.WaitForStateAsync(node, "available");

        Assert.Equal(("{}", "power off"), (available.GetProperty("instance_info").GetRawText(), available.GetProperty("power_state").GetString()));
        // Nobody knew at first whether it was on.
        Assert.Equal([Off, "boot.prepare_instance", On, Off, "boot.prepare_instance", On, Off, "boot.clean_up_instance"], DoneTo(node));
    }

    [Fact]
    public async Task A_machine_that_must_not_be_switched_off_is_restarted()
    {
        var node = await CreateAvailableAsync(more: new() { ["disable_power_off"] = true });
        await _stack.SetAsync(node, "active");
        await _stack.WaitForStateAsync(node, "active");
        await _stack.SetAsync(node, "deleted");
        await _stack.WaitForStateAsync(node, "available");

        Assert.Equal(["boot.prepare_instance", On, "boot.clean_up_instance", On], DoneTo(node));
    }

    [Fact]
    public async Task A_failure_says_what_failed_and_cleans_up()
    {
        var node = await CreateAvailableAsync(new { fake_fail = new Dictionary<string, string> { ["boot.prepare_instance"] = "BMC_UNREACHABLE" } });
        await _stack.SetAsync(node, "active");
        var failed = await _stack.WaitForStateAsync(node, "deploy failed");

        Assert.Contains("failed deploy step deploy.deploy: The fake driver was asked to fail boot.prepare_instance.", failed.GetProperty("last_error").GetString(), StringComparison.Ordinal);
        Assert.Equal("boot.clean_up_instance", DoneTo(node)[^1]);
        await _stack.PatchAsync(node, ("/driver_info", new { }));
        await _stack.SetAsync(node, "active");
        await _stack.WaitForStateAsync(node, "active");
    }

    [Fact]
    public async Task What_cannot_be_cleaned_up_is_in_error_and_has_no_instance()
    {
        var node = await CreateAvailableAsync(new { fake_fail = new Dictionary<string, string> { ["boot.clean_up_instance"] = "PERMANENT" } });
        await _stack.SetAsync(node, "active");
        await _stack.WaitForStateAsync(node, "active");
        await _stack.SetAsync(node, "deleted");
        var error = await _stack.WaitForStateAsync(node, "error");
        Assert.Contains("boot.clean_up_instance", error.GetProperty("last_error").GetString(), StringComparison.Ordinal);
        Assert.Equal("{}", error.GetProperty("instance_info").GetRawText());
    }

    [Theory]
    [InlineData("fake", "{}", null, "boot_iso")]
    [InlineData("fake", """{"kernel": "http://images/k"}""", null, "boot_iso")]
    [InlineData("ipxe", """{"boot_iso": "http://images/x.iso"}""", null, "in this version ipxe does not")]
    [InlineData("fake", """{"boot_iso": "http://images/x.iso"}""", true, "automated_clean")]
    public async Task What_cannot_be_deployed_is_refused_at_once(string boot, string instance, bool? automatedClean, string reason)
    {
        var node = await CreateAvailableAsync(more: new() { ["boot_interface"] = boot });
        await _stack.PatchAsync(node, ("/instance_info", JsonElement.Parse(instance)), ("/automated_clean", automatedClean));

        var error = (await _stack.Rest.PutAsync($"/v1/nodes/{node}/states/provision", new { target = "active" })).AssertError(400);
        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.Equal("available", (await _stack.GetNodeAsync(node)).GetProperty("provision_state").GetString());
        Assert.Empty(DoneTo(node));
        if (automatedClean is null)
            Assert.Contains(reason, await ValidateDeployAsync(node), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_held_goes_on_without_an_agent()
    {
        var node = await CreateAvailableAsync();
        await _stack.SetAsync(node, "active", ("deploy_steps", new[] { new { @interface = "deploy", step = "hold", args = new { }, priority = 150 } }));
        await _stack.WaitForStateAsync(node, "deploy hold");
        Assert.Equal([Off], DoneTo(node));
        await _stack.SetAsync(node, "unhold");
        await _stack.WaitForStateAsync(node, "active");
        Assert.Equal([Off, "boot.prepare_instance", On], DoneTo(node));

        await _stack.SetAsync(node, "rebuild", ("deploy_steps", new[] { new { @interface = "deploy", step = "hold", args = new { }, priority = 50 } }));
        await _stack.WaitForStateAsync(node, "deploy hold");
        await _stack.SetAsync(node, "abort");
        await _stack.WaitForStateAsync(node, "deploy failed");
        Assert.Equal([Off, "boot.clean_up_instance"], DoneTo(node).TakeLast(2));
    }

    [Fact]
    public async Task A_config_drive_that_nobody_will_see_is_told_of()
    {
        var node = await CreateAvailableAsync();
        await _stack.SetAsync(node, "active", ("configdrive", new { meta_data = new { name = "x" } }));
        await _stack.WaitForStateAsync(node, "active");
        var history = (await _stack.Rest.GetAsync($"/v1/nodes/{node}/history?detail=true")).AssertStatus(200).Json.GetProperty("history");
        Assert.Contains(history.EnumerateArray(), entry => entry.GetProperty("event").GetString()!.Contains("config drive", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_machine_with_its_instance_is_adopted_as_it_runs()
    {
        var node = await CreateManageableAsync();
        await _stack.SetAsync(node, "adopt");
        Assert.Contains("boot_iso", (await _stack.WaitForStateAsync(node, "adopt failed")).GetProperty("last_error").GetString(), StringComparison.Ordinal);
        await _stack.PatchAsync(node, ("/instance_info/boot_iso", "http://images/x.iso"));
        await _stack.SetAsync(node, "adopt");
        await _stack.WaitForStateAsync(node, "active");
        Assert.Empty(DoneTo(node));
    }

    [Fact]
    public async Task Only_steps_that_need_no_ramdisk_can_clean_and_service()
    {
        var node = await CreateManageableAsync();
        var step = ProvisioningCalls.Step("vendor.fake_step_wait", new { gate = node });
        var needing = ProvisioningCalls.Step("bios.factory_reset");
        await _stack.OpenGateAsync(node);

        Assert.Contains("boots no ramdisk for cleaning", await RefuseAsync(node, new { target = "clean", clean_steps = new[] { step, needing } }), StringComparison.Ordinal);
        await _stack.SetAsync(node, "clean", ("clean_steps", new[] { step }));
        await _stack.WaitForStateAsync(node, "manageable");
        await _stack.PatchAsync(node, ("/automated_clean", true));
        Assert.Contains("automated_clean", await RefuseAsync(node, new { target = "provide" }), StringComparison.Ordinal);
        await _stack.PatchAsync(node, ("/automated_clean", false), ("/instance_info/boot_iso", "http://images/x.iso"));
        await _stack.SetAsync(node, "provide");
        await _stack.WaitForStateAsync(node, "available");
        await _stack.SetAsync(node, "active");
        await _stack.WaitForStateAsync(node, "active");
        Assert.Contains("boots no ramdisk for service", await RefuseAsync(node, new { target = "service", service_steps = new[] { ProvisioningCalls.Step("firmware.update", new { settings = Array.Empty<object>() }) } }), StringComparison.Ordinal);
        await _stack.SetAsync(node, "service", ("service_steps", new[] { step }));
        await _stack.WaitForStateAsync(node, "active");

        Assert.Equal(["vendor.step.fake_step_wait", Off, "boot.prepare_instance", On, "vendor.step.fake_step_wait"], DoneTo(node));
    }

    [Fact]
    public async Task A_flow_without_a_ramdisk_ends_cleanly_where_none_could_be_booted()
    {
        var node = await _stack.CreateManageableNodeAsync(null, new() { ["deploy_interface"] = "direct" });
        await _stack.SetAsync(node, "clean", ("clean_steps", new[] { new { @interface = "vendor", step = "hold", args = new { } } }));
        await _stack.WaitForStateAsync(node, "clean hold");
        await _stack.SetAsync(node, "abort");
        var failed = await _stack.WaitForStateAsync(node, "clean failed");

        Assert.False(failed.GetProperty("maintenance").GetBoolean(), failed.GetProperty("last_error").GetString());
        Assert.DoesNotContain("tear down", failed.GetProperty("last_error").GetString(), StringComparison.Ordinal);
    }

    private async Task<string> RefuseAsync(string node, object body) => (await _stack.Rest.PutAsync($"/v1/nodes/{node}/states/provision", body)).AssertError(400);

    private async Task<string> ValidateDeployAsync(string node) =>
        (await _stack.Rest.GetAsync($"/v1/nodes/{node}/validate")).AssertStatus(200).Json.GetProperty("deploy").GetProperty("reason").GetString()!;

    private async Task<string> CreateManageableAsync(object? driverInfo = null, Dictionary<string, object?>? more = null) =>
        await _stack.CreateManageableNodeAsync(driverInfo, new(more ?? []) { ["deploy_interface"] = "ramdisk" });

    private async Task<string> CreateAvailableAsync(object? driverInfo = null, Dictionary<string, object?>? more = null)
    {
        var node = await CreateManageableAsync(driverInfo, more);
        await _stack.SetAsync(node, "provide");
        await _stack.WaitForStateAsync(node, "available");
        await _stack.PatchAsync(node, ("/instance_info/boot_iso", "http://images/x.iso"));
        return node;
    }

    private IReadOnlyList<string> DoneTo(string node) => [.. _stack.Calls.Of(node)
        .Where(call => call is { Event: "end", Outcome: "ok" })
        .Select(call => call.Operation == "power.set_power_state" ? $"{call.Operation} {call.Result}" : call.Operation)];
}
