using System.Text.Json;
using Ironic.Testing;

namespace Ironic.EndToEnd.Tests.DriverProcesses;

/// <summary>A node of type <c>fake-hardware</c> some of whose interfaces are those of another driver, which dies and comes back.</summary>
public sealed class OtherProcessTests : IAsyncLifetime
{
    private TestStack _stack = null!;
    private VendorCaller _vendor = null!;

    public async Task InitializeAsync()
    {
        _stack = await TestStack.StartAsync(options => options with { Profile = options.Profile.With("conductor", "Drivers:LeaseDuration", "00:00:03") });
        _vendor = new VendorCaller(_stack);
    }

    public async Task DisposeAsync() => await _stack.DisposeAsync();

    [Fact]
    public async Task Each_interface_is_called_where_it_is_served()
    {
        var node = await CreateAsync();
        await _stack.ProvisionAsync(node, "manage", "manageable");
        await PowerOnAsync(node);
        (await _stack.Rest.PutAsync($"/v1/nodes/{node}/management/boot_device", new { boot_device = "pxe" })).AssertStatus(204);

        var methods = (await _stack.Rest.GetAsync($"/v1/nodes/{node}/vendor_passthru/methods")).AssertStatus(200).Json;
        Assert.Equal(["send_raw", "sent_raw"], methods.EnumerateObject().Select(method => method.Name).Order(StringComparer.Ordinal));
        foreach (var form in Enum.GetValues<Form>())
        {
            (await _vendor.CallNodeAsync(form, node, "send_raw", """{"raw_bytes": "0x01 0x02"}""")).AssertStatus(202);
            await _stack.WaitUntilUnlockedAsync(node);
            Assert.Contains("0102", (await _vendor.CallNodeAsync(form, node, "sent_raw", verb: "GET")).AssertStatus(200), StringComparison.Ordinal);
            Assert.Equal("No handler for method fake_echo", (await _vendor.CallNodeAsync(form, node, "fake_echo")).AssertStatus(400));
        }

        // Of the other interfaces the fake driver has had its calls, of these none.
        var begun = _stack.Calls.Of(node).Where(entry => entry.Event == "start").Select(entry => entry.Operation).ToList();
        Assert.Contains(begun, operation => operation.StartsWith("management.", StringComparison.Ordinal));
        Assert.DoesNotContain(begun, operation => operation.StartsWith("power.", StringComparison.Ordinal) || operation.StartsWith("vendor.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_type_is_said_to_have_its_own_interfaces_and_other_types_take_no_others()
    {
        var type = (await _stack.Rest.GetAsync("/v1/drivers/fake-hardware")).AssertStatus(200).Json;
        Assert.Equal(("fake", "fake"), (type.GetProperty("default_power_interface").GetString(), type.GetProperty("default_vendor_interface").GetString()));
        Assert.Equal(["fake"], type.GetProperty("enabled_power_interfaces").EnumerateArray().Select(name => name.GetString()));
        Assert.DoesNotContain("example", (await _stack.Rest.GetAsync("/v1/drivers/fake-hardware/properties")).Body, StringComparison.Ordinal);

        (await _stack.Rest.PostAsync("/v1/nodes", new { driver = "fake-hardware", power_interface = "nosuch" })).AssertError(400);
        (await _stack.Rest.PostAsync("/v1/nodes", new { driver = "example", power_interface = "fake" })).AssertError(400);
        (await _stack.Rest.PostAsync("/v1/nodes", new { driver = "manual-management", power_interface = "example" })).AssertError(400);
        // Its own type has defaults that the other one has not.
        var node = await _stack.CreateNodeAsync("manual-management");
        Assert.Equal("agent", (await _stack.GetNodeAsync(node)).GetProperty("power_interface").GetString());
        Assert.Contains("fast-track", (await _stack.Rest.PutAsync($"/v1/nodes/{node}/states/power", new { target = "power off" })).AssertError(400), StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_its_process_is_gone_an_interface_is_unavailable_and_the_others_work()
    {
        var node = await CreateAsync();
        await _stack.ProvisionAsync(node, "manage", "manageable");
        var example = _stack.Processes.Drivers.Single(driver => driver.Name == "driver-example");
        await example.KillAsync();
        await Eventually.ThatAsync(
            async () => !(await _stack.Rest.GetAsync("/v1/drivers")).Body.Contains("\"example\"", StringComparison.Ordinal), TestStack.Limit, "its lease is over");

        var refused = (await _stack.Rest.PutAsync($"/v1/nodes/{node}/states/power", new { target = "power on" })).AssertError(503);
        Assert.Contains($"No live driver serves the power interface example of node {node}", refused, StringComparison.Ordinal);
        foreach (var form in Enum.GetValues<Form>())
        {
            var answer = await _vendor.CallNodeAsync(form, node, "sent_raw", verb: "GET");
            Assert.Contains("No live driver serves the vendor interface example", answer.AssertStatus(503), StringComparison.Ordinal);
            Assert.True(answer.Reason is null or "DRIVER_UNAVAILABLE", answer.Reason);
        }

        (await _stack.Rest.GetAsync($"/v1/nodes/{node}/vendor_passthru/methods")).AssertError(503);
        var validation = (await _stack.Rest.GetAsync($"/v1/nodes/{node}/validate")).AssertStatus(200).Json;
        Assert.False(validation.GetProperty("power").GetProperty("result").GetBoolean());
        Assert.Contains("No live driver serves", validation.GetProperty("power").GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.True(validation.GetProperty("management").GetProperty("result").GetBoolean());
        (await _stack.Rest.GetAsync($"/v1/nodes/{node}/management/boot_device")).AssertStatus(200);
        (await _stack.Rest.PatchAsync($"/v1/nodes/{node}", new[] { new { op = "add", path = "/extra/a", value = 1 } })).AssertStatus(200);
        (await _stack.Rest.PatchAsync($"/v1/nodes/{node}", new[] { new { op = "replace", path = "/bios_interface", value = "no-bios" } })).AssertStatus(200);
        Assert.Equal(JsonValueKind.Null, (await _stack.GetNodeAsync(node)).GetProperty("reservation").ValueKind);

        await example.StartAsync();
        await Eventually.SucceedsAsync(
            async () => (await _stack.Rest.PutAsync($"/v1/nodes/{node}/states/power", new { target = "power on" })).AssertStatus(202), TestStack.Limit, "the restarted driver is called again");
        await _stack.WaitForNodeAsync(node, found => found.GetProperty("power_state").ValueEquals("power on"), "it is on");
    }

    private Task<string> CreateAsync() => _stack.CreateNodeAsync(more: new() { ["power_interface"] = "example", ["vendor_interface"] = "example" });

    private async Task PowerOnAsync(string node)
    {
        (await _stack.Rest.PutAsync($"/v1/nodes/{node}/states/power", new { target = "power on" })).AssertStatus(202);
        await _stack.WaitForNodeAsync(node, found => found.GetProperty("power_state").ValueEquals("power on") && found.GetProperty("reservation").ValueKind == JsonValueKind.Null, "it is on");
    }
}
