using System.Text.Json;
using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Types.V1;

namespace Ironic.EndToEnd.Tests.Vendor;

/// <summary>Callers that go away before a synchronous vendor method ends.</summary>
public sealed class CallerGoneTests(SharedStack shared) : IClassFixture<SharedStack>
{
    private readonly TestStack _stack = shared.Stack;
    private readonly VendorCaller _vendor = new(shared.Stack);
    private readonly string _gate = Guid.NewGuid().ToString();

    [Theory]
    [InlineData(Form.Path)]
    [InlineData(Form.Grpc)]
    public async Task What_has_the_node_to_itself_goes_on(Form form)
    {
        var node = await _stack.CreateNodeAsync();
        await CallAndLeaveAsync(form, node, "fake_wait");

        Assert.Equal("conductor-1", (await _stack.GetNodeAsync(node)).GetProperty("reservation").GetString());
        (await _vendor.CallNodeAsync(Form.Path, node, "fake_echo")).AssertStatus(409);

        await _vendor.OpenGateAsync(_gate);
        Assert.Equal("ok", (await _stack.Calls.WaitForEndAsync(node, "vendor.fake_wait")).Outcome);
        await _stack.WaitUntilUnlockedAsync(node);
    }

    [Theory]
    [InlineData(Form.Path)]
    [InlineData(Form.Grpc)]
    public async Task What_has_not_is_cancelled(Form form)
    {
        var node = await _stack.CreateNodeAsync();

        await CallAndLeaveAsync(form, node, "fake_wait_shared");

        Assert.Equal("cancelled", (await _stack.Calls.WaitForEndAsync(node, "vendor.fake_wait_shared")).Outcome);
        Assert.Equal(JsonValueKind.Null, (await _stack.GetNodeAsync(node)).GetProperty("last_error").ValueKind);
    }

    [Fact]
    public async Task A_deadline_of_the_caller_is_kept()
    {
        var node = await _stack.CreateNodeAsync();

        var exception = await Assert.ThrowsAsync<RpcException>(async () => await _stack.Nodes.CallNodeVendorMethodAsync(
            Request(node, "fake_wait_shared"), deadline: DateTime.UtcNow.AddSeconds(2)));

        Assert.Equal(StatusCode.DeadlineExceeded, exception.StatusCode);
        Assert.Equal("cancelled", (await _stack.Calls.WaitForEndAsync(node, "vendor.fake_wait_shared")).Outcome);
    }

    private CallNodeVendorMethodRequest Request(string node, string method) =>
        new() { Node = node, Method = method, HttpMethod = "POST", Body = new Json { Text = $$"""{"gate": "{{_gate}}"}""" } };

    private async Task CallAndLeaveAsync(Form form, string node, string method)
    {
        using var leaving = new CancellationTokenSource();
        Task call = form == Form.Grpc
            ? _stack.Nodes.CallNodeVendorMethodAsync(Request(node, method), cancellationToken: leaving.Token).ResponseAsync
            : _stack.Rest.SendAsync("POST", $"/v1/nodes/{node}/vendor_passthru/{method}", $$"""{"gate": "{{_gate}}"}""", cancellationToken: leaving.Token);
        await _stack.Calls.WaitForStartAsync(node, "vendor." + method);
        await leaving.CancelAsync();
        var gone = await Assert.ThrowsAnyAsync<Exception>(() => call);
        Assert.True(gone is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled }, gone.ToString());
    }
}
