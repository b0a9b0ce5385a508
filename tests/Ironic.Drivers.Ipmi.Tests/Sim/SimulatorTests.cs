using System.Diagnostics;
using System.Text.RegularExpressions;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Ipmi.Commands;
using Ironic.Drivers.Ipmi.Tests.Support;
using Ironic.Testing;

namespace Ironic.Drivers.Ipmi.Tests.Sim;

/// <summary>One simulator for the tests that leave it as they found it.</summary>
public sealed class SimulatorFixture : IAsyncLifetime
{
    public IpmiSimulator Simulator { get; private set; } = null!;

    public async Task InitializeAsync() => Simulator = await IpmiSimulator.StartAsync();

    public async Task DisposeAsync() => await Simulator.DisposeAsync();
}

/// <summary>The driver's interfaces against OpenIPMI's simulator.</summary>
public sealed class SimulatorTests(SimulatorFixture fixture) : IClassFixture<SimulatorFixture>, IAsyncLifetime
{
    private readonly TestPool _pool = new();
    private readonly RecordedProgress _progress = new();

    private IpmiSimulator Simulator => fixture.Simulator;

    private NodeContext Node => TestNodes.Create(Simulator.Port);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _pool.DisposeAsync();

    [Fact]
    public async Task A_machine_is_switched_on_and_off()
    {
        Simulator.Power = "0";
        Assert.Equal(PowerState.Off, await _pool.Power.GetPowerStateAsync(Node, CancellationToken.None));

        Assert.Equal(PowerState.On, await SetAsync(PowerTarget.On));
        Assert.Equal("1", Simulator.Power);
        Assert.Equal(PowerState.On, await _pool.Power.GetPowerStateAsync(Node, CancellationToken.None));

        Assert.Equal(PowerState.Off, await SetAsync(PowerTarget.Off));
        Assert.Equal("0", Simulator.Power);
    }

    [Fact]
    public async Task A_machine_that_is_on_is_not_switched_on_again()
    {
        Simulator.Power = "1";
        var before = Simulator.Events.Count;

        Assert.Equal(PowerState.On, await SetAsync(PowerTarget.On));

        Assert.Equal(before, Simulator.Events.Count);
    }

    [Theory]
    [InlineData(PowerTarget.Reboot, "power 0", "power 1")]
    [InlineData(PowerTarget.SoftReboot, "shutdown 1", "power 1")]
    public async Task A_reboot_is_off_and_on(PowerTarget target, params string[] expected)
    {
        Simulator.Power = "1";
        var before = Simulator.Events.Count;

        Assert.Equal(PowerState.On, await SetAsync(target));

        Assert.Equal(expected, Simulator.Events.Skip(before));
    }

    [Fact]
    public async Task A_machine_that_must_not_be_switched_off_is_reset()
    {
        Simulator.Power = "1";
        var before = Simulator.Events.Count;
        var node = new NodeContext { Uuid = Node.Uuid, DriverInfo = Node.DriverInfo, DisablePowerOff = true };

        Assert.Equal(PowerState.On, await _pool.Power.SetPowerStateAsync(node, PowerTarget.Reboot, null, _progress, CancellationToken.None));

        Assert.Equal(["reset 1"], Simulator.Events.Skip(before));
    }

