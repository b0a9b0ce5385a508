using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Stack;
using Ironic.Testing;
using Ironic.Types.V1;

namespace Ironic.EndToEnd.Tests.Vendor;

/// <summary>One request is found by its id in the logs of all processes that had to do with it, and in no line of another one.</summary>
public sealed class RequestIdTests(SharedStack shared) : IClassFixture<SharedStack>
{
    private const string Failure = """{"error_class": "bmc_unreachable", "message": "nobody at home"}""";

    private readonly TestStack _stack = shared.Stack;
    private readonly VendorCaller _vendor = new(shared.Stack);

    [Fact]
    public async Task A_rest_request_is_followed_into_the_driver()
    {
        var node = await _stack.CreateNodeAsync();

        var answer = await _stack.Rest.SendAsync("POST", $"/v1/nodes/{node}/vendor_passthru/fake_fail", Failure);
        answer.AssertStatus(500);

        await AssertLoggedAsync(answer.RequestId, _stack.Processes.Api, _stack.Processes.Conductors[0], _stack.FakeDriver);
        Assert.All(_stack.Calls.Of(node), call => Assert.Equal(answer.RequestId, call.RequestId));
        Assert.Equal(3, _stack.Calls.Of(node).Count);
    }

    [Fact]
    public async Task An_asynchronous_method_keeps_the_id_of_its_request()
    {
        var node = await _stack.CreateNodeAsync();

        var answer = await _stack.Rest.SendAsync("POST", $"/v1/nodes/{node}/vendor_passthru/fake_fail_async", Failure);
        answer.AssertStatus(202);
        await _stack.Calls.WaitForEndAsync(node, "vendor.fake_fail_async");

        await AssertLoggedAsync(answer.RequestId, _stack.Processes.Conductors[0], _stack.FakeDriver);
        Assert.All(_stack.Calls.Of(node), call => Assert.Equal(answer.RequestId, call.RequestId));
        Assert.Equal(3, _stack.Calls.Of(node).Count);
    }

    [Fact]
    public async Task A_driver_method_keeps_the_id_of_its_request()
    {
        var answer = await _stack.Rest.SendAsync("POST", "/v1/drivers/fake-hardware/vendor_passthru/fake_driver_fail_async", Failure);
        answer.AssertStatus(202);

        await _stack.Calls.WaitForAsync(call => call.Event == "end" && call.RequestId == answer.RequestId, "the method has ended");
        await AssertLoggedAsync(answer.RequestId, _stack.Processes.Conductors[0], _stack.FakeDriver);
    }

    [Fact]
    public async Task A_grpc_caller_gives_the_id()
    {
        var node = await _stack.CreateNodeAsync();
        var id = $"req-{Guid.NewGuid()}";

        await Assert.ThrowsAsync<RpcException>(async () => await _stack.Nodes.CallNodeVendorMethodAsync(
            new CallNodeVendorMethodRequest { Node = node, Method = "fake_fail", HttpMethod = "POST", Body = new Json { Text = Failure } },
            new Metadata { { "x-openstack-request-id", id } }));

        await AssertLoggedAsync(id, _stack.Processes.Conductors[0], _stack.FakeDriver);
        Assert.All(_stack.Calls.Of(node), call => Assert.Equal(id, call.RequestId));
    }

    [Fact]
    public async Task What_is_no_id_does_not_get_into_the_logs()
    {
        var node = await _stack.CreateNodeAsync();
        const string Forged = "req-of-somebody-else";

        await _stack.Nodes.CallNodeVendorMethodAsync(
            new CallNodeVendorMethodRequest { Node = node, Method = "fake_echo", HttpMethod = "POST" }, new Metadata { { "x-openstack-request-id", Forged } });

        var id = Assert.Single(_stack.Calls.Of(node).Select(call => call.RequestId).Distinct());
        Assert.True(Guid.TryParse(id.AsSpan("req-".Length), out _), id);
    }

    // A line is in the file a moment after it was written by the process.
    private static Task AssertLoggedAsync(string requestId, params StackProcess[] processes) => Eventually.SucceedsAsync(
        () =>
        {
            Assert.All(processes, process => Assert.Contains(requestId, File.ReadAllText(process.LogPath), StringComparison.Ordinal));
            return Task.CompletedTask;
        },
        TestStack.Limit,
        $"{requestId} is in the logs of {string.Join(", ", processes.Select(process => process.Name))}");
}
