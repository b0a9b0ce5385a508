using System.Globalization;
using System.Text.Json.Nodes;
using Ironic.Api.V1;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Periodic;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tests.Storage;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;
using Microsoft.Extensions.DependencyInjection;
using PowerState = Ironic.Driver.V1.PowerState;
using PowerTarget = Ironic.Api.V1.PowerTarget;

namespace Ironic.Conductor.Tests.Drivers;

/// <summary>The power interface <c>agent</c>, which no driver serves: what heartbeats tell is all that is known.</summary>
public sealed class AgentPowerTests : PlayedDriverTests
{
    private const string FastTrack = """{"fast_track": true}""";

    private int _reads;

    private protected override Task<TestStorage> OpenAsync() => TestStorage.SqliteAsync();

    private protected override void Play(TestDriver driver)
    {
        driver.Info.HardwareTypes[0].SupportedInterfaces[0].Names.Insert(0, "agent");
        driver.ReadPower = (_, _) =>
        {
            Interlocked.Increment(ref _reads);
            return Task.FromResult(PowerState.Off);
        };
    }

    [Fact]
    public async Task A_hardware_type_that_prefers_it_has_it_by_default()
    {
        var hardware = await Conductor.Services.GetRequiredService<DriverRegistry>().FindAsync("thing", default);
        Assert.Equal(["agent", "thing"], hardware!.Enabled(InterfaceType.Power));
        var node = new NodeRow { Driver = "thing" };
        hardware.CompleteInterfaces(node);
        Assert.Equal("agent", node.PowerInterface);
    }

    [Theory]
    [InlineData(null, 0, "needs fast-track mode")]
    [InlineData("""{"fast_track": "no"}""", 0, "needs fast-track mode")]
    [InlineData("""{"fast_track": "perhaps"}""", 0, "neither true nor false")]
    [InlineData(FastTrack, null, "has not been heard of")]
    [InlineData(FastTrack, 301, "has not been heard of")]
    [InlineData(FastTrack, 10, null)]
    [InlineData("""{"fast_track": "yes"}""", 10, null)]
    public async Task It_needs_an_agent_that_is_kept_running_and_heard_of(string? driverInfo, int? secondsAgo, string? refusal)
    {
        var node = await NodeAsync(driverInfo, secondsAgo);
        await using var task = await Conductor.Tasks.OpenSharedAsync(node.Uuid, default);
        await task.LoadDriverAsync(default);
        var calls = Conductor.Services.GetRequiredService<DriverCalls>();

        var refused = await Record.ExceptionAsync(() => calls.ValidateAsync(task, InterfaceTypes.Get(InterfaceType.Power), default));
        Assert.Equal(refusal is null ? null : ErrorReason.InvalidParameterValue, (refused as IronicException)?.Reason);
        Assert.Contains(refusal ?? "", refused?.Message ?? "", StringComparison.Ordinal);
        Assert.Equal(secondsAgo is < 300 ? PowerState.On : PowerState.Unspecified, await calls.GetPowerStateAsync(task, default));
    }

    [Fact]
    public async Task An_agent_without_an_address_was_switched_off_since()
    {
        var node = await NodeAsync(FastTrack, 10, url: null);
        Assert.Equal(ErrorReason.InvalidParameterValue, (await RefusedAsync(node, PowerTarget.Reboot)).Reason);
    }

    [Theory]
    [InlineData(PowerTarget.Off, ErrorReason.InvalidParameterValue)]
    [InlineData(PowerTarget.SoftOff, ErrorReason.InvalidParameterValue)]
    [InlineData(PowerTarget.On, ErrorReason.InvalidParameterValue)]
    [InlineData(PowerTarget.Reboot, ErrorReason.UnsupportedDriverExtension)]
    [InlineData(PowerTarget.SoftReboot, ErrorReason.UnsupportedDriverExtension)]
    public async Task Actions_are_refused_before_anything_is_changed(PowerTarget target, ErrorReason reason)
    {
        var node = await NodeAsync(FastTrack, 10);
        Assert.Equal(reason, (await RefusedAsync(node, target)).Reason);
        var read = await Conductor.ReadAsync(node);
        Assert.Equal(("power on", null, null, null), (read.PowerState, read.TargetPowerState, read.LastError, read.Reservation));
    }

    [Fact]
    public async Task Its_nodes_are_passed_over_when_the_power_is_kept_in_step()
    {
        var node = await NodeAsync(null, 301);
        var sync = Conductor.Services.GetRequiredService<PowerSync>();
        for (var look = 0; look < 5; look++)
            Assert.Equal(0, await sync.SweepAsync(default));

        var read = await Conductor.ReadAsync(node);
        Assert.Equal(("power on", false, 0, 0), (read.PowerState, read.Maintenance, read.LockEpoch, sync.FailuresOf(node.Uuid)));
        Assert.Equal(0, _reads);
    }

    private async Task<IronicException> RefusedAsync(NodeRow node, PowerTarget target) =>
        await Assert.ThrowsAsync<IronicException>(() => Conductor.Services.GetRequiredService<NodePower>().SetAsync(node.Uuid, target, null, default));

    /// <param name="secondsAgo">When the agent was heard of last; null: never.</param>
    private Task<NodeRow> NodeAsync(string? driverInfo, int? secondsAgo, string? url = "https://192.0.2.1:9999") => Conductor.InsertNodeAsync(node =>
    {
        (node.Driver, node.PowerInterface, node.PowerState, node.ProvisionState, node.DriverInfo) = ("thing", "agent", "power on", "active", driverInfo);
        if (secondsAgo is not { } ago)
            return;
        var heard = (Storage.Clock.UtcNow - TimeSpan.FromSeconds(ago)).ToString("yyyy-MM-ddTHH:mm:ss.ffffff", CultureInfo.InvariantCulture);
        var agent = new JsonObject { ["agent_last_heartbeat"] = heard };
        if (url is not null)
            agent["agent_url"] = url;
        node.DriverInternalInfo = agent.ToJsonString();
    });
}
