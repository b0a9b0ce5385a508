using System.Text.Json;

namespace Ironic.EndToEnd.Tests.Vendor;

/// <summary>Under which lock vendor methods run, and who waits for whom.</summary>
public sealed class NodeLockTests(SharedStack shared) : IClassFixture<SharedStack>
{
    private readonly TestStack _stack = shared.Stack;
    private readonly VendorCaller _vendor = new(shared.Stack);
    private readonly string _gate = Guid.NewGuid().ToString();

    public static TheoryData<Form> Forms => VendorCaller.Forms;

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_locked_node_is_refused_to_methods_that_want_it_alone(Form form)
    {
        var node = await HoldAsync();

        foreach (var method in new[] { "fake_echo", "second_method" })
        {
            var answer = await _vendor.CallNodeAsync(form, node, method, """{"bar": "x"}""");
            Assert.Contains($"Node {node} is locked by host", answer.AssertStatus(409), StringComparison.Ordinal);
            if (form == Form.Grpc)
                Assert.Equal("NODE_LOCKED", answer.Reason);
        }

        await _vendor.OpenGateAsync(_gate);
        await _stack.WaitUntilUnlockedAsync(node);
        Assert.Equal(["vendor.fake_wait_async"], _stack.Calls.Of(node).Select(call => call.Operation).Distinct());
        (await _vendor.CallNodeAsync(form, node, "fake_echo")).AssertStatus(200);
    }