    [Fact]
    public async Task The_operating_system_is_asked_to_shut_down()
    {
        Simulator.Power = "1";

        Assert.Equal(PowerState.Off, await SetAsync(PowerTarget.SoftOff));

        Assert.Equal("shutdown 1", Simulator.Events[^1]);
        Assert.Contains(_progress.Messages, message => message.Contains("SoftShutdown", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("pxe", true)]
    [InlineData("cdrom", false)]
    [InlineData("bios", false)]
    public async Task A_boot_device_is_set_and_read(string device, bool persistent)
    {
        await _pool.Management.SetBootDeviceAsync(Node, device, persistent, CancellationToken.None);

        var read = await _pool.Management.GetBootDeviceAsync(Node, CancellationToken.None);

        Assert.Equal(device, read.Device);
        Assert.Contains(device == "bios" ? "BIOS Setup" : device == "pxe" ? "PXE" : "CD/DVD", await Simulator.RunIpmitoolAsync("chassis", "bootparam", "get", "5"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_no_machine_boots_from_is_refused()
    {
        await Assert.ThrowsAsync<InvalidParameterException>(() => _pool.Management.SetBootDeviceAsync(Node, "floppy", false, CancellationToken.None));
    }

    [Fact]
    public async Task An_interrupt_that_the_controller_does_not_know_fails()
    {
        var exception = await Assert.ThrowsAnyAsync<DriverException>(() => _pool.Management.InjectNmiAsync(Node, CancellationToken.None));

        Assert.Equal(ErrorClass.Permanent, exception.Class);
    }

    [Fact]
    public async Task The_controller_says_who_it_is()
    {
        var info = await _pool.Client.UseAsync(Node, channel => channel.GetDeviceIdAsync(), CancellationToken.None);

        Assert.Equal(new ControllerInfo(0, "9.08", "2.0", 0x1291, 0xF02), info);
    }

    [Fact]
    public async Task Raw_commands_are_sent()
    {
        await _pool.Vendor.SendRaw(Node, "0x06 0x01", CancellationToken.None);

        var refused = await Assert.ThrowsAnyAsync<DriverException>(() => _pool.Vendor.SendRaw(Node, "0x2e 0x77 0x00", CancellationToken.None));
        Assert.Contains("0x2e 0x77", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(17, ErrorClass.BmcUnreachable)]
    [InlineData(3, null)]
    public async Task The_cipher_suite_of_the_node_is_used_and_no_other(int suite, ErrorClass? expected)
    {
        var node = TestNodes.Create(Simulator.Port, more: $"\"ipmi_cipher_suite\": \"{suite}\"");

        if (expected is null)
        {
            await _pool.Power.GetPowerStateAsync(node, CancellationToken.None);
            return;
        }

        var exception = await Assert.ThrowsAnyAsync<DriverException>(() => _pool.Power.GetPowerStateAsync(node, CancellationToken.None).AsTask());
        Assert.Equal(expected, exception.Class);
    }

    [Fact]
    public async Task A_wrong_password_is_an_authentication_failure_and_not_tried_again()
    {
        var node = TestNodes.Create(Simulator.Port, password: "wr0ng-p4ss");

        var exception = await Assert.ThrowsAsync<BmcAuthenticationException>(() => _pool.Power.GetPowerStateAsync(node, CancellationToken.None).AsTask());
        var again = await Assert.ThrowsAsync<BmcAuthenticationException>(() => _pool.Power.GetPowerStateAsync(node, CancellationToken.None).AsTask());

        Assert.DoesNotContain("wr0ng", exception.ToString(), StringComparison.Ordinal);
        Assert.Contains("not tried again", again.Message, StringComparison.Ordinal);
        await _pool.Power.GetPowerStateAsync(Node, CancellationToken.None);
    }

    [Fact]
    public async Task An_unknown_user_is_an_authentication_failure()
    {
        var node = TestNodes.Create(Simulator.Port, user: "nobody");

        await Assert.ThrowsAsync<BmcAuthenticationException>(() => _pool.Power.GetPowerStateAsync(node, CancellationToken.None).AsTask());
    }

    [Fact]
    public async Task A_user_with_less_privileges_can_read()
    {
        var asUser = TestNodes.Create(Simulator.Port, user: "limited", more: "\"ipmi_priv_level\": \"USER\"");
        await _pool.Power.GetPowerStateAsync(asUser, CancellationToken.None);
    }

    [Theory]
    [InlineData("1.5")]
    [InlineData("2.0")]
    public async Task Both_protocols_are_spoken(string version)
    {
        Simulator.Power = "1";
        var node = TestNodes.Create(Simulator.Port, more: $"\"ipmi_protocol_version\": \"{version}\"");

        Assert.Equal(PowerState.On, await _pool.Power.GetPowerStateAsync(node, CancellationToken.None));
        Assert.Equal(1, _pool.Pool.SessionCount);
    }

    [Fact]
    public async Task A_wrong_password_is_an_authentication_failure_in_the_old_protocol_too()
    {
        var node = TestNodes.Create(Simulator.Port, password: "wr0ng-p4ss", more: "\"ipmi_protocol_version\": \"1.5\"");

        await Assert.ThrowsAsync<BmcAuthenticationException>(() => _pool.Power.GetPowerStateAsync(node, CancellationToken.None).AsTask());
    }

    [Fact]
    public async Task A_controller_behind_the_bmc_is_reached_by_bridging()
    {
        var node = TestNodes.Create(Simulator.Port, more: "\"ipmi_bridging\": \"single\", \"ipmi_target_channel\": \"0\", \"ipmi_target_address\": \"0x30\"");

        var info = await _pool.Client.UseAsync(node, channel => channel.GetDeviceIdAsync(), CancellationToken.None);

        Assert.Equal((0x2A2A, 0x0707), (info.ManufacturerId, info.ProductId));
    }

    [Fact]
    public async Task Nobody_at_the_port_is_unreachable_and_soon_told()
    {
        var node = TestNodes.Create(FreePort.Next());
        var started = Stopwatch.GetTimestamp();

        var exception = await Assert.ThrowsAsync<BmcUnreachableException>(() => _pool.Power.GetPowerStateAsync(node, CancellationToken.None).AsTask());

        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(15));
        Assert.Contains("127.0.0.1", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_callers_share_one_session()
    {
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => _pool.Power.GetPowerStateAsync(Node, CancellationToken.None).AsTask()));

        // The one that asks has a session, too.
        var said = await Simulator.RunIpmitoolAsync("session", "info", "active");
        Assert.Equal("2", Regex.Match(said, @"active sessions\s*:\s*(\d+)").Groups[1].Value);
        Assert.Equal(1, _pool.Pool.SessionCount);
    }

    [Theory]
    [InlineData("true", "Warm Reset")]
    [InlineData("\"no\"", "Cold Reset")]
    public async Task A_controller_that_cannot_be_reset_says_so(string warm, string command)
    {
        var exception = await Assert.ThrowsAsync<PermanentFailureException>(
            () => _pool.Vendor.BmcReset(Node, CancellationToken.None, System.Text.Json.JsonElement.Parse(warm)));

        Assert.Contains(command, exception.Message, StringComparison.Ordinal);
        Assert.Contains("invalid command", exception.Message, StringComparison.Ordinal);
    }

    private Task<PowerState> SetAsync(PowerTarget target) => _pool.Power.SetPowerStateAsync(Node, target, null, _progress, CancellationToken.None);
}
