using Grpc.Core;
using Grpc.Net.Client;
using Ironic.Api.V1;
using Ironic.Driver.V1;
using Ironic.Protos;
using Ironic.Testing;
using PowerState = Ironic.Api.V1.PowerState;
using PowerTarget = Ironic.Api.V1.PowerTarget;

namespace Ironic.Cluster.Tests;

/// <summary>A conductor stands still with a lock in its hands until another has taken the node, and then goes on where it was.</summary>
public sealed class PausedConductorTests
{
    [Fact]
    public async Task What_it_writes_late_is_refused_by_the_epoch()
    {
        await using var cluster = await StartAsync();
        var node = (await cluster.CreateNodesAsync(1, new() { ["management.set_boot_device"] = "1" }))[0];
        var late = Outcome.OfAsync(cluster.Conductors[0].SetNodeBootDeviceAsync(
            new SetNodeBootDeviceRequest { Node = node, BootDevice = "pxe", Persistent = true }, deadline: DateTime.UtcNow.AddMinutes(5)));
        var stale = await cluster.Stack.Calls.WaitForStartAsync(node, "management.set_boot_device");
        cluster.Process(0).Pause();
        // The hardware has done it; the answer waits for the one who stands still.
        Assert.Equal("ok", (await cluster.Stack.Calls.WaitForEndAsync(node, "management.set_boot_device")).Outcome);
        await OvertakeAsync(cluster, node);
        cluster.Process(0).Resume();

        var outcome = await late;
        Assert.Equal(409, outcome.Status);
        Assert.Contains("LOCK_LOST", outcome.Text, StringComparison.Ordinal);
        await AssertUntouchedAsync(cluster, node);
        Assert.Empty(await cluster.QueryAsync($"SELECT id FROM node_events WHERE node_uuid = '{node}' AND event_type = 'boot_device'"));

        // Nor would the driver do what comes under the old epoch.
        using var channel = GrpcChannel.ForAddress(cluster.Stack.FakeDriver.Url);
        var request = new SetBootDeviceRequest
        {
            Context = new CallContext { OperationId = Guid.NewGuid().ToString(), Epoch = stale.Epoch },
            Node = new NodeContext { Uuid = node, Driver = "fake-hardware" },
            Interface = "fake",
            Device = "pxe",
        };
        var refused = await Assert.ThrowsAsync<RpcException>(() => new ManagementService.ManagementServiceClient(channel).SetBootDeviceAsync(request).ResponseAsync);
        Assert.Equal("STALE_EPOCH", StatusDetails.FindReason(refused, StatusDetails.DriverDomain));
        Assert.Single(cluster.Stack.Calls.Of(node), call => call.Event == "refused" && call.Epoch == stale.Epoch);
        Holders.AssertNeverTwo(cluster.Stack.Calls.Read());
    }

    [Fact]
    public async Task The_late_end_of_accepted_work_is_refused_too()
    {
        await using var cluster = await StartAsync();
        var node = (await cluster.CreateNodesAsync(1, new() { ["power.set_power_state"] = "1" }))[0];
        await cluster.Conductors[0].SetNodePowerStateAsync(new SetNodePowerStateRequest { Node = node, Target = PowerTarget.Reboot });
        await cluster.Stack.Calls.WaitForStartAsync(node, "power.set_power_state");
        cluster.Process(0).Pause();
        await cluster.Stack.Calls.WaitForEndAsync(node, "power.set_power_state");
        await OvertakeAsync(cluster, node);
        cluster.Process(0).Resume();

        await WaitUntilItHasNoticedAsync(cluster, node);
        await AssertUntouchedAsync(cluster, node);
        var seen = await cluster.GetNodeAsync(1, node);
        Assert.Equal((PowerState.Unspecified, PowerState.Unspecified), (seen.PowerState, seen.TargetPowerState));
        Assert.Contains("conductor-1", seen.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_does_nothing_more_to_the_hardware()
    {
        await using var cluster = await StartAsync();
        var node = (await cluster.CreateNodesAsync(1, new() { ["power.get_power_state"] = "2" }))[0];
        await cluster.Conductors[0].SetNodePowerStateAsync(new SetNodePowerStateRequest { Node = node, Target = PowerTarget.Reboot });
        // It has the lock and asks for the state before it switches: a call that changes nothing is in no log, but it takes its time.
        cluster.Process(0).Pause();
        await OvertakeAsync(cluster, node);
        cluster.Process(0).Resume();

        await WaitUntilItHasNoticedAsync(cluster, node);
        await AssertUntouchedAsync(cluster, node);
        Assert.DoesNotContain(cluster.Stack.Calls.Of(node), call => call.Operation == "power.set_power_state");
    }

    private static Task<ClusterStack> StartAsync() => ClusterStack.StartAsync(("Locks:Ttl", "00:00:03"), ("Tasks:StaleLockInterval", "00:00:00.5"));

    /// <summary>The other conductor gets the node and works on it.</summary>
    private static async Task OvertakeAsync(ClusterStack cluster, string node)
    {
        await Eventually.ThatAsync(async () => !(await cluster.GetNodeAsync(1, node)).HasReservation, TestStack.Limit, "the lock of the one that stands still is gone");
        var other = new GrpcCaller(cluster.Conductors[1]);
        Assert.Equal(Outcome.Done, await other.PatchAsync(node, "newer"));
        Assert.Equal(Outcome.Done, await other.CallVendorAsync(node, "fake_echo", null));
    }

    private static Task WaitUntilItHasNoticedAsync(ClusterStack cluster, string node) => Eventually.ThatAsync(
        async () => (await ReadAsync(cluster.Process(0).LogPath)).Contains($"lock on node {node} was lost", StringComparison.Ordinal),
        TestStack.Limit,
        "it has noticed that it lost the lock");

    private static async Task AssertUntouchedAsync(ClusterStack cluster, string node)
    {
        var seen = await cluster.GetNodeAsync(0, node);
        Assert.False(seen.HasReservation);
        Assert.Contains("newer", seen.Extra.Text, StringComparison.Ordinal);
        var last = (await cluster.QueryAsync($"SELECT event_type, conductor FROM node_events WHERE node_uuid = '{node}' ORDER BY id DESC LIMIT 1"))[0];
        Assert.Equal(("updated", "conductor-2"), (last[0], last[1]));
        // And the one that stood still works again.
        Assert.Equal(Outcome.Done, await new GrpcCaller(cluster.Conductors[0]).PatchAsync(node, "works"));
    }

    private static async Task<string> ReadAsync(string path)
    {
        using var file = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return await file.ReadToEndAsync();
    }
}
