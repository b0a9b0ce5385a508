using System.Text;
using System.Text.Json;

namespace Ironic.EndToEnd.Tests.Vendor;

/// <summary>Calls of a node's vendor methods: what goes in, and what comes out.</summary>
public sealed class NodeCallTests(SharedStack shared) : IClassFixture<SharedStack>
{
    private readonly TestStack _stack = shared.Stack;
    private readonly VendorCaller _vendor = new(shared.Stack);

    public static TheoryData<Form> Forms => VendorCaller.Forms;

    public static TheoryData<Form, string> FormsAndVerbs => VendorCaller.FormsAnd("GET", "POST", "PUT", "PATCH", "DELETE");

    [Theory]
    [MemberData(nameof(FormsAndVerbs))]
    public async Task Every_verb_brings_its_body_to_the_driver(Form form, string verb)
    {
        var node = await _stack.CreateNodeAsync();

        var answer = await _vendor.CallNodeAsync(form, node, "fake_echo", """{"id": 7, "Destination": "https://x", "deep": {"a": [1, 2.50, null, "ü"]}}""", verb);

        answer.AssertStatus(200);
        AssertJson(
            $$$"""{"method": "fake_echo", "http_method": "{{{verb}}}", "parameters": {"id": 7, "Destination": "https://x", "deep": {"a": [1, 2.50, null, "ü"]} } }""",
            answer.Text!);
    }

    [Theory]
    [MemberData(nameof(FormsAndVerbs))]
    public async Task Without_a_body_there_are_no_parameters(Form form, string verb)
    {
        var node = await _stack.CreateNodeAsync();

        AssertJson($$"""{"method": "fake_echo", "http_method": "{{verb}}", "parameters": {} }""", (await _vendor.CallNodeAsync(form, node, "fake_echo", null, verb)).AssertStatus(200));
    }

    [Theory]
    [InlineData(Form.Path, "")]
    [InlineData(Form.Path, "null")]
    [InlineData(Form.Path, " null ")]
    [InlineData(Form.Path, "{}")]
    [InlineData(Form.Query, "")]
    [InlineData(Form.Query, "null")]
    [InlineData(Form.Grpc, "{}")]
    public async Task An_empty_body_is_no_parameters(Form form, string body)
    {
        var node = await _stack.CreateNodeAsync();

        AssertJson("""{"method": "fake_echo", "http_method": "POST", "parameters": {} }""", (await _vendor.CallNodeAsync(form, node, "fake_echo", body)).AssertStatus(200));
    }

    public static TheoryData<Form, string> FormsAndRefusedBodies =>
        VendorCaller.FormsAnd("[]", "[1]", "5", "true", "\"meow\"", "{bad", "{} {}", "{\"a\": 01}");

