namespace Ironic.EndToEnd.Tests.Watch;

/// <summary>What happens to nodes, as server-sent events of a whole system.</summary>
public sealed class EventStreamTests(SharedStack shared) : IClassFixture<SharedStack>, IDisposable
{
    private readonly TestStack _stack = shared.Stack;
    private readonly HttpClient _client = new() { BaseAddress = shared.Stack.Processes.RestUrl, Timeout = Timeout.InfiniteTimeSpan };
    private readonly CancellationTokenSource _limit = new(TestStack.Limit);

    [Fact]
    public async Task A_node_is_watched_over_its_life()
    {
        var name = $"watched-{Guid.NewGuid():N}";
        var node = await _stack.CreateNodeAsync(more: new() { ["name"] = name, ["owner"] = "o" });
        using var events = await EventSource.OpenAsync(_client, $"/watch?node={name}&owner=o", null, _limit.Token);
        var begin = await events.ReadAsync(_limit.Token);
        Assert.Null(begin!.Data);
        Assert.NotNull(begin.Id);

        await _stack.ProvisionAsync(node, "manage", "manageable");
        await _stack.WaitUntilUnlockedAsync(node);
        var patch = await _stack.Rest.PatchAsync($"/v1/nodes/{node}", new[] { new { op = "add", path = "/extra/rack", value = 1 } });
        patch.AssertStatus(200);
        (await _stack.Rest.DeleteAsync($"/v1/nodes/{node}")).AssertStatus(204);

        var seen = new List<ServerSentEvent>();
        do
            seen.Add((await events.ReadAsync(_limit.Token))!);
        while (seen[^1].Data!.Value.GetProperty("event_type").GetString() != "deleted");
        Assert.All(seen, each => Assert.Equal((node, name, "o"), (Text(each, "node_uuid"), Text(each, "node_name"), Text(each, "owner"))));
        Assert.Equal(
            [("enroll", "verifying"), ("verifying", "manageable")],
            seen.Where(each => Text(each, "event_type") == "provision_state").Select(each => (Text(each, "from_state"), Text(each, "to_state"))));
        var updated = Assert.Single(seen, each => Text(each, "event_type") == "updated");
        Assert.Equal(patch.RequestId, Text(updated, "request_id"));
        Assert.Equal(seen.Count, seen.Select(each => each.Id).Distinct().Count());

        // From the middle, also when the URL says where the stream had begun.
        using var again = await EventSource.OpenAsync(_client, $"/watch?node={node}&cursor={begin.Id}", updated.Id, _limit.Token);
        Assert.Null((await again.ReadAsync(_limit.Token))!.Data);
        Assert.Equal("deleted", Text((await again.ReadAsync(_limit.Token))!, "event_type"));
    }

    [Fact]
    public async Task What_cannot_be_watched_is_refused_as_everything_else()
    {
        Assert.Contains("could not be found", await RefusalAsync("/watch?node=nobody", 404), StringComparison.Ordinal);
        Assert.Contains("cursor", await RefusalAsync("/watch?cursor=nonsense", 400), StringComparison.Ordinal);
        Assert.Contains("restored", await RefusalAsync("/watch?cursor=AQAAAAAAAAAAAAAAAAAAAAAAAAAA", 410), StringComparison.Ordinal);
        Assert.Contains("colour", await RefusalAsync("/watch?colour=red", 400), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _client.Dispose();
        _limit.Dispose();
    }

    private async Task<string> RefusalAsync(string path, int status)
    {
        var answer = await _stack.Rest.SendAsync("GET", path, headers: new Dictionary<string, string> { ["Accept"] = "text/event-stream" }, cancellationToken: _limit.Token);
        return answer.AssertError(status);
    }

    private static string? Text(ServerSentEvent each, string field) => each.Data!.Value.GetProperty(field).GetString();
}
