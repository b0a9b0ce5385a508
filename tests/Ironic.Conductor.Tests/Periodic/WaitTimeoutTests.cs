using Grpc.Core;
using Ironic.Conductor.Periodic;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tests.Drivers;
using Ironic.Conductor.Tests.Storage;
using Ironic.Driver.V1;
using Ironic.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Tests.Periodic;

public sealed class SqliteWaitTimeoutTests : WaitTimeoutTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.SqliteAsync();
}

[Collection(nameof(PostgresCollection))]
public sealed class PostgresWaitTimeoutTests(PostgresFixture postgres) : WaitTimeoutTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.PostgresAsync(postgres.Server);
}

/// <summary>Nodes whose ramdisk does not call.</summary>
public abstract class WaitTimeoutTests : PlayedDriverTests
{
    private const string Step = """{"step":"erase","interface":"deploy","args":{},"priority":10}""";


    private protected override void Play(TestDriver driver) => driver.Offer(InterfaceType.Deploy, InterfaceType.Rescue, InterfaceType.Inspect);

    private TimeoutOptions Settings => Conductor.Services.GetRequiredService<IOptions<TimeoutOptions>>().Value;

    [Theory]
    [InlineData("wait call-back", "active", "deploy failed", "active", null, "CleanUp")]
    [InlineData("clean wait", "available", "clean failed", "available", "clean failure", "TearDownCleaning")]
    [InlineData("clean wait", "manageable", "clean failed", "manageable", "clean failure", "TearDownCleaning")]
    [InlineData("service wait", "active", "service failed", "active", "service failure", "TearDownService")]
    [InlineData("inspect wait", "manageable", "inspect failed", "manageable", null, "AbortInspection")]
    [InlineData("rescue wait", "rescue", "rescue failed", "rescue", null, "CleanUp")]
    public async Task What_has_waited_for_too_long_fails_as_its_flow_does(string state, string target, string failed, string failedTarget, string? fault, string phase)
    {
        Driver.SwitchPower = (node, action) => Driver.Phases.Enqueue($"{node} {action}");
        Driver.ReadPower = (_, _) => Task.FromResult(PowerState.On);
        var node = await WaitingAsync(state, target, change: node =>
        {
            (node.CleanStep, node.DeployStep, node.ServiceStep, node.PowerState) = (Step, Step, Step, "power on");
            node.InstanceInfo = """{"rescue_password":"p","hashed_rescue_password":"h","kept":1}""";
            node.DriverInternalInfo = """{"agent_url":"https://192.0.2.9:9999","agent_secret_token":"t"}""";
        });

        Assert.Equal(1, await SweepAsync());

        var read = await SettledAsync(node);
        Assert.Equal((failed, failedTarget, fault, fault is not null), (read.ProvisionState, read.TargetProvisionState, read.Fault, read.Maintenance));
        Assert.Contains("1800 s", read.LastError, StringComparison.Ordinal);
        Assert.Equal(fault is null ? null : read.LastError, read.MaintenanceReason);
        Assert.DoesNotContain("agent_url", read.DriverInternalInfo, StringComparison.Ordinal);
        var isRescue = state == "rescue wait";
        Assert.Equal(isRescue ? [$"{node.Uuid} Off", $"{node.Uuid} {phase}"] : [$"{node.Uuid} {phase}"], Driver.Phases);
        Assert.Equal(isRescue ? """{"kept":1}""" : node.InstanceInfo, read.InstanceInfo);
        Assert.Equal(isRescue ? "power off" : "power on", read.PowerState);
        var events = (await Conductor.EventsAsync(node)).ToList();
        Assert.Equal(["provision_state", events[^1]], events[^2..]);
        Assert.Equal(0, await SweepAsync());
    }

    [Fact]
    public async Task A_ramdisk_that_was_waited_for_before_any_step_leaves_the_machine_as_it_was()
    {
        var node = await WaitingAsync("clean wait", "available");
        await SweepAsync();
        var read = await SettledAsync(node);
        Assert.Equal(("clean failed", false, null), (read.ProvisionState, read.Maintenance, read.Fault));
    }

