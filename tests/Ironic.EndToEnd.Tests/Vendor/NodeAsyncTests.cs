using System.Text.Json;

namespace Ironic.EndToEnd.Tests.Vendor;

/// <summary>Asynchronous vendor methods of a node: accepted at once, and what becomes of them.</summary>
public sealed class NodeAsyncTests(SharedStack shared) : IClassFixture<SharedStack>
{
    private readonly TestStack _stack = shared.Stack;
    private readonly VendorCaller _vendor = new(shared.Stack);
    private readonly string _gate = Guid.NewGuid().ToString();

    public static TheoryData<Form> Forms => VendorCaller.Forms;

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_call_is_accepted_before_it_ends(Form form)
    {
        var node = await _stack.CreateNodeAsync();

        (await _vendor.CallNodeAsync(form, node, "fake_wait_async", $$"""{"gate": "{{_gate}}"}""")).AssertStatus(202);
        await _stack.Calls.WaitForStartAsync(node, "vendor.fake_wait_async");
        Assert.DoesNotContain(_stack.Calls.Of(node), call => call.Event == "end");

        await _vendor.OpenGateAsync(_gate);
        await _stack.WaitUntilUnlockedAsync(node);
        Assert.Equal("ok", Assert.Single(_stack.Calls.Of(node), call => call.Event == "end").Outcome);
        Assert.Null(await LastErrorAsync(node));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Each_method_runs_once_after_its_validation_under_the_same_lock(Form form)
    {
        var node = await _stack.CreateNodeAsync();

        foreach (var (method, bar) in new[] { ("second_method", "kazoo"), ("log_passthrough", "x") })
        {
            (await _vendor.CallNodeAsync(form, node, method, $$"""{"bar": "{{bar}}"}""")).AssertStatus(202);
            await _stack.WaitUntilUnlockedAsync(node);
        }

        var calls = _stack.Calls.Of(node);
        Assert.Equal(
            ["validate second_method", "start second_method", "end second_method", "validate log_passthrough", "start log_passthrough", "end log_passthrough"],
            calls.Select(call => $"{call.Event} {call.Operation["vendor.".Length..]}"));
        Assert.Equal([3, 3], calls.GroupBy(call => call.Epoch).Select(epoch => epoch.Count()));
        Assert.DoesNotContain(0ul, calls.Select(call => call.Epoch));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_failure_is_found_in_the_node(Form form)
    {
        var node = await _stack.CreateNodeAsync();

        (await _vendor.CallNodeAsync(form, node, "fake_fail_async", """{"error_class": "bmc_unreachable", "message": "nobody at 192.0.2.1"}""")).AssertStatus(202);

        await WaitForErrorAsync(node);
        Assert.Equal("Async execution of fake_fail_async failed with error: nobody at 192.0.2.1", await LastErrorAsync(node));
        await _stack.WaitUntilUnlockedAsync(node);
    }

    [Fact]
    public async Task The_first_failure_stays()
    {
        var node = await _stack.CreateNodeAsync();
        await FailAsync("first");
        await WaitForErrorAsync(node);

        await FailAsync("second");
        (await _vendor.CallNodeAsync(Form.Path, node, "second_method", """{"bar": "kazoo"}""")).AssertStatus(202);
        await _stack.WaitUntilUnlockedAsync(node);

        Assert.Equal("Async execution of fake_fail_async failed with error: first", await LastErrorAsync(node));

        async Task FailAsync(string message)
        {
            (await _vendor.CallNodeAsync(Form.Path, node, "fake_fail_async", $$"""{"error_class": "permanent", "message": "{{message}}"}""")).AssertStatus(202);
            await _stack.WaitUntilUnlockedAsync(node);
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task An_argument_that_the_method_does_not_know_fails_the_call_later(Form form)
    {
        var node = await _stack.CreateNodeAsync();

        (await _vendor.CallNodeAsync(form, node, "second_method", """{"bar": "kazoo", "foo": 1}""")).AssertStatus(202);

        await WaitForErrorAsync(node);
        Assert.StartsWith("Async execution of second_method failed with error: ", await LastErrorAsync(node), StringComparison.Ordinal);
        Assert.Contains("'foo'", await LastErrorAsync(node), StringComparison.Ordinal);
        Assert.DoesNotContain(_stack.Calls.Of(node), call => call.Event == "start");
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task What_is_missing_is_said_at_once(Form form)
    {
        var node = await _stack.CreateNodeAsync();

        Assert.Equal("Parameter 'bar' not passed to method 'second_method'.", (await _vendor.CallNodeAsync(form, node, "second_method")).AssertStatus(400));

        Assert.Null(await LastErrorAsync(node));
    }

    [Fact]
    public async Task A_failure_without_an_exclusive_lock_is_found_in_the_node()
    {
        var node = await _stack.CreateNodeAsync();

        (await CallSharedAsync(node)).AssertStatus(202);
        await _vendor.OpenGateAsync(_gate);

        await WaitForErrorAsync(node);
        Assert.Equal("Async execution of fake_wait_async_shared failed with error: burnt", await LastErrorAsync(node));
        await _stack.WaitUntilUnlockedAsync(node);
    }

    [Fact]
    public async Task A_failure_beside_an_exclusive_lock_is_not_lost()
    {
        var node = await _stack.CreateNodeAsync();
        var holder = Guid.NewGuid().ToString();
        (await _vendor.CallNodeAsync(Form.Path, node, "fake_wait_async", $$"""{"gate": "{{holder}}"}""")).AssertStatus(202);
        await _stack.Calls.WaitForStartAsync(node, "vendor.fake_wait_async");

        (await CallSharedAsync(node)).AssertStatus(202);
        await _vendor.OpenGateAsync(_gate);
        await WaitForErrorAsync(node);

        // The one whose lock it is goes on undisturbed, and what it writes in the end takes nothing away.
        Assert.Equal("conductor-1", (await _stack.GetNodeAsync(node)).GetProperty("reservation").GetString());
        await _vendor.OpenGateAsync(holder);
        await _stack.WaitUntilUnlockedAsync(node);
        Assert.Equal("Async execution of fake_wait_async_shared failed with error: burnt", await LastErrorAsync(node));
    }

    private Task<VendorAnswer> CallSharedAsync(string node) =>
        _vendor.CallNodeAsync(Form.Path, node, "fake_wait_async_shared", $$"""{"gate": "{{_gate}}", "error_class": "permanent", "message": "burnt"}""");

    private Task WaitForErrorAsync(string node) =>
        _stack.WaitForNodeAsync(node, found => found.GetProperty("last_error").ValueKind != JsonValueKind.Null, $"node {node} has an error");

    private async Task<string?> LastErrorAsync(string node) => (await _stack.GetNodeAsync(node)).GetProperty("last_error").GetString();
}
