using Ironic.BmcSimulator;
using Ironic.BmcSimulator.Faults;
using Ironic.BmcSimulator.Machines;
using Ironic.BmcSimulator.Redfish;
using Ironic.Drivers.Redfish.Tests.Support;
using V1 = Ironic.Driver.V1;

namespace Ironic.Drivers.Redfish.Tests.Sim;

/// <summary>Machines are switched on and off.</summary>
public sealed class PowerTests
{
    private static readonly MachineTimings Visible = new()
    {
        PowerOn = TimeSpan.FromMilliseconds(100),
        ForceOff = TimeSpan.FromMilliseconds(60),
        GracefulShutdown = TimeSpan.FromMilliseconds(150),
        Restart = TimeSpan.FromMilliseconds(60),
    };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_machine_goes_through_all_its_states(bool dell)
    {
        await using var driver = await TestDriver.StartAsync(new FleetOptions { RedfishServers = 1, Timings = Visible, Redfish = new RedfishBehaviour { Dell = dell, RefuseIdleResets = dell } });

        Assert.Equal(V1.PowerState.Off, await driver.ReadPowerAsync());
        Assert.Equal(V1.PowerState.On, await driver.SwitchAsync(V1.PowerTarget.On));
        await Testing.Eventually.ThatAsync(() => driver.Server.PowerState == PowerState.On, TimeSpan.FromSeconds(10), "it is on");
        Assert.Equal(V1.PowerState.On, await driver.SwitchAsync(V1.PowerTarget.On));
        Assert.Equal(V1.PowerState.On, await driver.SwitchAsync(V1.PowerTarget.Reboot));
        Assert.Equal(V1.PowerState.On, await driver.SwitchAsync(V1.PowerTarget.SoftReboot));
        Assert.Equal(V1.PowerState.Off, await driver.SwitchAsync(V1.PowerTarget.SoftOff));
        Assert.Equal(V1.PowerState.Off, await driver.SwitchAsync(V1.PowerTarget.Off));
        Assert.Equal(V1.PowerState.On, await driver.SwitchAsync(V1.PowerTarget.Reboot));
        Assert.Equal(V1.PowerState.Off, await driver.SwitchAsync(V1.PowerTarget.Off));
        Assert.Equal(V1.PowerState.On, await driver.SwitchAsync(V1.PowerTarget.SoftReboot));
        Assert.Equal(1, driver.Server.RedfishCounters.PeakRequests);
        Assert.Equal(1, driver.Server.RedfishCounters.SessionsOpened);
    }

    [Fact]
    public async Task A_machine_that_must_not_be_off_is_restarted()
    {
        await using var driver = await TestDriver.StartAsync(new FleetOptions { RedfishServers = 1, PoweredOn = true, Timings = Visible });
        var states = new List<string>();
        driver.Server.Happened += happened => states.Add($"{happened.Kind} {happened.Detail}");
        var node = driver.Node();
        node.DisablePowerOff = true;

        Assert.Equal(V1.PowerState.On, await driver.SwitchAsync(V1.PowerTarget.Reboot, node));

        await Testing.Eventually.ThatAsync(() => states.Exists(state => state.StartsWith("Booted", StringComparison.Ordinal)), TimeSpan.FromSeconds(10), "it boots");
    }

    [Fact]
    public async Task Several_machines_behind_one_address_are_told_apart()
    {
        await using var driver = await TestDriver.StartAsync(new FleetOptions { RedfishServers = 3, Timings = MachineTimings.None });
        var address = $"{driver.Fleet.RedfishUrl}";

        var (kind, message) = await TestDriver.FailAsync(() => driver.ReadPowerAsync(driver.Node(address: address)));
        Assert.Equal("MISSING_PARAMETER", kind);
        Assert.Contains("redfish_system_id", message, StringComparison.Ordinal);
        await driver.SwitchAsync(V1.PowerTarget.On, driver.Node("\"redfish_system_id\": \"/redfish/v1/Systems/redfish-2\"", address));
        Assert.Equal("PERMANENT", (await TestDriver.FailAsync(() => driver.ReadPowerAsync(driver.Node("\"redfish_system_id\": \"/redfish/v1/Systems/nobody\"", address)))).Class);

        Assert.Equal([PowerState.Off, PowerState.On, PowerState.Off], driver.Fleet.Servers.Select(server => server.PowerState));
        Assert.Equal(1, driver.Pool.SessionCount);
    }

