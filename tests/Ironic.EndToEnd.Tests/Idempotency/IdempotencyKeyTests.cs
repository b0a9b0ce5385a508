using System.Text.Json;
using Grpc.Core;
using Ironic.Api.V1;

namespace Ironic.EndToEnd.Tests.Idempotency;

/// <summary>Creations that are repeated with their key.</summary>
public sealed class IdempotencyKeyTests(SharedStack shared) : IClassFixture<SharedStack>
{
    private readonly TestStack _stack = shared.Stack;

    [Fact]
    public async Task A_repetition_gets_the_first_answer_whatever_became_of_the_resource()
    {
        var key = NewKey();
        var body = JsonSerializer.Serialize(new { driver = "fake-hardware", driver_info = new { fake_password = "sesame" } });
        var first = (await PostAsync("/v1/nodes", body, key)).AssertStatus(201);
        var node = first.Json.GetProperty("uuid").GetString();
        Assert.DoesNotContain("sesame", first.Body, StringComparison.Ordinal);

        (await _stack.Rest.PatchAsync($"/v1/nodes/{node}", new[] { new { op = "add", path = "/description", value = "changed" } })).AssertStatus(200);
        AssertSame(first, await PostAsync("/v1/nodes", body, key));
        (await _stack.Rest.DeleteAsync($"/v1/nodes/{node}")).AssertStatus(204);
        AssertSame(first, await PostAsync("/v1/nodes", body, key));

        (await _stack.Rest.GetAsync($"/v1/nodes/{node}")).AssertError(404);
        Assert.NotEqual(node, (await PostAsync("/v1/nodes", body, NewKey())).AssertStatus(201).Json.GetProperty("uuid").GetString());
    }

    [Fact]
    public async Task Every_kind_of_resource_is_created_once()
    {
        var node = await _stack.CreateNodeAsync();
        var trait = $"CUSTOM_{Guid.NewGuid():N}".ToUpperInvariant();
        (string Path, object Body)[] creations =
        [
            ("/v1/chassis", new { description = "c" }),
            ("/v1/ports", new { node_uuid = node, address = "52:54:00:1d:00:01" }),
            ("/v1/portgroups", new { node_uuid = node }),
            ("/v1/deploy_templates", new { name = trait, steps = new[] { new { @interface = "deploy", step = "deploy", args = new { }, priority = 1 } } }),
            ("/v1/allocations", new { resource_class = trait }),
            ("/v1/runbooks", new { name = trait, steps = new[] { new { @interface = "deploy", step = "deploy", order = 1 } } }),
            ("/v1/inspection_rules", new { actions = new[] { new { op = "fail", args = new { msg = "m" } } } }),
            ("/v1/volume/connectors", new { node_uuid = node, type = "iqn", connector_id = trait }),
            ("/v1/volume/targets", new { node_uuid = node, volume_type = "iscsi", volume_id = "v", boot_index = 0 }),
            ("/v1/nodes", new { driver = "fake-hardware" }),
        ];
        foreach (var (path, body) in creations)
        {
            var key = NewKey();
            var text = JsonSerializer.Serialize(body);
            var first = (await PostAsync(path, text, key)).AssertStatus(201);
            AssertSame(first, await PostAsync(path, text, key));
        }

        Assert.Equal(1, (await _stack.Rest.GetAsync($"/v1/nodes/{node}/ports")).Json.GetProperty("ports").GetArrayLength());
        Assert.Equal(1, (await _stack.Rest.GetAsync($"/v1/nodes/{node}/portgroups")).Json.GetProperty("portgroups").GetArrayLength());
        Assert.Equal(1, (await _stack.Rest.GetAsync($"/v1/allocations?resource_class={trait}")).Json.GetProperty("allocations").GetArrayLength());
    }

    [Fact]
    public async Task A_key_is_for_one_request()
    {
        var key = NewKey();
        (await PostAsync("/v1/chassis", """{"description": "a"}""", key)).AssertStatus(201);

        Assert.Contains("Idempotency-Key", (await PostAsync("/v1/chassis", """{"description": "b"}""", key)).AssertError(422), StringComparison.Ordinal);
        (await PostAsync("/v1/nodes", """{"driver": "fake-hardware"}""", key)).AssertError(422);
        (await PostAsync("/v1/chassis", """{"description": "a"}""", key, "1.50")).AssertError(422);
        (await PostAsync("/v1/chassis", """{"description": "a"}""", key)).AssertStatus(201);
    }

    [Fact]
    public async Task After_an_error_the_key_is_free()
    {
        var key = NewKey();
        (await PostAsync("/v1/nodes", """{"driver": "nosuch"}""", key)).AssertError(400);

        (await PostAsync("/v1/nodes", """{"driver": "fake-hardware"}""", key)).AssertStatus(201);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    public async Task What_is_no_key_is_refused(string key)
    {
        (await PostAsync("/v1/chassis", "{}", key)).AssertError(400);
        (await PostAsync("/v1/chassis", "{}", new string('k', 256))).AssertError(400);
        // Elsewhere the header means nothing.
        (await _stack.Rest.SendAsync("GET", "/v1/chassis", headers: new Dictionary<string, string> { ["Idempotency-Key"] = key })).AssertStatus(200);
    }

    [Fact]
    public async Task Over_gRPC_the_key_is_metadata()
    {
        var metadata = new Metadata { { "idempotency-key", NewKey() } };
        var request = new CreateNodeRequest { Node = new Node { Driver = "fake-hardware" } };

        var first = await _stack.Nodes.CreateNodeAsync(request, metadata);

        Assert.Equal(first, await _stack.Nodes.CreateNodeAsync(request, metadata));
        request.Node.Description = "another";
        var refusal = await Assert.ThrowsAsync<RpcException>(async () => await _stack.Nodes.CreateNodeAsync(request, metadata));
        Assert.Equal(StatusCode.FailedPrecondition, refusal.StatusCode);
        var wrong = await Assert.ThrowsAsync<RpcException>(async () => await _stack.Nodes.CreateNodeAsync(request, new Metadata { { "idempotency-key", "a b" } }));
        Assert.Equal(StatusCode.InvalidArgument, wrong.StatusCode);
    }

    internal static string NewKey() => Guid.NewGuid().ToString();

    internal static Task<RestAnswer> PostAsync(TestStack stack, string path, string body, string key, string? version = "latest") =>
        stack.Rest.SendAsync("POST", path, body, version, new Dictionary<string, string> { ["Idempotency-Key"] = key });

    internal static void AssertSame(RestAnswer first, RestAnswer again) =>
        Assert.Equal((first.Status, first.Body, first.Header("Location")), (again.Status, again.Body, again.Header("Location")));

    private Task<RestAnswer> PostAsync(string path, string body, string key, string? version = "latest") => PostAsync(_stack, path, body, key, version);
}
