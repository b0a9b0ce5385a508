using System.Text.Json;
using Ironic.Testing;

namespace Ironic.EndToEnd.Tests.DriverProcesses;

/// <summary>A driver process hangs: its connections stay, but nothing of it moves.</summary>
public sealed class DriverPauseTests : IAsyncLifetime
{
    private readonly string _gate = Guid.NewGuid().ToString();
    private TestStack _stack = null!;
    private VendorCaller _vendor = null!;

    public async Task InitializeAsync()
    {
        _stack = await TestStack.StartAsync(options => options with
        {
            Profile = options.Profile
                .With("conductor", "Drivers:LeaseDuration", "00:00:03")
                .With("conductor", "Drivers:VendorTimeout", "00:00:05")
                .With("conductor", "Drivers:CallTimeout", "00:00:05"),
        });
        _vendor = new VendorCaller(_stack);
    }

    public async Task DisposeAsync() => await _stack.DisposeAsync();

    [Fact]
    public async Task Callers_are_told_when_the_time_is_over_and_others_are_not_held_up()
    {
        var (node, asynchronous, example) = (await _stack.CreateNodeAsync(), await _stack.CreateNodeAsync(), await _stack.CreateNodeAsync("example"));
        (await _vendor.CallNodeAsync(Form.Path, asynchronous, "fake_wait_async", Gate())).AssertStatus(202);
        await _stack.Calls.WaitForStartAsync(asynchronous, "vendor.fake_wait_async");
        _stack.FakeDriver.Pause();

        var hanging = _vendor.CallNodeAsync(Form.Path, node, "fake_echo");
        (await _vendor.CallNodeAsync(Form.Path, example, "sent_raw", verb: "GET")).AssertStatus(200);

        Assert.Contains("did not answer in time", (await hanging.WaitAsync(TestStack.Limit)).AssertStatus(500), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, (await _stack.GetNodeAsync(node)).GetProperty("reservation").ValueKind);
        await _stack.WaitForNodeAsync(asynchronous, found => found.GetProperty("last_error").ValueKind == JsonValueKind.String, "the failure is stored");
        Assert.Contains("did not answer in time", (await _stack.GetNodeAsync(asynchronous)).GetProperty("last_error").GetString(), StringComparison.Ordinal);
        await _stack.WaitUntilUnlockedAsync(asynchronous);

        // It does not renew its lease, and so it goes; it registers again by itself when it moves again.
        await Eventually.ThatAsync(async () => !await IsKnownAsync(), TestStack.Limit, "its lease is over");
        _stack.FakeDriver.Resume();
        await Eventually.ThatAsync(IsKnownAsync, TestStack.Limit, "it has registered again");
        (await _vendor.CallNodeAsync(Form.Path, node, "fake_echo")).AssertStatus(200);
    }

    [Fact]
    public async Task A_short_pause_is_survived()
    {
        var node = await _stack.CreateNodeAsync();
        _stack.FakeDriver.Pause();
        var call = _vendor.CallNodeAsync(Form.Path, node, "fake_echo");
        await _stack.WaitForNodeAsync(node, found => found.GetProperty("reservation").ValueKind == JsonValueKind.String, "the call has the lock");

        _stack.FakeDriver.Resume();

        (await call).AssertStatus(200);
    }

    private string Gate() => $$"""{"gate": "{{_gate}}"}""";

    private async Task<bool> IsKnownAsync() => (await _stack.Rest.GetAsync("/v1/drivers/fake-hardware")).Status == 200;
}