    [Fact]
    public async Task Who_may_wait_is_left_alone()
    {
        var old = Storage.Clock.UtcNow - TimeSpan.FromDays(1);
        var recent = Storage.Clock.UtcNow - TimeSpan.FromSeconds(1700);
        await WaitingAsync("clean wait", since: recent);
        await WaitingAsync("wait call-back", change: node => node.Maintenance = true);
        await WaitingAsync("clean wait", change: node => node.ConductorGroup = "another");
        await WaitingAsync("clean wait", change: node => node.Driver = "of nobody here");
        await WaitingAsync("service wait", change: node => node.DriverInternalInfo = """{"service_step_operation":"1"}""");
        await WaitingAsync("inspect wait", change: node => node.InspectionStartedAt = recent);
        foreach (var state in new[] { "deploy hold", "clean hold", "service hold", "active", "clean failed", "available" })
            await WaitingAsync(state);
        var locked = await WaitingAsync("wait call-back");
        await using (await Conductor.Tasks.OpenExclusiveAsync(locked.Uuid, default))
            Assert.Equal(0, await SweepAsync());
        // An agent that calls does not prolong an inspection.
        var inspected = await WaitingAsync("inspect wait", since: recent, change: node => node.InspectionStartedAt = old);
        Assert.Equal(2, await SweepAsync());
        Assert.Equal("inspect failed", (await SettledAsync(inspected)).ProvisionState);
        Assert.Equal("deploy failed", (await SettledAsync(locked)).ProvisionState);
    }

    [Fact]
    public async Task Without_a_limit_everything_waits()
    {
        Settings.DeployWait = Settings.CleanWait = Settings.InspectWait = Settings.RescueWait = Settings.ServiceWait = TimeSpan.Zero;
        foreach (var state in new[] { "wait call-back", "clean wait", "inspect wait", "rescue wait", "service wait" })
            await WaitingAsync(state);
        Assert.Equal(0, await SweepAsync());
    }

    [Fact]
    public async Task What_cannot_be_tidied_up_is_said()
    {
        Driver.RunPhase = (_, _) => throw new RpcException(new Status(StatusCode.Internal, "the switch is on fire"));
        NodeRow[] nodes = [await WaitingAsync("wait call-back"), await WaitingAsync("clean wait"), await WaitingAsync("inspect wait"), await WaitingAsync("rescue wait"), await WaitingAsync("service wait")];
        Assert.Equal(nodes.Length, await SweepAsync());
        foreach (var node in nodes)
        {
            var read = await SettledAsync(node);
            Assert.EndsWith(" failed", read.ProvisionState, StringComparison.Ordinal);
            Assert.Contains("the switch is on fire", read.LastError, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_is_being_ended_is_not_ended_twice()
    {
        var gate = new TaskCompletionSource();
        Driver.RunPhase = (_, _) => gate.Task;
        var node = await WaitingAsync("clean wait");
        Assert.Equal(1, await SweepAsync());
        await Eventually.ThatAsync(() => Driver.Phases.Count == 1, Limit, "the end has begun");
        Assert.Equal("clean wait", (await Conductor.ReadAsync(node)).ProvisionState);
        Assert.Equal(0, await SweepAsync());
        gate.SetResult();
        Assert.Equal("clean failed", (await SettledAsync(node)).ProvisionState);
        Assert.Single(Driver.Phases);
    }

    [Fact]
    public async Task Each_conductor_ends_its_own_nodes_however_many_there_are()
    {
        var other = new ConductorStore(Storage.Database, new ConductorIdentity("other", "", "http://127.0.0.1:2"), Storage.Clock);
        await other.HeartbeatAsync(true, ["thing"], default);
        await Conductor.Membership.RefreshAsync(default);
        var nodes = new List<NodeRow>();
        for (var i = 0; i < 230; i++)
            nodes.Add(await WaitingAsync("clean wait"));
        var own = nodes.Where(node => Conductor.Membership.FindConductor("thing", "", node.Uuid) == "test-conductor").ToList();
        Assert.InRange(own.Count, 20, 210);

        Assert.Equal(own.Count, await SweepAsync());

        foreach (var node in own)
            Assert.Equal("clean failed", (await SettledAsync(node)).ProvisionState);
        foreach (var node in nodes.Except(own))
            Assert.Equal("clean wait", (await Conductor.ReadAsync(node)).ProvisionState);
    }

    private Task<int> SweepAsync() => Conductor.Services.GetRequiredService<WaitTimeouts>().SweepAsync(default);

    private Task<NodeRow> WaitingAsync(string state, string? target = null, DateTime? since = null, Action<NodeRow>? change = null) => Conductor.InsertNodeAsync(node =>
    {
        (node.Driver, node.ProvisionState, node.TargetProvisionState) = ("thing", state, target);
        (node.PowerInterface, node.DeployInterface, node.RescueInterface, node.InspectInterface) = ("thing", "thing", "thing", "thing");
        node.ProvisionUpdatedAt = since ?? Storage.Clock.UtcNow - TimeSpan.FromHours(1);
        change?.Invoke(node);
    });

    private async Task<NodeRow> SettledAsync(NodeRow node)
    {
        NodeRow? read = null;
        await Eventually.ThatAsync(
            async () => (read = await Conductor.ReadAsync(node)) is { Reservation: null } && !read.ProvisionState.EndsWith("wait", StringComparison.Ordinal) && read.ProvisionState != "wait call-back",
            Limit,
            "the node has failed and is free");
        return read!;
    }
}
