
namespace Ironic.EndToEnd.Tests.Ramdisks;

/// <summary>An agent finds its node and reports from it, over REST. Nodes are fast-tracked, so that no deployment is needed.</summary>
public sealed class RamdiskTests(SharedStack shared) : IClassFixture<SharedStack>
{
    private static int _addresses;

    private readonly TestStack _stack = shared.Stack;

    [Fact]
    public async Task An_agent_gets_a_token_once_and_reports_with_it()
    {
        var (node, address) = await CreateAsync();

        var token = Token(await _stack.Rest.GetAsync($"/v1/lookup?addresses={address}"));
        Assert.Equal("******", Token(await _stack.Rest.GetAsync($"/v1/lookup?node_uuid={node}")));
        (await BeatAsync(node, "wrong")).AssertError(400);
        (await BeatAsync(node, token)).AssertStatus(202);

        await _stack.WaitForNodeAsync(node, found => found.GetProperty("driver_internal_info").TryGetProperty("agent_url", out _), "the heartbeat is stored");
        var shown = (await _stack.GetNodeAsync(node)).GetProperty("driver_internal_info");
        Assert.Equal(("https://192.0.2.9:9999", "11.0", "******"), (shown.GetProperty("agent_url").GetString(), shown.GetProperty("agent_version").GetString(), shown.GetProperty("agent_secret_token").GetString()));
        (await BeatAsync(node, token, "https://192.0.2.10:9999")).AssertError(400);
    }

    [Fact]
    public async Task When_the_machine_was_switched_off_the_next_agent_gets_a_token_of_its_own()
    {
        var (node, address) = await CreateAsync();
        var token = Token(await _stack.Rest.GetAsync($"/v1/lookup?addresses={address}"));
        (await BeatAsync(node, token)).AssertStatus(202);
        await _stack.WaitForNodeAsync(node, found => found.GetProperty("driver_internal_info").TryGetProperty("agent_url", out _), "the heartbeat is stored");

        (await _stack.Rest.PutAsync($"/v1/nodes/{node}/states/power", new { target = "power off" })).AssertStatus(202);
        await _stack.WaitForNodeAsync(node, found => found.GetProperty("power_state").GetString() == "power off", "the machine is off");
        await _stack.WaitUntilUnlockedAsync(node);

        Assert.False((await _stack.GetNodeAsync(node)).GetProperty("driver_internal_info").TryGetProperty("agent_url", out _));
        var next = Token(await _stack.Rest.GetAsync($"/v1/lookup?addresses={address}"));
        Assert.Equal(43, next.Length);
        Assert.NotEqual(token, next);
        (await BeatAsync(node, token)).AssertError(400);
    }

    [Fact]
    public async Task The_token_is_nowhere_but_in_the_answer_to_the_lookup()
    {
        var (node, address) = await CreateAsync();
        var token = Token(await _stack.Rest.GetAsync($"/v1/lookup?addresses={address}"));

        foreach (var beat in new[] { await BeatAsync(node, token), await BeatAsync(node, token + "x"), await BeatAsync(node, token, "nonsense") })
            Assert.DoesNotContain(token, beat.Body, StringComparison.Ordinal);
        (await _stack.Rest.PostAsync($"/v1/nodes/{node}/vendor_passthru/fake_echo", new { bar = "baz" })).AssertStatus(200);
        foreach (var path in new[] { "", "/states", "/history", "/validate" })
            Assert.DoesNotContain(token, (await _stack.Rest.GetAsync($"/v1/nodes/{node}{path}")).AssertStatus(200).Body, StringComparison.Ordinal);
        await _stack.WaitUntilUnlockedAsync(node);

        Assert.DoesNotContain(token, ReadLogs(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspection_data_without_a_node_that_waits_are_not_taken()
    {
        var (_, address) = await CreateAsync();
        var data = new { inventory = new { interfaces = new[] { new { mac_address = address } } } };

        (await _stack.Rest.PostAsync("/v1/continue_inspection", data)).AssertError(404);
        (await _stack.Rest.PostAsync("/v1/continue_inspection", data, version: null)).AssertError(404);
        (await _stack.Rest.PostAsync("/v1/continue_inspection", new { inventory = new { interfaces = Array.Empty<object>() } })).AssertError(400);
    }

    [Fact]
    public async Task Vifs_of_a_node_without_a_network_are_taken_and_not_kept()
    {
        var (node, _) = await CreateAsync();
        var path = $"/v1/nodes/{node}/vifs";

        (await _stack.Rest.PostAsync(path, new { id = "vif-1", port_uuid = Guid.NewGuid(), more = new { a = 1 } })).AssertStatus(204);
        Assert.Equal("""{"vifs":[]}""", (await _stack.Rest.GetAsync(path)).AssertStatus(200).Body);
        (await _stack.Rest.DeleteAsync(path + "/vif-1")).AssertStatus(204);

        (await _stack.Rest.PostAsync(path, new { id = "vif-1", port_uuid = Guid.NewGuid(), portgroup_uuid = Guid.NewGuid() })).AssertError(400);
        (await _stack.Rest.PostAsync(path, new { id = "vif-1", port_uuid = 1, portgroup_uuid = 2 }, "1.66")).AssertStatus(204);
        (await _stack.Rest.PostAsync(path, new { id = "a b" })).AssertError(400);
        (await _stack.Rest.PostAsync("/v1/nodes/nosuch/vifs", new { id = "vif-1" })).AssertError(404);
    }

    private static string Token(RestAnswer answer) => answer.AssertStatus(200).Json.GetProperty("config").GetProperty("agent_token").GetString()!;

    private string ReadLogs() => string.Concat(Directory.EnumerateFiles(Path.Combine(_stack.Processes.DataDirectory, "logs"), "*.log", SearchOption.AllDirectories).Select(file =>
    {
        using var log = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return log.ReadToEnd();
    }));

    private Task<RestAnswer> BeatAsync(string node, string token, string url = "https://192.0.2.9:9999") =>
        _stack.Rest.PostAsync($"/v1/heartbeat/{node}", new { callback_url = url, agent_token = token, agent_version = "11.0" });

    private async Task<(string Node, string Address)> CreateAsync()
    {
        var node = await _stack.CreateNodeAsync(driverInfo: new { fast_track = true });
        var address = $"52:54:00:0a:00:{Interlocked.Increment(ref _addresses):x2}";
        (await _stack.Rest.PostAsync("/v1/ports", new { node_uuid = node, address })).AssertStatus(201);
        return (node, address);
    }
}
