using System.Text.Json;

namespace Ironic.Clients.Tests.Cli;

/// <summary><c>baremetal node power, reboot, boot device, maintenance, manage, provide, passthru</c></summary>
[Collection(nameof(CliCollection))]
public sealed class NodeActionCommandTests(CliFixture fixture)
{
    private readonly BaremetalCli _cli = fixture.Cli;
    private readonly TestStack _stack = fixture.Stack;

    [Fact]
    public async Task Power_is_switched()
    {
        var node = await _stack.CreateNodeAsync();

        await SwitchAsync(node, "power on", "node", "power", "on", node);
        await SwitchAsync(node, "power off", "node", "power", "off", node);
        await SwitchAsync(node, "power on", "node", "power", "on", node, "--power-timeout", "30");
        await SwitchAsync(node, "power off", "node", "power", "off", node, "--soft", "--power-timeout", "30");

        Assert.Equal(4, PowerActions(node));
    }

    [Theory]
    [InlineData]
    [InlineData("--soft")]
    [InlineData("--power-timeout", "30")]
    [InlineData("--soft", "--power-timeout", "30")]
    public async Task A_node_is_rebooted(params string[] options)
    {
        var node = await _stack.CreateNodeAsync();

        await SwitchAsync(node, "power on", ["node", "reboot", node, .. options]);

        Assert.Equal(1, PowerActions(node));
    }

    [Fact]
    public async Task What_the_power_interface_cannot_do_is_refused()
    {
        var node = await _stack.CreateNodeAsync("example");

        (await _cli.RunAsync("node", "reboot", node, "--soft")).AssertFailure("does not support", "HTTP 400");
        (await _cli.RunAsync("node", "power", "off", node, "--soft")).AssertFailure("does not support", "HTTP 400");
    }

    [Fact]
    public async Task The_boot_device_is_set_and_shown()
    {
        var node = await _stack.CreateNodeAsync("example");

        (await _cli.RunAsync("node", "boot", "device", "set", node, "disk", "--persistent")).AssertSuccess();

        var device = await _cli.JsonAsync("node", "boot", "device", "show", node);
        Assert.Equal("disk", device.GetProperty("boot_device").GetString());
        Assert.True(device.GetProperty("persistent").GetBoolean());
        var supported = (await _cli.RunAsync("node", "boot", "device", "show", node, "--supported")).AssertSuccess();
        Assert.Contains("disk, pxe", supported.Output, StringComparison.Ordinal);
        (await _cli.RunAsync("node", "boot", "device", "set", node, "cdrom")).AssertFailure("Invalid boot device cdrom", "HTTP 400");
    }

    [Fact]
    public async Task The_firmware_is_told_how_to_boot()
    {
        var node = await _stack.CreateNodeAsync();

        (await _cli.RunAsync("node", "boot", "mode", "set", node, "uefi")).AssertSuccess();
        await _stack.WaitUntilUnlockedAsync(node);
        (await _cli.RunAsync("node", "secure", "boot", "on", node)).AssertSuccess();
        await _stack.WaitUntilUnlockedAsync(node);

        var shown = await _cli.JsonAsync("node", "show", node, "--fields", "boot_mode", "secure_boot");
        Assert.Equal(("uefi", true), (shown.GetProperty("boot_mode").GetString(), shown.GetProperty("secure_boot").GetBoolean()));
    }

    [Fact]
    public async Task An_interrupt_is_injected_where_that_is_possible()
    {
        (await _cli.RunAsync("node", "inject", "nmi", await _stack.CreateNodeAsync())).AssertSuccess();
        (await _cli.RunAsync("node", "inject", "nmi", await _stack.CreateNodeAsync("example"))).AssertFailure("nmi", "HTTP 400");
    }

    [Fact]
    public async Task The_console_is_switched_and_shown()
    {
        var node = await _stack.CreateNodeAsync();

        (await _cli.RunAsync("node", "console", "enable", node)).AssertSuccess();
        await _stack.WaitForNodeAsync(node, found => found.GetProperty("console_enabled").GetBoolean(), "the console is on");

        Assert.True((await _cli.JsonAsync("node", "console", "show", node)).GetProperty("console_enabled").GetBoolean());
        await _stack.WaitUntilUnlockedAsync(node);
        (await _cli.RunAsync("node", "console", "disable", node)).AssertSuccess();
        await _stack.WaitForNodeAsync(node, found => !found.GetProperty("console_enabled").GetBoolean(), "the console is off");
    }

    [Fact]
    public async Task A_raid_configuration_is_set_and_unset()
    {
        var node = await _stack.CreateNodeAsync();

        (await _cli.RunAsync("node", "set", node, "--target-raid-config", """{"logical_disks": [{"size_gb": 100, "raid_level": "1"}]}""")).AssertSuccess();
        var disks = (await _cli.JsonAsync("node", "show", node)).GetProperty("target_raid_config").GetProperty("logical_disks");
        Assert.Equal("1", disks[0].GetProperty("raid_level").GetString());

        (await _cli.RunAsync("node", "unset", node, "--target-raid-config")).AssertSuccess();
        Assert.Equal("{}", (await _cli.JsonAsync("node", "show", node)).GetProperty("target_raid_config").GetRawText());
    }

