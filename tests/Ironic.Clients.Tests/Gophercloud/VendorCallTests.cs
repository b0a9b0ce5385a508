using System.Text.Json;

namespace Ironic.Clients.Tests.Gophercloud;

/// <summary>gophercloud names the vendor method in the query, sends JSON bodies with every verb, GET and DELETE too, and takes 200, 202 and 204 for success.</summary>
public sealed class VendorCallTests(SharedStack shared) : IClassFixture<SharedStack>
{
    private const string Body = """{"id": "a/b c", "words": ["x", 1, null, {"y": 1.5}]}""";

    private readonly TestStack _stack = shared.Stack;
    private readonly GophercloudClient _client = new(shared.Stack.Rest, GophercloudClient.Metal3);

    public static TheoryData<string, bool> Verbs
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (var verb in new[] { "GET", "POST", "PUT", "PATCH", "DELETE" })
            {
                data.Add(verb, true);
                data.Add(verb, false);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task A_body_reaches_a_nodes_method(string verb, bool hasBody) =>
        AssertEcho(verb, hasBody, await _client.SendAsync(verb, $"nodes/{await _stack.CreateNodeAsync()}/vendor_passthru?method=fake_echo", hasBody ? Body : null));

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task A_body_reaches_a_drivers_method(string verb, bool hasBody) =>
        AssertEcho(verb, hasBody, await _client.SendAsync(verb, "drivers/fake-hardware/vendor_passthru?method=fake_driver_echo", hasBody ? Body : null));

    [Fact]
    public async Task An_asynchronous_method_is_accepted_without_a_body_to_decode()
    {
        var node = await _stack.CreateNodeAsync();

        var answer = await _client.SendAsync("POST", $"nodes/{node}/vendor_passthru?method=second_method", """{"bar": "kazoo"}""");

        answer.AssertStatus(202);
        Assert.Empty(answer.Bytes);
        await _stack.Calls.WaitForEndAsync(node, "vendor.second_method");
    }

    [Fact]
    public async Task A_method_that_returns_nothing_is_answered_with_json_all_the_same()
    {
        var node = await _stack.CreateNodeAsync();

        var answer = await _client.SendAsync("POST", $"nodes/{node}/vendor_passthru?method=fake_null", "{}");

        // Decoded into a map, null is an empty one.
        Assert.Equal(JsonValueKind.Null, answer.AssertStatus(200).Json.ValueKind);
    }

    [Fact]
    public async Task Methods_are_described()
    {
        var node = await _stack.CreateNodeAsync();

        var ofNode = (await _client.SendAsync("GET", $"nodes/{node}/vendor_passthru/methods")).AssertStatus(200).Json;
        var ofDriver = (await _client.SendAsync("GET", "drivers/fake-hardware/vendor_passthru/methods")).AssertStatus(200).Json;

        Assert.All(ofNode.EnumerateObject(), method => GoShapes.NodeVendorMethod.AssertComplete(method.Value));
        Assert.All(ofDriver.EnumerateObject(), method => GoShapes.VendorMethod.AssertComplete(method.Value));
    }

    [Theory]
    [InlineData("nodes/{node}/vendor_passthru?method=no_such_method", 400)]
    [InlineData("nodes/{node}/vendor_passthru", 400)]
    [InlineData("nodes/a-node-that-is-not-there/vendor_passthru?method=fake_echo", 404)]
    [InlineData("drivers/fake-hardware/vendor_passthru?method=no_such_method", 400)]
    [InlineData("drivers/no-such-driver/vendor_passthru?method=fake_driver_echo", 404)]
    public async Task A_failure_is_told_by_its_status(string path, int status)
    {
        path = await new CallResources(_stack, "enroll").FillAsync(path);

        (await _client.SendAsync("POST", path, "{}")).AssertError(status);
    }

    private static void AssertEcho(string verb, bool hasBody, RestAnswer answer)
    {
        answer.AssertStatus(200);
        Assert.Equal(verb, answer.Json.GetProperty("http_method").GetString());
        using var sent = JsonDocument.Parse(hasBody ? Body : "{}");
        Assert.True(JsonElement.DeepEquals(sent.RootElement, answer.Json.GetProperty("parameters")), answer.Body);
    }
}
