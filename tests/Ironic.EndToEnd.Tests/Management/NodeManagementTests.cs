using System.Text.Json;

namespace Ironic.EndToEnd.Tests.Management;

/// <summary>Boot mode, secure boot, interrupts, indicators, consoles and RAID configurations, from a REST caller to a driver process.</summary>
public sealed class NodeManagementTests(SharedStack shared) : IClassFixture<SharedStack>
{
    private readonly TestStack _stack = shared.Stack;

    [Theory]
    [InlineData("boot_mode", "uefi", "management.set_boot_mode")]
    [InlineData("boot_mode", "bios", "management.set_boot_mode")]
    [InlineData("secure_boot", true, "management.set_secure_boot_state")]
    [InlineData("secure_boot", false, "management.set_secure_boot_state")]
    public async Task What_the_firmware_is_told_is_stored_when_it_is_done(string what, object target, string operation)
    {
        var node = await _stack.CreateNodeAsync();

        var answer = (await _stack.Rest.PutAsync($"/v1/nodes/{node}/states/{what}", new { target })).AssertStatus(202);

        Assert.EndsWith($"/v1/nodes/{node}/states", answer.Header("Location"), StringComparison.Ordinal);
        await _stack.WaitUntilUnlockedAsync(node);
        var call = await _stack.Calls.WaitForEndAsync(node, operation);
        Assert.Equal("ok", call.Outcome);
        Assert.True(call.Epoch > 0);
        Assert.Equal(JsonSerializer.Serialize(target), (await _stack.GetNodeAsync(node)).GetProperty(what).GetRawText());
    }