    [Theory]
    [InlineData(FaultKind.Unavailable)]
    [InlineData(FaultKind.Reset)]
    [InlineData(FaultKind.SessionsExhausted)]
    public async Task What_passes_is_waited_for(FaultKind kind)
    {
        await using var driver = await TestDriver.StartAsync();
        driver.Server.Faults.Add(new Fault(kind) { Times = 2 });

        Assert.Equal(V1.PowerState.Off, await driver.ReadPowerAsync());
    }

    [Theory]
    [InlineData(FaultKind.Malformed, "PERMANENT")]
    [InlineData(FaultKind.Stall, "BMC_UNREACHABLE")]
    [InlineData(FaultKind.Slow, "BMC_UNREACHABLE")]
    [InlineData(FaultKind.Reset, "BMC_UNREACHABLE")]
    [InlineData(FaultKind.Unavailable, "RETRYABLE")]
    [InlineData(FaultKind.WrongCredentials, "AUTHENTICATION")]
    [InlineData(FaultKind.SessionsExhausted, "RETRYABLE")]
    public async Task What_stays_has_its_class(FaultKind kind, string expected)
    {
        await using var driver = await TestDriver.StartAsync(null, "--Redfish:RequestTimeout=00:00:00.300", "--Redfish:ConnectTimeout=00:00:00.300", "--Redfish:Attempts=2", "--Redfish:CircuitThreshold=100");
        driver.Server.Faults.Add(new Fault(kind) { Delay = TimeSpan.FromMinutes(1) });

        var (found, message) = await TestDriver.FailAsync(() => driver.ReadPowerAsync());

        Assert.Equal(expected, found);
        Assert.DoesNotContain(driver.Fleet.Options.Password, message, StringComparison.Ordinal);
        driver.Server.Faults.Clear();
        Assert.Equal(V1.PowerState.Off, await driver.ReadPowerAsync());
    }

    [Fact]
    public async Task Wrong_passwords_and_absent_controllers_have_their_classes()
    {
        await using var driver = await TestDriver.StartAsync(null, "--Redfish:Attempts=2");

        Assert.Equal("AUTHENTICATION", (await TestDriver.FailAsync(() => driver.ReadPowerAsync(driver.Node(password: "wr0ng")))).Class);
        Assert.Equal("BMC_UNREACHABLE", (await TestDriver.FailAsync(() => driver.ReadPowerAsync(driver.Node(address: $"http://127.0.0.1:{Testing.FreePort.Next()}")))).Class);
        Assert.Equal("BMC_UNREACHABLE", (await TestDriver.FailAsync(() => driver.ReadPowerAsync(driver.Node(address: "http://nobody.invalid")))).Class);
    }

    [Fact]
    public async Task No_session_is_left_behind()
    {
        await using var fleet = await SimulatedFleet.StartAsync(new FleetOptions { RedfishServers = 1, Timings = MachineTimings.None });
        var driver = await TestDriver.StartAsync();
        var node = driver.Node(server: fleet.Servers[0]);
        await driver.ReadPowerAsync(node);
        Assert.Equal(1, fleet.Servers[0].RedfishCounters.SessionsNow);

        await driver.DisposeAsync();

        Assert.Equal(0, fleet.Servers[0].RedfishCounters.SessionsNow);
    }

    [Fact]
    public async Task A_controller_that_forgets_sessions_gets_a_new_one()
    {
        await using var driver = await TestDriver.StartAsync();
        await driver.ReadPowerAsync();
        driver.Server.Faults.Add(new Fault(FaultKind.WrongCredentials) { Times = 1, Path = "Systems" });

        Assert.Equal(V1.PowerState.On, await driver.SwitchAsync(V1.PowerTarget.On));

        Assert.Equal(2, driver.Server.RedfishCounters.SessionsOpened);
    }
}
