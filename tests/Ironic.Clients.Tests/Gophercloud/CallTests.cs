using System.Text.Json;

namespace Ironic.Clients.Tests.Gophercloud;

/// <summary>gophercloud takes a call for failed when its status is another success than the expected one, or when the answer has another type than its struct.</summary>
public sealed class CallTests(SharedStack shared) : IClassFixture<SharedStack>
{
    private readonly TestStack _stack = shared.Stack;
    private readonly GophercloudClient _client = new(shared.Stack.Rest, GophercloudClient.Metal3);

    public static TheoryData<string> Calls => new(GophercloudCalls.All.Select(call => call.Name));

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task A_call_has_the_answer_that_it_takes(string name)
    {
        var call = GophercloudCalls.All.Single(call => call.Name == name);
        var resources = new CallResources(_stack, call.State);

        var answer = await _client.SendAsync(call.Verb, await resources.FillAsync(call.Path), call.Body is null ? null : await resources.FillAsync(call.Body));

        call.AssertAnswer(answer);
        Assert.Equal(GophercloudClient.Metal3, answer.Header("X-OpenStack-Ironic-API-Version"));
        if (call.Status == 201)
            Assert.Equal(_stack.Processes.RestUrl.GetLeftPart(UriPartial.Authority) + $"/v1/{call.Path}/{answer.Json.GetProperty("uuid").GetString()}", answer.Header("Location"));
    }

    [Fact]
    public async Task Nothing_of_a_struct_is_left_unset()
    {
        var resources = new CallResources(_stack, "manageable");

        GoShapes.Node.AssertComplete(await GetAsync("nodes/{node}"));
        GoShapes.Port.AssertComplete(await GetAsync("ports/{port}"));
        GoShapes.Portgroup.AssertComplete(await GetAsync("portgroups/{portgroup}"));
        GoShapes.Allocation.AssertComplete(await GetAsync("allocations/{allocation}"));
        GoShapes.Conductor.AssertComplete(await GetAsync("conductors/conductor-1"));
        GoShapes.Driver.AssertComplete(await GetAsync("drivers/fake-hardware"));

        async Task<JsonElement> GetAsync(string path) => (await _client.SendAsync("GET", await resources.FillAsync(path))).AssertStatus(200).Json;
    }

    // None, the first one, those that gophercloud's own acceptance tests use, and Metal3's.
    [Theory]
    [InlineData(null)]
    [InlineData("1.1")]
    [InlineData("1.38")]
    [InlineData("1.50")]
    [InlineData("1.86")]
    [InlineData(GophercloudClient.Metal3Baseline)]
    [InlineData(GophercloudClient.Metal3)]
    [InlineData("1.115")]
    public async Task A_node_can_be_decoded_in_every_microversion(string? microversion)
    {
        var node = await new CallResources(_stack, "manageable").FillAsync("{node}");
        var client = new GophercloudClient(_stack.Rest, microversion);

        var shown = (await client.SendAsync("GET", $"nodes/{node}")).AssertStatus(200);
        GoShapes.Node.AssertDecodes(shown.Json);
        Assert.Equal(microversion ?? "1.1", shown.Header("X-OpenStack-Ironic-API-Version"));
        foreach (var path in new[] { "nodes/detail", "ports/detail", "drivers" })
        {
            var page = (await client.SendAsync("GET", path)).AssertStatus(200).Json;
            var shape = path switch { "drivers" => GoShapes.Driver, "ports/detail" => GoShapes.Port, _ => GoShapes.Node };
            Assert.All(page.GetProperty(path.Split('/')[0]).EnumerateArray(), shape.AssertDecodes);
        }
    }

    [Fact]
    public async Task Times_are_told_with_their_zone()
    {
        var resources = new CallResources(_stack, "manageable");
        var node = await resources.FillAsync("{node}");
        (await _client.SendAsync("PATCH", $"nodes/{node}", """[{"op": "add", "path": "/extra/a", "value": 1}]""")).AssertStatus(200);
        (await _client.SendAsync("POST", "nodes", """{"driver": "fake-hardware"}""")).AssertStatus(201);

        // Go's parser takes a time without a zone for no time at all, and with it the whole answer for none.
        Assert.False(GoShape.IsRfc3339("2026-01-02T03:04:05"));
        var shown = (await _client.SendAsync("GET", $"nodes/{node}")).Json;
        foreach (var name in new[] { "created_at", "updated_at", "provision_updated_at" })
            Assert.True(GoShape.IsRfc3339(shown.GetProperty(name).GetString()!), name);
        foreach (var path in new[] { "ports/{port}", "portgroups/{portgroup}", "allocations/{allocation}", "conductors/conductor-1" })
            Assert.True(GoShape.IsRfc3339((await _client.SendAsync("GET", await resources.FillAsync(path))).Json.GetProperty("created_at").GetString()!), path);
    }

    [Fact]
    public async Task Times_that_are_not_there_are_null_and_no_empty_text()
    {
        var node = await _stack.CreateNodeAsync();

        var shown = (await _client.SendAsync("GET", $"nodes/{node}")).Json;

        foreach (var name in new[] { "updated_at", "provision_updated_at", "inspection_started_at", "inspection_finished_at" })
            Assert.Equal(JsonValueKind.Null, shown.GetProperty(name).ValueKind);
    }

    [Fact]
    public async Task Pages_tell_where_the_next_one_is()
    {
        var resourceClass = Guid.NewGuid().ToString();
        var nodes = new List<string>();
        for (var i = 0; i < 3; i++)
            nodes.Add(await _stack.CreateNodeAsync(more: new() { ["resource_class"] = resourceClass }));

        var page = (await _client.SendAsync("GET", $"nodes?limit=2&resource_class={resourceClass}")).AssertStatus(200).Json;
        Assert.Equal(nodes[..2], Uuids(page));
        var next = new Uri(page.GetProperty("next").GetString()!, UriKind.Absolute);
        Assert.Equal(_stack.Processes.RestUrl.GetLeftPart(UriPartial.Authority), next.GetLeftPart(UriPartial.Authority));
        Assert.Contains($"marker={nodes[1]}", next.Query, StringComparison.Ordinal);

        var last = (await _client.SendAsync("GET", $"nodes?limit=2&marker={nodes[1]}&resource_class={resourceClass}")).AssertStatus(200).Json;
        Assert.Equal(nodes[2..], Uuids(last));
        Assert.False(last.TryGetProperty("next", out _));
    }

    private static IEnumerable<string> Uuids(JsonElement page) => page.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("uuid").GetString()!);
}
