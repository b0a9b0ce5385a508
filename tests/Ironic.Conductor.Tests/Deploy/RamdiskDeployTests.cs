using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Conductor.Deploy;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tests.Drivers;
using Ironic.Conductor.Tests.Storage;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;
using Microsoft.Extensions.DependencyInjection;
using PowerState = Ironic.Driver.V1.PowerState;

namespace Ironic.Conductor.Tests.Deploy;

/// <summary>The deploy interface <c>ramdisk</c>, taken up where another conductor left it, with drivers that do as they like.</summary>
public sealed class RamdiskDeployTests : PlayedDriverTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.SqliteAsync();

    private protected override void Play(TestDriver driver)
    {
        driver.Offer(InterfaceType.Boot);
        driver.Info.Interfaces[^1].BootCapabilities.Add(BootCapability.Ramdisk);
        driver.SwitchPower = (node, action) => driver.Phases.Enqueue($"{node} {action}");
    }

    [Fact]
    public async Task The_step_is_begun_anew()
    {
        Driver.ReadPower = (_, _) => Task.FromResult(PowerState.On);
        var node = await InterruptedAsync();
        var read = await GoOnAsync(node);

        Assert.Equal(("active", null, "power on"), (read.ProvisionState, read.TargetProvisionState, read.PowerState));
        // The machine that is played stays on, whatever it is told.
        Assert.Equal([$"{node.Uuid} Off", $"{node.Uuid} PrepareInstance"], Driver.Phases.Take(2));
        Assert.DoesNotContain("deploy_steps\":[", read.DriverInternalInfo, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(WorkOutcome.Wait)]
    [InlineData(WorkOutcome.Unspecified)]
    public async Task A_boot_that_is_not_prepared_when_its_phase_ends_is_a_failure(WorkOutcome outcome)
    {
        Driver.BootOutcome = outcome;
        var node = await InterruptedAsync();
        var read = await GoOnAsync(node);

        Assert.Equal("deploy failed", read.ProvisionState);
        Assert.Contains("PrepareInstance without having done it", read.LastError, StringComparison.Ordinal);
        Assert.Contains("Also failed to clean up", read.LastError, StringComparison.Ordinal);
        Assert.Equal([$"{node.Uuid} PrepareInstance", $"{node.Uuid} CleanUpInstance"], Driver.Phases);
    }

    [Fact]
    public async Task A_boot_that_is_not_supported_is_a_failure()
    {
        Driver.RunPhase = (_, phase) => phase == "PrepareInstance" ? throw new RpcException(new Status(StatusCode.Unimplemented, "never heard of it")) : Task.CompletedTask;
        var read = await GoOnAsync(await InterruptedAsync());

        Assert.Equal("deploy failed", read.ProvisionState);
        Assert.EndsWith("failed deploy step deploy.deploy: never heard of it", read.LastError, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("thing", "ramdisk", null)]
    [InlineData("ipxe", "ramdisk", "in this version ipxe does not")]
    [InlineData("thing", "direct", "The deploy interface direct")]
    public async Task Only_a_boot_interface_that_boots_images_will_do(string boot, string deploy, string? reason)
    {
        var node = await InterruptedAsync(node => (node.BootInterface, node.DeployInterface) = (boot, deploy));
        await using var task = await Conductor.Tasks.OpenSharedAsync(node.Uuid, default);
        await task.LoadDriverAsync(default);
        var own = Conductor.Services.GetRequiredService<OwnDeployInterfaces>();

        if (reason is null)
        {
            own.Require(task);
        }
        else
        {
            var refused = Assert.Throws<IronicException>(() => own.Require(task));
            Assert.Equal(ErrorReason.UnsupportedDriverExtension, refused.Reason);
            Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        }

        Assert.Equal(ErrorReason.UnsupportedDriverExtension, Assert.Throws<IronicException>(() => own.RequireAgent(task, "cleaning")).Reason);
    }

    private async Task<NodeRow> InterruptedAsync(Action<NodeRow>? change = null) => await Conductor.InsertNodeAsync(node =>
    {
        (node.Driver, node.PowerInterface, node.BootInterface, node.DeployInterface) = ("thing", "thing", "thing", "ramdisk");
        (node.ProvisionState, node.TargetProvisionState) = ("deploying", "active");
        node.InstanceInfo = """{"boot_iso":"http://images/x.iso"}""";
        node.DriverInternalInfo = """{"deploy_steps":[{"interface":"deploy","step":"deploy","priority":100}],"deploy_step_index":0}""";
        change?.Invoke(node);
    });

    private async Task<NodeRow> GoOnAsync(NodeRow node)
    {
        Assert.Equal(1, await Conductor.Interrupted.SettleAllAsync(default));
        await IdleAsync();
        return (await Storage.Nodes.FindByUuidAsync(node.Uuid, default))!;
    }
}