    [Theory]
    [MemberData(nameof(FormsAndRefusedBodies))]
    public async Task A_body_that_is_no_object_is_refused_and_reaches_no_driver(Form form, string body)
    {
        var node = await _stack.CreateNodeAsync();

        (await _vendor.CallNodeAsync(form, node, "fake_echo", body)).AssertStatus(400);

        Assert.Empty(_stack.Calls.Of(node));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Results_are_what_the_method_returns(Form form)
    {
        var node = await _stack.CreateNodeAsync();

        Assert.Equal("true", (await _vendor.CallNodeAsync(form, node, "third_method_sync", """{"bar": "meow"}""")).AssertStatus(200));
        Assert.Equal("false", (await _vendor.CallNodeAsync(form, node, "third_method_sync", """{"bar": "x"}""")).AssertStatus(200));
        AssertJson(
            $$"""{"node": "{{node}}", "text": "a", "count": 1, "flag": null, "tags": null}""",
            (await _vendor.CallNodeAsync(form, node, "fake_typed", """{"text": "a"}""")).AssertStatus(200));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_method_that_returns_nothing_is_answered_with_null(Form form)
    {
        var node = await _stack.CreateNodeAsync();

        Assert.Equal("null", (await _vendor.CallNodeAsync(form, node, "fake_null")).AssertStatus(200));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task An_attachment_comes_as_it_is(Form form)
    {
        var node = await _stack.CreateNodeAsync();

        var text = await _vendor.CallNodeAsync(form, node, "fake_attach", """{"text": "{\"not\": json"}""");
        var zeros = await _vendor.CallNodeAsync(form, node, "fake_attach", """{"size": 70000}""", "GET");
        var nothing = await _vendor.CallNodeAsync(form, node, "fake_attach", """{"size": 0}""", "GET");

        text.AssertStatus(200);
        Assert.Equal("{\"not\": json", Encoding.UTF8.GetString(text.Attachment!));
        Assert.Equal(new byte[70000], zeros.Attachment);
        Assert.Empty(nothing.Attachment!);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_node_is_called_by_name(Form form)
    {
        var name = $"by-name-{form}";
        await _stack.CreateNodeAsync(more: new() { ["name"] = name });

        (await _vendor.CallNodeAsync(form, name, "fake_echo")).AssertStatus(200);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task The_nodes_own_interface_is_called(Form form)
    {
        var node = await _stack.CreateNodeAsync(more: new() { ["vendor_interface"] = "fake-second" });

        Assert.Equal("\"fake-second\"", (await _vendor.CallNodeAsync(form, node, "fake_second", verb: "GET")).AssertStatus(200));
        Assert.Contains("fake_echo", (await _vendor.CallNodeAsync(form, node, "fake_echo")).AssertStatus(400), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Maintenance_is_no_hindrance(Form form)
    {
        var node = await _stack.CreateNodeAsync();
        (await _stack.Rest.PutAsync($"/v1/nodes/{node}/maintenance", new { reason = "dust" })).AssertStatus(202);

        (await _vendor.CallNodeAsync(form, node, "fake_echo")).AssertStatus(200);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task The_tutorials_method_runs(Form form)
    {
        var node = await _stack.CreateNodeAsync("example");

        (await _vendor.CallNodeAsync(form, node, "send_raw", """{"raw_bytes": "0x01 ff"}""")).AssertStatus(202);

        await _stack.WaitUntilUnlockedAsync(node);
        AssertJson("""{"sent": ["01FF"]}""", (await _vendor.CallNodeAsync(form, node, "sent_raw", verb: "GET")).AssertStatus(200));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task The_driver_validates_before_the_method_runs(Form form)
    {
        var node = await _stack.CreateNodeAsync();

        (await _vendor.CallNodeAsync(form, node, "fake_echo", """{"b": 1, "a": 2}""", "PUT")).AssertStatus(200);

        var calls = _stack.Calls.Of(node);
        Assert.Equal(["validate", "start", "end"], calls.Select(call => call.Event));
        Assert.All(calls, call => Assert.Equal("vendor.fake_echo", call.Operation));
        Assert.Equal("PUT", calls[0].HttpMethod);
        Assert.Equal(["b", "a"], calls[0].Parameters);
        // One exclusive lock over both.
        Assert.NotEqual(0ul, calls[0].Epoch);
        Assert.Single(calls.Select(call => call.Epoch).Distinct());
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_method_that_is_not_valid_does_not_run(Form form)
    {
        var node = await _stack.CreateNodeAsync(driverInfo: new { fake_fail = new Dictionary<string, string> { ["vendor.validate"] = "INVALID_PARAMETER" } });

        foreach (var method in new[] { "fake_echo", "fake_echo_shared", "log_passthrough" })
            (await _vendor.CallNodeAsync(form, node, method)).AssertStatus(400);

        await _stack.WaitUntilUnlockedAsync(node);
        Assert.Equal(["validate", "validate", "validate"], _stack.Calls.Of(node).Select(call => call.Event));
        Assert.Equal(JsonValueKind.Null, (await _stack.GetNodeAsync(node)).GetProperty("last_error").ValueKind);
    }

    private static void AssertJson(string expected, string actual) =>
        Assert.True(JsonElement.DeepEquals(JsonSerializer.Deserialize<JsonElement>(expected), JsonSerializer.Deserialize<JsonElement>(actual)), $"{actual} instead of {expected}");
}
