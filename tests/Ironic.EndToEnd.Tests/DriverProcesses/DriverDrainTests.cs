using System.Text.Json;
using Ironic.Testing;

namespace Ironic.EndToEnd.Tests.DriverProcesses;

/// <summary>A driver process is asked to stop while it works.</summary>
public sealed class DriverDrainTests : IAsyncLifetime
{
    // The drain takes six tenths of the stop time at most.
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(20);

    private TestStack _stack = null!;
    private VendorCaller _vendor = null!;

    public async Task InitializeAsync()
    {
        _stack = await TestStack.StartAsync(options => options with { StopTimeout = StopTimeout });
        _vendor = new VendorCaller(_stack);
    }

    public async Task DisposeAsync() => await _stack.DisposeAsync();

    [Fact]
    public async Task What_runs_may_end_and_what_comes_is_sent_away()
    {
        var (node, asynchronous, late) = (await _stack.CreateNodeAsync(), await _stack.CreateNodeAsync(), await _stack.CreateNodeAsync());
        var call = _vendor.CallNodeAsync(Form.Path, node, "fake_sleep", """{"seconds": 5}""");
        (await _vendor.CallNodeAsync(Form.Path, asynchronous, "fake_sleep_async", """{"seconds": 5}""")).AssertStatus(202);
        await _stack.Calls.WaitForStartAsync(node, "vendor.fake_sleep");
        await _stack.Calls.WaitForStartAsync(asynchronous, "vendor.fake_sleep_async");

        var stopped = _stack.FakeDriver.StopAsync();
        await Eventually.ThatAsync(async () => (await _stack.Rest.GetAsync("/v1/drivers/fake-hardware")).Status == 404, TestStack.Limit, "the driver has left");
        (await _vendor.CallNodeAsync(Form.Path, late, "fake_echo")).AssertStatus(404);

        (await call).AssertStatus(200);
        Assert.Equal(0, await stopped);
        await _stack.WaitUntilUnlockedAsync(asynchronous);
        Assert.Equal(JsonValueKind.Null, (await _stack.GetNodeAsync(asynchronous)).GetProperty("last_error").ValueKind);
        Assert.Equal(["ok", "ok"], _stack.Calls.Read().Where(entry => entry.Event == "end").Select(entry => entry.Outcome));
        Assert.Empty(_stack.Calls.Of(late));

        await _stack.FakeDriver.StartAsync();
        await Eventually.SucceedsAsync(async () => (await _vendor.CallNodeAsync(Form.Path, late, "fake_echo")).AssertStatus(200), TestStack.Limit, "it is back");
    }

    [Fact]
    public async Task What_does_not_end_is_stopped_and_said_to_be()
    {
        var (node, asynchronous) = (await _stack.CreateNodeAsync(), await _stack.CreateNodeAsync());
        var call = _vendor.CallNodeAsync(Form.Path, node, "fake_wait", """{"gate": "never"}""");
        (await _vendor.CallNodeAsync(Form.Path, asynchronous, "fake_wait_async", """{"gate": "never"}""")).AssertStatus(202);
        await _stack.Calls.WaitForStartAsync(node, "vendor.fake_wait");
        await _stack.Calls.WaitForStartAsync(asynchronous, "vendor.fake_wait_async");

        Assert.Equal(0, await _stack.FakeDriver.StopAsync());

        Assert.Contains("the driver shuts down", (await call).AssertStatus(500), StringComparison.Ordinal);
        await _stack.WaitForNodeAsync(asynchronous, found => found.GetProperty("last_error").ValueKind == JsonValueKind.String, "the failure is stored");
        Assert.Contains("the driver shuts down", (await _stack.GetNodeAsync(asynchronous)).GetProperty("last_error").GetString(), StringComparison.Ordinal);
        await _stack.WaitUntilUnlockedAsync(node);
        await _stack.WaitUntilUnlockedAsync(asynchronous);
        Assert.Equal(["cancelled", "cancelled"], _stack.Calls.Read().Where(entry => entry.Event == "end").Select(entry => entry.Outcome));
    }
}