    [Fact]
    public async Task A_node_made_anew_with_the_UUID_of_a_deleted_one_is_served()
    {
        var node = await _stack.CreateNodeAsync();
        for (var i = 0; i < 3; i++)
            (await _vendor.CallNodeAsync(Form.Path, node, "fake_echo")).AssertStatus(200);
        (await _stack.Rest.DeleteAsync($"/v1/nodes/{node}")).AssertStatus(204);
        await _stack.CreateNodeAsync(more: new Dictionary<string, object?> { ["uuid"] = node });
        (await _vendor.CallNodeAsync(Form.Path, node, "fake_echo")).AssertStatus(200);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task The_lock_comes_after_the_name_and_the_verb_and_before_the_validation(Form form)
    {
        var node = await HoldAsync();

        (await _vendor.CallNodeAsync(form, node, "nosuch")).AssertStatus(400);
        (await _vendor.CallNodeAsync(form, node, "third_method_sync", verb: "GET")).AssertStatus(400);
        // Its parameter is missing, which is a 400 once the node is free.
        (await _vendor.CallNodeAsync(form, node, "third_method_sync")).AssertStatus(409);

        await _vendor.OpenGateAsync(_gate);
        await _stack.WaitUntilUnlockedAsync(node);
        (await _vendor.CallNodeAsync(form, node, "third_method_sync")).AssertStatus(400);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_shared_lock_waits_for_nobody(Form form)
    {
        var node = await HoldAsync();

        (await _vendor.CallNodeAsync(form, node, "fake_echo_shared")).AssertStatus(200);
        (await _vendor.CallNodeAsync(form, node, "fourth_method_shared_lock", """{"bar": "woof"}""")).AssertStatus(202);
        await _stack.Calls.WaitForEndAsync(node, "vendor.fourth_method_shared_lock");

        Assert.All(
            _stack.Calls.Of(node).Where(call => call.Operation != "vendor.fake_wait_async"), call => Assert.Equal(0ul, call.Epoch));
        Assert.Equal("conductor-1", (await _stack.GetNodeAsync(node)).GetProperty("reservation").GetString());
        await _vendor.OpenGateAsync(_gate);
    }

    [Fact]
    public async Task A_call_gets_the_lock_that_is_released_while_it_waits()
    {
        var node = await HoldAsync();

        var waiting = _vendor.CallNodeAsync(Form.Path, node, "fake_echo");
        await _vendor.OpenGateAsync(_gate);

        (await waiting).AssertStatus(200);
        var calls = _stack.Calls.Of(node);
        var released = calls.Single(call => call is { Event: "end", Operation: "vendor.fake_wait_async" });
        Assert.True(calls.Single(call => call is { Event: "validate", Operation: "vendor.fake_echo" }).MonotonicNs > released.MonotonicNs);
    }

    [Theory]
    [InlineData("fake_wait_shared")]
    [InlineData("fake_wait_async_shared")]
    public async Task Methods_with_a_shared_lock_run_beside_each_other(string method)
    {
        var node = await _stack.CreateNodeAsync();
        var calls = Enumerable.Range(0, 3).Select(_ => _vendor.CallNodeAsync(Form.Path, node, method, Gate())).ToList();
        await Testing.Eventually.ThatAsync(
            () => _stack.Calls.Of(node).Count(call => call.Event == "start") == 3, TestStack.Limit, "three calls run at the same time");

        Assert.Equal(JsonValueKind.Null, (await _stack.GetNodeAsync(node)).GetProperty("reservation").ValueKind);
        // An exclusive lock does not wait for shared ones either.
        (await _vendor.CallNodeAsync(Form.Path, node, "fake_echo")).AssertStatus(200);

        await _vendor.OpenGateAsync(_gate);
        Assert.All(await Task.WhenAll(calls), answer => Assert.True(answer.Status is 200 or 202));
    }

    [Fact]
    public async Task A_synchronous_method_holds_the_lock_until_it_ends()
    {
        var node = await _stack.CreateNodeAsync();
        var call = _vendor.CallNodeAsync(Form.Path, node, "fake_wait", Gate());
        await _stack.Calls.WaitForStartAsync(node, "vendor.fake_wait");

        Assert.Equal("conductor-1", (await _stack.GetNodeAsync(node)).GetProperty("reservation").GetString());
        (await _stack.Rest.PatchAsync($"/v1/nodes/{node}", Rename())).AssertError(409);

        await _vendor.OpenGateAsync(_gate);
        Assert.Equal($"\"{_gate}\"", (await call).AssertStatus(200));
        Assert.Equal(JsonValueKind.Null, (await _stack.GetNodeAsync(node)).GetProperty("reservation").ValueKind);
    }

    [Fact]
    public async Task An_asynchronous_method_holds_the_lock_until_it_ends()
    {
        var node = await HoldAsync();

        Assert.Equal("conductor-1", (await _stack.GetNodeAsync(node)).GetProperty("reservation").GetString());
        (await _stack.Rest.PatchAsync($"/v1/nodes/{node}", Rename())).AssertError(409);
        (await _stack.Rest.PutAsync($"/v1/nodes/{node}/states/power", new { target = "power on" })).AssertError(409);
        (await _stack.Rest.DeleteAsync($"/v1/nodes/{node}")).AssertError(409);

        await _vendor.OpenGateAsync(_gate);
        await _stack.WaitUntilUnlockedAsync(node);
        Assert.Equal("ok", (await _stack.Calls.WaitForEndAsync(node, "vendor.fake_wait_async")).Outcome);
        (await _stack.Rest.PatchAsync($"/v1/nodes/{node}", Rename())).AssertStatus(200);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_failed_call_leaves_no_lock(Form form)
    {
        var node = await _stack.CreateNodeAsync();

        foreach (var (method, body, status) in new[]
        {
            ("fake_fail", """{"error_class": "bmc_unreachable", "message": "x"}""", 500),
            ("fake_typed", "{}", 400),
            ("second_method", "{}", 400),
        })
        {
            (await _vendor.CallNodeAsync(form, node, method, body)).AssertStatus(status);
            Assert.Equal(JsonValueKind.Null, (await _stack.GetNodeAsync(node)).GetProperty("reservation").ValueKind);
        }

        (await _vendor.CallNodeAsync(form, node, "fake_echo")).AssertStatus(200);
    }

    private static object[] Rename() => [new { op = "add", path = "/extra/a", value = 1 }];

    private string Gate() => $$"""{"gate": "{{_gate}}"}""";

    /// <summary>A node whose lock is held until the gate is opened.</summary>
    private async Task<string> HoldAsync()
    {
        var node = await _stack.CreateNodeAsync();
        (await _vendor.CallNodeAsync(Form.Path, node, "fake_wait_async", Gate())).AssertStatus(202);
        await _stack.Calls.WaitForStartAsync(node, "vendor.fake_wait_async");
        return node;
    }
}
