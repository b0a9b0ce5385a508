using Ironic.Api.V1;
using Ironic.Client;
using Ironic.Types.V1;

namespace Ironic.Clients.Tests.Client;

/// <summary>The typed client against a whole system.</summary>
public sealed class IronicClientTests(SharedStack shared) : IClassFixture<SharedStack>, IDisposable
{
    private readonly TestStack _stack = shared.Stack;
    private readonly IronicClient _client = IronicClient.Connect(shared.Stack.Processes.GrpcUrl.OriginalString, new IronicClientOptions { PollInterval = TimeSpan.FromMilliseconds(50) });

    [Fact]
    public async Task A_nodes_life_in_typed_calls()
    {
        var created = await _client.CreateNodeAsync(new Node
        {
            Driver = "fake-hardware",
            Name = $"typed-{Guid.NewGuid():N}",
            DriverInfo = Json.From(new { fake_note = "a1", fake_password = "hunter2" }),
        });
        Assert.Equal(ProvisionState.Enroll, created.ProvisionState);
        Assert.Equal(("a1", "******"), (created.DriverInfo.Get<string>("fake_note"), created.DriverInfo.Get<string>("fake_password")));

        var patched = await _client.PatchNodeAsync(created.Name, new NodePatch().Set("/extra/rack", 12).Set("/description", "in the corner"));
        Assert.Equal(12, patched.Extra.Get<int>("rack"));

        await _client.SetProvisionStateAsync(created.Uuid, "manage");
        await _client.WaitForProvisionStateAsync(created.Uuid, ProvisionState.Manageable, TestStack.Limit);
        await _client.SetPowerStateAsync(created.Uuid, PowerTarget.On);
        Assert.Equal(PowerState.On, (await _client.WaitForPowerStateAsync(created.Uuid, PowerState.On, TestStack.Limit)).PowerState);

        var answer = await _client.CallNodeVendorMethodAsync(created.Uuid, "third_method_sync", Json.From(new { bar = "meow" }));
        Assert.True(answer.Result.Deserialize<bool>());

        await _client.WaitForNodeAsync(created.Uuid, node => !node.HasReservation, TestStack.Limit);
        await _client.DeleteNodeAsync(created.Uuid);
        var error = await Assert.ThrowsAsync<IronicApiException>(() => _client.GetNodeAsync(created.Uuid));
        Assert.Equal(ErrorReason.NodeNotFound, error.Reason);
        Assert.Contains(created.Uuid, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_is_read_page_by_page()
    {
        var rackClass = $"class-{Guid.NewGuid():N}";
        var uuids = new List<string>();
        for (var i = 0; i < 5; i++)
            uuids.Add((await _client.CreateNodeAsync(new Node { Driver = "fake-hardware", ResourceClass = rackClass })).Uuid);

        var listed = await _client.ListNodesAsync(new ListNodesRequest { ResourceClass = rackClass, Limit = 2 }).Select(node => node.Uuid).ToListAsync();

        Assert.Equal(uuids, listed);
    }

    [Fact]
    public async Task A_read_mask_leaves_out_everything_else()
    {
        var node = await _client.CreateNodeAsync(new Node { Driver = "fake-hardware", Extra = Json.From(new { rack = 1 }) });

        Assert.Equal(new Node { Uuid = node.Uuid, ProvisionState = ProvisionState.Enroll }, await _client.GetNodeAsync(node.Uuid, ["uuid", "provision_state"]));
        var error = await Assert.ThrowsAsync<IronicApiException>(() => _client.GetNodeAsync(node.Uuid, ["colour"]));
        Assert.Equal(ErrorReason.InvalidParameterValue, error.Reason);
    }

    [Fact]
    public async Task A_failure_of_the_driver_ends_a_wait()
    {
        var node = await _client.CreateNodeAsync(new Node
        {
            Driver = "fake-hardware",
            DriverInfo = Json.From(new { fake_fail = new Dictionary<string, string> { ["power.get_power_state"] = "BMC_UNREACHABLE" } }),
        });

        await _client.SetProvisionStateAsync(node.Uuid, "manage");
        var error = await Assert.ThrowsAsync<NodeStateException>(() => _client.WaitForProvisionStateAsync(node.Uuid, ProvisionState.Manageable, TestStack.Limit));

        Assert.Equal(ProvisionState.Enroll, error.Node.ProvisionState);
        Assert.Contains("Failed to get power state", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_id_of_a_failed_request_is_in_the_log_of_the_conductor()
    {
        var node = await _client.CreateNodeAsync(new Node { Driver = "fake-hardware" });

        var error = await Assert.ThrowsAsync<IronicApiException>(
            () => _client.CallNodeVendorMethodAsync(node.Uuid, "fake_fail", Json.From(new { error_class = "permanent", message = "it burns" })));

        Assert.Equal(ErrorReason.VendorPassthruFailure, error.Reason);
        Assert.Contains("it burns", error.Message, StringComparison.Ordinal);
        Assert.Contains(_stack.Processes.Conductors, conductor => ReadLog(conductor.LogPath).Contains(error.RequestId, StringComparison.Ordinal));
    }

    public void Dispose() => _client.Dispose();

    private static string ReadLog(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }
}
