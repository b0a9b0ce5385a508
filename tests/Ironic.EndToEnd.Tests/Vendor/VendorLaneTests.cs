using System.Diagnostics;
using System.Text.Json;
using Ironic.Testing;

namespace Ironic.EndToEnd.Tests.Vendor;

/// <summary>A driver whose vendor methods are slow holds up nobody but its own callers, and those are told at once.</summary>
public sealed class VendorLaneTests : IAsyncLifetime
{
    // A refusal takes some milliseconds; waiting for a place would take as long as the gate is closed.
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(15);

    private readonly string _gate = Guid.NewGuid().ToString();
    private TestStack _stack = null!;
    private VendorCaller _vendor = null!;

    public async Task InitializeAsync()
    {
        _stack = await TestStack.StartAsync(options => options with
        {
            Profile = options.Profile
                .With("conductor", "Lanes:VendorConcurrency", "1")
                .With("conductor", "Lanes:VendorQueue", "1")
                .With("conductor", "Lanes:VendorSyncConcurrency", "2"),
        });
        _vendor = new VendorCaller(_stack);
    }

    public async Task DisposeAsync() => await _stack.DisposeAsync();

    [Fact]
    public async Task A_full_lane_is_refused_at_once_and_leaves_no_lock()
    {
        var (running, waiting, refused) = (await _stack.CreateNodeAsync(), await _stack.CreateNodeAsync(), await _stack.CreateNodeAsync());
        var example = await _stack.CreateNodeAsync("example");
        // A lane is that of the process that is called, whatever the node's hardware type.
        var foreign = await _stack.CreateNodeAsync(more: new() { ["vendor_interface"] = "example" });
        (await CallAsync(Form.Path, running)).AssertStatus(202);
        await _stack.Calls.WaitForStartAsync(running, "vendor.fake_wait_async");
        (await CallAsync(Form.Path, waiting)).AssertStatus(202);

        foreach (var form in Enum.GetValues<Form>())
        {
            var clock = Stopwatch.StartNew();
            AssertRefused(await CallAsync(form, refused));
            AssertRefused(await _vendor.CallDriverAsync(form, "fake-hardware", "fake_driver_sleep_async", """{"seconds": 0}"""));
            Assert.InRange(clock.Elapsed, TimeSpan.Zero, AtOnce);
        }

        Assert.Equal(JsonValueKind.Null, (await _stack.GetNodeAsync(refused)).GetProperty("reservation").ValueKind);
        Assert.Empty(_stack.Calls.Of(refused));
        // The one that waits has its lock already.
        Assert.Equal("conductor-1", (await _stack.GetNodeAsync(waiting)).GetProperty("reservation").GetString());

        // Synchronous methods, other work on the node, and other drivers go on.
        (await _vendor.CallNodeAsync(Form.Path, refused, "fake_echo")).AssertStatus(200);
        (await _stack.Rest.PutAsync($"/v1/nodes/{refused}/states/power", new { target = "power on" })).AssertStatus(202);
        foreach (var other in (string[])[example, foreign])
        {
            (await _vendor.CallNodeAsync(Form.Path, other, "send_raw", """{"raw_bytes": "01"}""")).AssertStatus(202);
            await _stack.WaitUntilUnlockedAsync(other);
            Assert.Equal("""{"sent":["01"]}""", (await _vendor.CallNodeAsync(Form.Path, other, "sent_raw", verb: "GET")).AssertStatus(200));
        }

        await _vendor.OpenGateAsync(_gate);
        await _stack.Calls.WaitForEndAsync(waiting, "vendor.fake_wait_async");
        // The place is free a moment after the method has ended.
        await Eventually.SucceedsAsync(async () => (await CallAsync(Form.Path, refused)).AssertStatus(202), TestStack.Limit, "there is room again");
        await _stack.Calls.WaitForEndAsync(refused, "vendor.fake_wait_async");
    }

    [Fact]
    public async Task So_many_synchronous_methods_run_and_their_places_become_free()
    {
        var nodes = new[] { await _stack.CreateNodeAsync(), await _stack.CreateNodeAsync() };
        var example = await _stack.CreateNodeAsync("example");
        var other = await _stack.CreateNodeAsync();
        var running = nodes.Select(node => _vendor.CallNodeAsync(Form.Path, node, "fake_wait", $$"""{"gate": "{{_gate}}"}""")).ToList();
        foreach (var node in nodes)
            await _stack.Calls.WaitForStartAsync(node, "vendor.fake_wait");

        foreach (var form in Enum.GetValues<Form>())
        {
            var clock = Stopwatch.StartNew();
            AssertRefused(await _vendor.CallNodeAsync(form, other, "fake_echo"));
            AssertRefused(await _vendor.CallDriverAsync(form, "fake-hardware", "fake_driver_echo"));
            Assert.InRange(clock.Elapsed, TimeSpan.Zero, AtOnce);
        }

        Assert.Equal(JsonValueKind.Null, (await _stack.GetNodeAsync(other)).GetProperty("reservation").ValueKind);
        (await _vendor.CallNodeAsync(Form.Path, example, "sent_raw", verb: "GET")).AssertStatus(200);

        // Asynchronous ones have places of their own: one of them opens the gate.
        (await _vendor.CallDriverAsync(Form.Path, "fake-hardware", "fake_driver_open_async", $$"""{"gate": "{{_gate}}"}""")).AssertStatus(202);
        Assert.All(await Task.WhenAll(running), answer => answer.AssertStatus(200));

        // Whether a call ends well or badly, its place is free again: more of either than there are places.
        foreach (var (method, body, status) in new[] { ("fake_echo", "{}", 200), ("fake_fail", """{"error_class": "permanent", "message": "x"}""", 500), ("fake_typed", "{}", 400) })
        {
            for (var i = 0; i < 3; i++)
                (await _vendor.CallNodeAsync(Form.Path, other, method, body)).AssertStatus(status);
        }
    }

    private static void AssertRefused(VendorAnswer answer)
    {
        answer.AssertStatus(503);
        if (answer.Reason is not null)
            Assert.Equal("NO_FREE_CONDUCTOR_WORKER", answer.Reason);
    }

    private Task<VendorAnswer> CallAsync(Form form, string node) => _vendor.CallNodeAsync(form, node, "fake_wait_async", $$"""{"gate": "{{_gate}}"}""");
}
