
namespace Ironic.EndToEnd.Tests.Resources;

/// <summary>Volume connectors and targets of a node, and shards, from a REST caller to the node that is switched.</summary>
public sealed class VolumeTests(SharedStack shared) : IClassFixture<SharedStack>
{
    private readonly TestStack _stack = shared.Stack;
    private readonly RestApi _rest = shared.Stack.Rest;

    [Fact]
    public async Task A_node_that_is_on_keeps_its_volumes()
    {
        var node = await _stack.CreateAvailableNodeAsync();
        var connector = await CreateAsync("connectors", new { node_uuid = node, type = "iqn", connector_id = $"iqn.{node}" });
        var target = await CreateAsync("targets", new { node_uuid = node, volume_type = "iscsi", volume_id = "v", boot_index = 0, properties = new { auth_password = "s3cr3t" } });
        Assert.DoesNotContain("s3cr3t", (await _rest.GetAsync(target)).AssertStatus(200).Body, StringComparison.Ordinal);
        (await _rest.PostAsync("/v1/volume/targets", new { node_uuid = node, volume_type = "iscsi", volume_id = "w", boot_index = 0 })).AssertError(409);

        await SwitchAsync(node, "power on");
        object[] rename = [new { op = "replace", path = "/extra", value = new { k = 1 } }];
        foreach (var path in new[] { connector, target })
        {
            (await _rest.PatchAsync(path, rename)).AssertError(400);
            (await _rest.DeleteAsync(path)).AssertError(400);
        }

        await SwitchAsync(node, "power off");
        foreach (var path in new[] { connector, target })
            Assert.Equal(1, (await _rest.PatchAsync(path, rename)).AssertStatus(200).Json.GetProperty("extra").GetProperty("k").GetInt32());
        foreach (var kind in new[] { "connectors", "targets" })
            Assert.Single((await _rest.GetAsync($"/v1/nodes/{node}/volume/{kind}")).AssertStatus(200).Json.GetProperty(kind).EnumerateArray());

        (await _rest.DeleteAsync(connector)).AssertStatus(204);
        (await _rest.DeleteAsync($"/v1/nodes/{node}")).AssertStatus(204);
        (await _rest.GetAsync(target)).AssertError(404);
    }

    [Fact]
    public async Task Shards_are_counted()
    {
        var shard = $"shard-{Guid.NewGuid():N}";
        var nodes = new[] { await CreateInShardAsync(shard), await CreateInShardAsync(shard) };
        var listed = (await _rest.GetAsync("/v1/shards", "1.82")).AssertStatus(200).Json.GetProperty("shards").EnumerateArray().Single(s => s.GetProperty("name").GetString() == shard);
        Assert.Equal(2, listed.GetProperty("count").GetInt32());
        (await _rest.GetAsync($"/v1/shards/{shard}")).AssertError(404);
        foreach (var node in nodes)
            (await _rest.DeleteAsync($"/v1/nodes/{node}")).AssertStatus(204);
    }

    private Task<string> CreateInShardAsync(string shard) => _stack.CreateNodeAsync(more: new Dictionary<string, object?> { ["shard"] = shard });

    private async Task<string> CreateAsync(string kind, object body)
    {
        var made = (await _rest.PostAsync($"/v1/volume/{kind}", body)).AssertStatus(201);
        var path = $"/v1/volume/{kind}/{made.Json.GetProperty("uuid").GetString()}";
        Assert.EndsWith(path, made.Header("Location"), StringComparison.Ordinal);
        return path;
    }

    private async Task SwitchAsync(string node, string power)
    {
        (await _rest.PutAsync($"/v1/nodes/{node}/states/power", new { target = power })).AssertStatus(202);
        await _stack.WaitForNodeAsync(node, found => found.GetProperty("power_state").GetString() == power, $"{node} is {power}");
        await _stack.WaitUntilUnlockedAsync(node);
    }
}
