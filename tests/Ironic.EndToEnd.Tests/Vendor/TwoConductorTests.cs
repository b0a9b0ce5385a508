using System.Text.Json;
using Ironic.EndToEnd.Tests.Support;
using Ironic.Testing;

namespace Ironic.EndToEnd.Tests.Vendor;

/// <summary>Vendor calls through two conductors, of two conductor groups, on PostgreSQL and Redis.</summary>
[Collection(nameof(BackendCollection))]
public sealed class TwoConductorTests(PostgresFixture postgres, RedisFixture redis) : IAsyncLifetime
{
    private readonly string _gate = Guid.NewGuid().ToString();
    private TestStack _stack = null!;
    private VendorCaller _vendor = null!;

    public async Task InitializeAsync()
    {
        var database = await postgres.CreateDatabaseAsync();
        _stack = await TestStack.StartAsync(options => options with
        {
            Conductors = 2,
            Postgres = database,
            Redis = redis.Server.Endpoint,
            Profile = options.Profile
                .With("conductor-2", "Conductor:Group", "second")
                .With("conductor", "Cluster:HeartbeatInterval", "00:00:01")
                .With("conductor", "Cluster:HeartbeatTimeout", "00:00:04"),
        });
        _vendor = new VendorCaller(_stack);
    }

    public async Task DisposeAsync() => await _stack.DisposeAsync();

    [Fact]
    public async Task A_node_is_locked_to_whichever_conductor_is_asked()
    {
        var node = await _stack.CreateNodeAsync();
        (await _vendor.CallNodeAsync(Form.Path, node, "fake_wait_async", $$"""{"gate": "{{_gate}}"}""")).AssertStatus(202);
        await _stack.Calls.WaitForStartAsync(node, "vendor.fake_wait_async");

        // The API takes the conductors in turn: both are among so many.
        foreach (var form in new[] { Form.Path, Form.Query, Form.Grpc, Form.Grpc })
        {
            (await _vendor.CallNodeAsync(form, node, "fake_echo")).AssertStatus(409);
            (await _vendor.CallNodeAsync(form, node, "fake_echo_shared")).AssertStatus(200);
        }

        await _vendor.OpenGateAsync(_gate);
        await _stack.WaitUntilUnlockedAsync(node);
        for (var i = 0; i < 4; i++)
            (await _vendor.CallNodeAsync(Form.Path, node, "fake_echo")).AssertStatus(200);
        // Each exclusive call had a lock of its own, whichever conductor took it.
        var starts = _stack.Calls.Of(node).Where(call => call is { Event: "start", Operation: "vendor.fake_echo" }).Select(call => call.Epoch).ToList();
        Assert.Equal(starts.Order().Distinct(), starts);
    }

    [Fact]
    public async Task Without_a_conductor_of_its_group_a_node_has_no_valid_host()
    {
        var node = await _stack.CreateNodeAsync(more: new() { ["conductor_group"] = "second" });
        var other = await _stack.CreateNodeAsync();
        foreach (var form in Enum.GetValues<Form>())
            (await _vendor.CallNodeAsync(form, node, "fake_echo")).AssertStatus(200);

        await _stack.Processes.Conductors[1].StopAsync();

        await Eventually.SucceedsAsync(
            async () => Assert.Contains("second", (await _vendor.CallNodeAsync(Form.Path, node, "fake_echo")).AssertStatus(404), StringComparison.Ordinal),
            TestStack.Limit,
            "the conductor that left counts no more");
        Assert.Equal("NO_VALID_HOST", (await _vendor.CallNodeAsync(Form.Grpc, node, "fake_echo")).Reason);
        (await _stack.Rest.GetAsync($"/v1/nodes/{node}/vendor_passthru/methods")).AssertError(404);
        (await _vendor.CallNodeAsync(Form.Path, other, "fake_echo")).AssertStatus(200);
        // The driver is asked through any conductor, whatever its group.
        (await _vendor.CallDriverAsync(Form.Path, "fake-hardware", "fake_driver_echo")).AssertStatus(200);
        Assert.Equal(JsonValueKind.Null, (await _stack.GetNodeAsync(node)).GetProperty("reservation").ValueKind);
    }
}