    [Fact]
    public async Task Maintenance_is_set_with_a_reason_and_unset()
    {
        var node = await _stack.CreateNodeAsync();

        (await _cli.RunAsync("node", "maintenance", "set", node, "--reason", "new fan")).AssertSuccess();
        var shown = await _cli.JsonAsync("node", "show", node);
        Assert.True(shown.GetProperty("maintenance").GetBoolean());
        Assert.Equal("new fan", shown.GetProperty("maintenance_reason").GetString());

        (await _cli.RunAsync("node", "maintenance", "unset", node)).AssertSuccess();
        shown = await _cli.JsonAsync("node", "show", node);
        Assert.False(shown.GetProperty("maintenance").GetBoolean());
        Assert.Equal(JsonValueKind.Null, shown.GetProperty("maintenance_reason").ValueKind);
    }

    [Fact]
    public async Task A_node_becomes_manageable_available_and_manageable_again()
    {
        var node = await _stack.CreateNodeAsync();
        (await _cli.RunAsync("node", "provide", node)).AssertFailure("enroll", "HTTP 400");

        foreach (var (verb, state) in new[] { ("manage", "manageable"), ("provide", "available"), ("manage", "manageable") })
        {
            // The client polls the node until it has the state, and fails at once when it cannot get there any more.
            (await _cli.RunAsync("node", verb, node, "--wait", "120")).AssertSuccess();
            var shown = await _cli.JsonAsync("node", "show", node);
            Assert.Equal(state, shown.GetProperty("provision_state").GetString());
            Assert.Equal(JsonValueKind.Null, shown.GetProperty("target_provision_state").ValueKind);
            Assert.Equal(JsonValueKind.Null, shown.GetProperty("last_error").ValueKind);
        }
    }

    [Fact]
    public async Task A_node_whose_power_cannot_be_read_stays_enrolled_and_the_client_says_why()
    {
        var node = await _stack.CreateNodeAsync(driverInfo: new { fake_fail = new Dictionary<string, string> { ["power.get_power_state"] = "BMC_UNREACHABLE" } });

        (await _cli.RunAsync("node", "manage", node, "--wait", "120")).AssertFailure();
        var shown = await _cli.JsonAsync("node", "show", node);
        Assert.Equal("enroll", shown.GetProperty("provision_state").GetString());
        Assert.NotEqual(JsonValueKind.Null, shown.GetProperty("last_error").ValueKind);
    }

    [Fact]
    public async Task Vendor_methods_of_a_node_are_listed()
    {
        var node = await _stack.CreateNodeAsync("example");

        var methods = (await _cli.JsonAsync("node", "passthru", "list", node)).EnumerateArray().ToDictionary(row => row.GetProperty("Name").GetString()!);

        Assert.Equal(["send_raw", "sent_raw"], methods.Keys.Order());
        Assert.True(methods["send_raw"].GetProperty("Async").GetBoolean());
        Assert.Equal("POST", methods["send_raw"].GetProperty("Supported HTTP methods").GetString());
    }

    [Fact]
    public async Task Vendor_methods_of_a_node_are_called()
    {
        var node = await _stack.CreateNodeAsync("example");

        var asynchronous = (await _cli.RunAsync("node", "passthru", "call", node, "send_raw", "--arg", "raw_bytes=0x01 0x02")).AssertSuccess();
        await _stack.WaitUntilUnlockedAsync(node);
        var synchronous = (await _cli.RunAsync("node", "passthru", "call", node, "sent_raw", "--http-method", "GET")).AssertSuccess();

        Assert.Empty(asynchronous.Output);
        Assert.Equal("{'sent': ['0102']}", synchronous.Output.Trim());
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    public async Task Arguments_reach_a_method_by_every_verb_that_carries_them(string verb)
    {
        var node = await _stack.CreateNodeAsync();

        var result = (await _cli.RunAsync("node", "passthru", "call", node, "fake_echo", "--arg", "bar=kazoo", "--http-method", verb)).AssertSuccess();

        Assert.Contains($"'http_method': '{verb}'", result.Output, StringComparison.Ordinal);
        Assert.Contains("'bar': 'kazoo'", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_calls_are_explained()
    {
        var node = await _stack.CreateNodeAsync();

        (await _cli.RunAsync("node", "passthru", "call", node, "third_method_sync")).AssertFailure("bar", "HTTP 400");
        (await _cli.RunAsync("node", "passthru", "call", node, "no_such_method")).AssertFailure("no_such_method", "HTTP 400");
        (await _cli.RunAsync("node", "passthru", "call", node, "third_method_sync", "--http-method", "DELETE")).AssertFailure("DELETE", "HTTP 400");
        // The result is true, of which version 5.0 of the client cannot make a dictionary; false is as good as nothing to it.
        Assert.Contains("'bool'", (await _cli.RunAsync("node", "passthru", "call", node, "third_method_sync", "--arg", "bar=meow")).AssertFailure().Error, StringComparison.Ordinal);
        (await _cli.RunAsync("node", "passthru", "call", node, "third_method_sync", "--arg", "bar=woof")).AssertSuccess();
    }

    private int PowerActions(string node) => _stack.Calls.Of(node).Count(call => call is { Event: "end", Operation: "power.set_power_state", Outcome: "ok" });

    // The command only asks; the action goes on after its end.
    private async Task SwitchAsync(string node, string state, params string[] command)
    {
        (await _cli.RunAsync(command)).AssertSuccess();
        await _stack.WaitForNodeAsync(
            node,
            found => found.GetProperty("power_state").GetString() == state && found.GetProperty("target_power_state").ValueKind == JsonValueKind.Null,
            $"{node} is in {state}");
        await _stack.WaitUntilUnlockedAsync(node);
        Assert.Equal(state, (await _cli.JsonAsync("node", "show", node, "--fields", "power_state")).GetProperty("power_state").GetString());
    }
}
