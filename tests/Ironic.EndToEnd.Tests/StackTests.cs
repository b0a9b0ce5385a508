using Ironic.Api.V1;

namespace Ironic.EndToEnd.Tests;

/// <summary>The system is what it says: processes of its own, REST and gRPC in, a driver process out.</summary>
public sealed class StackTests(SharedStack shared) : IClassFixture<SharedStack>
{
    private readonly TestStack _stack = shared.Stack;

    [Fact]
    public async Task A_rest_call_arrives_in_the_driver_process()
    {
        var node = await _stack.CreateNodeAsync();

        (await _stack.Rest.PostAsync($"/v1/nodes/{node}/vendor_passthru/fake_echo", new { })).AssertStatus(200);

        var call = Assert.Single(_stack.Calls.Of(node), entry => entry.Event == "start");
        Assert.Equal(("vendor.fake_echo", _stack.FakeDriver.Id), (call.Operation, call.ProcessId));
        Assert.Equal(4, _stack.Processes.Processes.Select(process => process.Id).Distinct().Count());
    }

    [Fact]
    public async Task A_grpc_call_arrives_in_the_driver_process()
    {
        var node = await _stack.CreateNodeAsync();

        await _stack.Nodes.CallNodeVendorMethodAsync(new CallNodeVendorMethodRequest { Node = node, Method = "fake_echo", HttpMethod = "PUT" });

        var call = Assert.Single(_stack.Calls.Of(node), entry => entry.Event == "start");
        Assert.Equal(("vendor.fake_echo", _stack.FakeDriver.Id), (call.Operation, call.ProcessId));
    }
}