    [Theory]
    [InlineData("boot_mode", "uefi", "management.set_boot_mode")]
    [InlineData("secure_boot", true, "management.set_secure_boot_state")]
    public async Task What_fails_is_told_in_last_error_and_changes_nothing(string what, object target, string operation)
    {
        var node = await _stack.CreateNodeAsync(driverInfo: Failing(operation));

        (await _stack.Rest.PutAsync($"/v1/nodes/{node}/states/{what}", new { target })).AssertStatus(202);

        await _stack.WaitForNodeAsync(node, found => found.GetProperty("last_error").ValueKind == JsonValueKind.String, "the failure is stored");
        var shown = await _stack.GetNodeAsync(node);
        Assert.Contains(operation, shown.GetProperty("last_error").GetString(), StringComparison.Ordinal);
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null), (shown.GetProperty(what).ValueKind, shown.GetProperty("reservation").ValueKind));
    }

    [Fact]
    public async Task What_the_driver_does_not_offer_is_told_in_last_error()
    {
        var node = await _stack.CreateNodeAsync("example");

        (await _stack.Rest.PutAsync($"/v1/nodes/{node}/states/boot_mode", new { target = "uefi" })).AssertStatus(202);

        await _stack.WaitForNodeAsync(node, found => found.GetProperty("last_error").ValueKind == JsonValueKind.String, "the failure is stored");
        Assert.Contains("set_boot_mode", (await _stack.GetNodeAsync(node)).GetProperty("last_error").GetString(), StringComparison.Ordinal);
        (await _stack.Rest.PutAsync($"/v1/nodes/{node}/management/inject_nmi", new { })).AssertError(400);
        (await _stack.Rest.GetAsync($"/v1/nodes/{node}/management/indicators")).AssertError(400);
        (await _stack.Rest.PutAsync($"/v1/nodes/{node}/states/console", new { enabled = true })).AssertError(400);
    }

    [Fact]
    public async Task An_interrupt_reaches_the_machine()
    {
        var node = await _stack.CreateNodeAsync();

        (await _stack.Rest.PutAsync($"/v1/nodes/{node}/management/inject_nmi", new { })).AssertStatus(204);

        Assert.Single(_stack.Calls.Of(node), call => call is { Event: "end", Operation: "management.inject_nmi", Outcome: "ok" });
    }

    [Fact]
    public async Task Indicators_are_listed_with_links_read_and_set()
    {
        var node = await _stack.CreateNodeAsync();
        var path = $"/v1/nodes/{node}/management/indicators";

        var listed = (await _stack.Rest.GetAsync(path)).AssertStatus(200).Json.GetProperty("indicators").EnumerateArray().ToDictionary(each => each.GetProperty("name").GetString()!);
        (await _stack.Rest.PutAsync($"{path}/led@system", new { state = "blinking" })).AssertStatus(204);

        Assert.Equal(["led-0@chassis", "led@system"], listed.Keys.Order(StringComparer.Ordinal));
        Assert.EndsWith($"{path}/led@system", listed["led@system"].GetProperty("links")[0].GetProperty("href").GetString(), StringComparison.Ordinal);
        Assert.Equal("blinking", (await _stack.Rest.GetAsync($"{path}/led@system")).AssertStatus(200).Json.GetProperty("state").GetString());
        Assert.Equal("on", (await _stack.Rest.GetAsync($"{path}/led-0@chassis")).AssertStatus(200).Json.GetProperty("state").GetString());
        (await _stack.Rest.PutAsync($"{path}/led-0@chassis", new { state = "off" })).AssertError(400);
        (await _stack.Rest.PutAsync($"{path}/led@system", new { state = "unknown" })).AssertError(400);
        (await _stack.Rest.GetAsync($"{path}/led")).AssertError(400);
    }

    [Fact]
    public async Task A_console_is_switched_on_and_off()
    {
        var node = await _stack.CreateNodeAsync();
        var path = $"/v1/nodes/{node}/states/console";
        Assert.Equal("""{"console_enabled":false,"console_info":null}""", (await _stack.Rest.GetAsync(path)).Body);

        await SwitchConsoleAsync(node, on: true);
        Assert.Equal("""{"console_enabled":true,"console_info":{}}""", (await _stack.Rest.GetAsync(path)).Body);
        // It is on already: nothing is done.
        (await _stack.Rest.PutAsync(path, new { enabled = true })).AssertStatus(202);
        await SwitchConsoleAsync(node, on: false);

        Assert.Equal(
            ["console.start_console", "console.stop_console"],
            _stack.Calls.Of(node).Where(call => call.Event == "end" && call.Operation.StartsWith("console.", StringComparison.Ordinal) && call.Epoch > 0).Select(call => call.Operation));
    }

    [Fact]
    public async Task A_raid_configuration_is_checked_stored_and_taken_away()
    {
        var node = await _stack.CreateNodeAsync();
        var path = $"/v1/nodes/{node}/states/raid";

        (await _stack.Rest.PutAsync(path, new { logical_disks = new[] { new { size_gb = 100, raid_level = "1" } } })).AssertStatus(204);
        var stored = (await _stack.GetNodeAsync(node)).GetProperty("target_raid_config").GetProperty("logical_disks")[0];
        Assert.Equal((100, "1"), (stored.GetProperty("size_gb").GetInt32(), stored.GetProperty("raid_level").GetString()));
        Assert.Contains("raid_level", (await _stack.Rest.PutAsync(path, new { logical_disks = new[] { new { size_gb = 100 } } })).AssertError(400), StringComparison.Ordinal);

        (await _stack.Rest.PatchAsync($"/v1/nodes/{node}", new[] { new { op = "add", path = "/raid_interface", value = "no-raid" } })).AssertStatus(200);
        (await _stack.Rest.PutAsync(path, new { logical_disks = new[] { new { size_gb = 100, raid_level = "1" } } })).AssertError(404);
        (await _stack.Rest.PutAsync(path, new { })).AssertStatus(204);
        Assert.Equal("{}", (await _stack.GetNodeAsync(node)).GetProperty("target_raid_config").GetRawText());
    }

    private static Dictionary<string, object> Failing(string operation) => new() { ["fake_fail"] = new Dictionary<string, string> { [operation] = "BMC_UNREACHABLE" } };

    private async Task SwitchConsoleAsync(string node, bool on)
    {
        var answer = (await _stack.Rest.PutAsync($"/v1/nodes/{node}/states/console", new { enabled = on })).AssertStatus(202);
        Assert.EndsWith($"/v1/nodes/{node}/states/console", answer.Header("Location"), StringComparison.Ordinal);
        await _stack.WaitForNodeAsync(
            node, found => found.GetProperty("console_enabled").GetBoolean() == on && found.GetProperty("reservation").ValueKind == JsonValueKind.Null, $"the console of {node} is switched");
    }
}
