using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Testing;
using Ironic.Types.V1;

namespace Ironic.EndToEnd.Tests.Vendor;

/// <summary>The API is alone: nobody is there who could know anything of nodes and drivers, and it says so at once, until a conductor is back.</summary>
public sealed class NoConductorTests
{
    /// <summary>How the conductor goes.</summary>
    public enum End
    {
        /// <summary>SIGTERM.</summary>
        Stopped,

        /// <summary>SIGKILL.</summary>
        Killed,
    }

    [Theory]
    [InlineData(End.Stopped)]
    [InlineData(End.Killed)]
    public async Task Calls_are_refused_as_unavailable_until_the_conductor_is_back(End end)
    {
        await using var stack = await TestStack.StartAsync();
        var node = await stack.CreateNodeAsync();
        var conductor = stack.Processes.Conductors.Single();
        await AssertAnsweredAsync(stack, node);

        if (end == End.Stopped)
            Assert.Equal(0, await conductor.StopAsync());
        else
            await conductor.KillAsync();

        foreach (var call in RestCalls(node))
        {
            var answer = await SendAsync(stack, call);
            Assert.Equal("No conductor is available. Please try again later.", answer.AssertError(503));
            Assert.StartsWith("req-", answer.RequestId, StringComparison.Ordinal);
        }

        foreach (var (name, call) in GrpcCalls(stack, node))
        {
            var refusal = await Assert.ThrowsAsync<RpcException>(call);
            Assert.True(refusal.StatusCode == StatusCode.Unavailable, $"{name}: {refusal.Status}");
            Assert.Equal("No conductor is available.", refusal.Status.Detail);
        }

        // What needs no conductor is there.
        (await stack.Rest.GetAsync("/v1")).AssertStatus(200);

        await conductor.StartAsync();
        // The drivers renew their leases with whoever is there.
        await stack.Processes.WaitForDriversAsync();
        await Eventually.SucceedsAsync(() => AssertAnsweredAsync(stack, node), TestStack.Limit, "the same calls are answered");
        Assert.All(stack.Processes.Processes, process => Assert.True(process.IsRunning));
    }

    private static IEnumerable<RestCall> RestCalls(string node) =>
    [
        new("GET", "/v1/nodes", null, 200),
        new("GET", "/v1/nodes/detail", null, 200),
        new("POST", "/v1/nodes", """{"driver": "fake-hardware"}""", 201),
        new("GET", $"/v1/nodes/{node}", null, 200),
        new("PATCH", $"/v1/nodes/{node}", """[{"op": "add", "path": "/extra/a", "value": 1}]""", 200),
        new("GET", $"/v1/nodes/{node}/states", null, 200),
        new("GET", $"/v1/nodes/{node}/validate", null, 200),
        new("PUT", $"/v1/nodes/{node}/maintenance", """{"reason": "because"}""", 202),
        new("DELETE", $"/v1/nodes/{node}/maintenance", null, 202),
        new("GET", $"/v1/nodes/{node}/vendor_passthru/methods", null, 200),
        new("POST", $"/v1/nodes/{node}/vendor_passthru/third_method_sync", """{"bar": "meow"}""", 200),
        new("POST", $"/v1/nodes/{node}/vendor_passthru?method=third_method_sync", """{"bar": "meow"}""", 200),
        new("GET", "/v1/drivers", null, 200),
        new("GET", "/v1/drivers/fake-hardware", null, 200),
        new("GET", "/v1/drivers/fake-hardware/properties", null, 200),
        new("GET", "/v1/drivers/fake-hardware/vendor_passthru/methods", null, 200),
        new("GET", "/v1/drivers/example/vendor_passthru/authentication_types", null, 200),
        new("GET", "/v1/drivers/example/vendor_passthru?method=authentication_types", null, 200),
    ];

    private static IEnumerable<(string Name, Func<Task> Call)> GrpcCalls(TestStack stack, string node)
    {
        yield return ("ListNodes", () => stack.Nodes.ListNodesAsync(new ListNodesRequest()).ResponseAsync);
        yield return ("GetNode", () => stack.Nodes.GetNodeAsync(new GetNodeRequest { Node = node }).ResponseAsync);
        yield return ("ListNodeVendorMethods", () => stack.Nodes.ListNodeVendorMethodsAsync(new ListNodeVendorMethodsRequest { Node = node }).ResponseAsync);
        yield return ("CallNodeVendorMethod", () => stack.Nodes.CallNodeVendorMethodAsync(
            new CallNodeVendorMethodRequest { Node = node, Method = "third_method_sync", HttpMethod = "POST", Body = new Json { Text = """{"bar": "meow"}""" } }).ResponseAsync);
        yield return ("ListDrivers", () => stack.Drivers.ListDriversAsync(new ListDriversRequest()).ResponseAsync);
        yield return ("GetDriver", () => stack.Drivers.GetDriverAsync(new GetDriverRequest { Driver = "fake-hardware" }).ResponseAsync);
        yield return ("ListDriverVendorMethods", () => stack.Drivers.ListDriverVendorMethodsAsync(new ListDriverVendorMethodsRequest { Driver = "example" }).ResponseAsync);
        yield return ("CallDriverVendorMethod", () => stack.Drivers.CallDriverVendorMethodAsync(
            new CallDriverVendorMethodRequest { Driver = "example", Method = "authentication_types", HttpMethod = "GET" }).ResponseAsync);
    }

    private static async Task AssertAnsweredAsync(TestStack stack, string node)
    {
        foreach (var call in RestCalls(node))
            (await SendAsync(stack, call)).AssertStatus(call.Status);
        foreach (var (_, call) in GrpcCalls(stack, node))
            await call();
    }

    private static Task<RestAnswer> SendAsync(TestStack stack, RestCall call) => stack.Rest.SendAsync(call.Verb, call.Path, call.Body);

    /// <summary>A call over REST.</summary>
    /// <param name="Status">Of the answer, when there is a conductor.</param>
    private sealed record RestCall(string Verb, string Path, string? Body, int Status);
}
