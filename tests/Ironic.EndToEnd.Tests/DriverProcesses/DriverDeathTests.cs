using System.Text.Json;
using Ironic.Testing;

namespace Ironic.EndToEnd.Tests.DriverProcesses;

/// <summary>A driver process is killed in the middle of its work: callers are told, locks are released, and it comes back by itself.</summary>
public sealed class DriverDeathTests : IAsyncLifetime
{
    private readonly string _gate = Guid.NewGuid().ToString();
    private TestStack _stack = null!;
    private VendorCaller _vendor = null!;

    public async Task InitializeAsync()
    {
        _stack = await TestStack.StartAsync(options => options with { Profile = options.Profile.With("conductor", "Drivers:LeaseDuration", "00:00:03") });
        _vendor = new VendorCaller(_stack);
    }

    public async Task DisposeAsync() => await _stack.DisposeAsync();

    [Theory]
    [InlineData(Form.Path)]
    [InlineData(Form.Grpc)]
    public async Task In_the_middle_of_a_synchronous_call(Form form)
    {
        var node = await _stack.CreateNodeAsync();
        var call = _vendor.CallNodeAsync(form, node, "fake_wait", Gate());
        await _stack.Calls.WaitForStartAsync(node, "vendor.fake_wait");

        await _stack.FakeDriver.KillAsync();

        var answer = await call.WaitAsync(TestStack.Limit);
        Assert.Equal("The driver fake left in the middle of the call; what it did until then is unknown.", answer.AssertStatus(500));
        Assert.True(answer.Reason is null or "VENDOR_PASSTHRU_FAILURE");
        Assert.Equal(JsonValueKind.Null, (await _stack.GetNodeAsync(node)).GetProperty("reservation").ValueKind);
        await AssertComesBackAsync(node);
    }

    [Fact]
    public async Task In_the_middle_of_a_synchronous_call_of_a_driver_method()
    {
        var call = _vendor.CallDriverAsync(Form.Path, "fake-hardware", "fake_driver_wait", Gate());
        await _stack.Calls.WaitForAsync(entry => entry is { Event: "start", Operation: "vendor.fake_driver_wait" }, "the method has begun");

        await _stack.FakeDriver.KillAsync();

        Assert.Contains("left in the middle of the call", (await call.WaitAsync(TestStack.Limit)).AssertStatus(500), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fake_wait_async")]
    [InlineData("fake_wait_async_shared")]
    public async Task In_the_middle_of_an_asynchronous_call(string method)
    {
        var node = await _stack.CreateNodeAsync();
        (await _vendor.CallNodeAsync(Form.Path, node, method, Gate())).AssertStatus(202);
        await _stack.Calls.WaitForStartAsync(node, "vendor." + method);

        await _stack.FakeDriver.KillAsync();

        await _stack.WaitForNodeAsync(node, found => found.GetProperty("last_error").ValueKind == JsonValueKind.String, "the failure is stored");
        await _stack.WaitUntilUnlockedAsync(node);
        Assert.Equal(
            $"Async execution of {method} failed with error: The driver fake left in the middle of the call; what it did until then is unknown.",
            (await _stack.GetNodeAsync(node)).GetProperty("last_error").GetString());
        await AssertComesBackAsync(node);
    }

    [Fact]
    public async Task In_the_middle_of_a_power_action()
    {
        var node = await _stack.CreateNodeAsync(driverInfo: new { fake_delay = new Dictionary<string, object> { ["power.set_power_state"] = 3600 } });
        (await _stack.Rest.PutAsync($"/v1/nodes/{node}/states/power", new { target = "power on" })).AssertStatus(202);
        await _stack.Calls.WaitForStartAsync(node, "power.set_power_state");

        await _stack.FakeDriver.KillAsync();

        await _stack.WaitForNodeAsync(node, found => found.GetProperty("last_error").ValueKind == JsonValueKind.String, "the failure is stored");
        await _stack.WaitUntilUnlockedAsync(node);
        var found = await _stack.GetNodeAsync(node);
        Assert.Contains("left in the middle of the call", found.GetProperty("last_error").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, found.GetProperty("target_power_state").ValueKind);
        await AssertComesBackAsync(node);
    }

    [Fact]
    public async Task It_is_missed_at_once_and_forgotten_when_its_lease_is_over()
    {
        var node = await _stack.CreateNodeAsync();
        await _stack.FakeDriver.KillAsync();

        // While the lease lasts it counts as away for a moment: nothing was sent, so the caller may try again.
        foreach (var form in Enum.GetValues<Form>())
        {
            var answer = await _vendor.CallNodeAsync(form, node, "fake_echo");
            Assert.True(answer.Status is 503 or 404, $"{answer.Status}: {answer.Error}");
        }

        await Eventually.ThatAsync(async () => !(await DriversAsync()).Contains("fake-hardware"), TestStack.Limit, "its hardware types are no drivers any more");
        Assert.DoesNotContain("manual-management", await DriversAsync());
        foreach (var form in Enum.GetValues<Form>())
        {
            Assert.Contains("No valid host was found", (await _vendor.CallNodeAsync(form, node, "fake_echo")).AssertStatus(404), StringComparison.Ordinal);
            (await _vendor.CallDriverAsync(form, "fake-hardware", "fake_driver_echo")).AssertStatus(404);
        }

        (await _stack.Rest.GetAsync($"/v1/nodes/{node}/vendor_passthru/methods")).AssertError(404);
        (await _stack.Rest.GetAsync("/v1/drivers/fake-hardware")).AssertError(404);
        // The other driver and the node itself are still there.
        Assert.Contains("example", await DriversAsync());
        Assert.Equal("fake-hardware", (await _stack.GetNodeAsync(node)).GetProperty("driver").GetString());

        await AssertComesBackAsync(node);
    }

    private string Gate() => $$"""{"gate": "{{_gate}}"}""";

    /// <summary>Nothing else is started or told.</summary>
    private async Task AssertComesBackAsync(string node)
    {
        await _stack.FakeDriver.StartAsync();
        await Eventually.SucceedsAsync(
            async () => (await _vendor.CallNodeAsync(Form.Path, node, "fake_echo")).AssertStatus(200), TestStack.Limit, "the restarted driver is called again");
        Assert.Contains("fake-hardware", await DriversAsync());
    }

    private async Task<IReadOnlyList<string>> DriversAsync() =>
        [.. (await _stack.Rest.GetAsync("/v1/drivers")).AssertStatus(200).Json.GetProperty("drivers").EnumerateArray().Select(driver => driver.GetProperty("name").GetString()!)];
}
