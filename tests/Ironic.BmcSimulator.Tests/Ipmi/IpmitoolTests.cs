using Ironic.BmcSimulator.Ipmi;
using Ironic.BmcSimulator.Machines;
using Ironic.Testing;

namespace Ironic.BmcSimulator.Tests.Ipmi;

/// <summary>Debian's ipmitool, unmodified, against the simulator: that it understands it is what makes the simulator's IPMI IPMI.</summary>
public sealed class IpmitoolTests : IAsyncLifetime
{
    private SimulatedFleet _fleet = null!;

    private SimulatedServer Server => _fleet.Servers[0];

    public async Task InitializeAsync() => _fleet = await SimulatedFleet.StartAsync(new FleetOptions { IpmiServers = 2, Timings = MachineTimings.None });

    public async Task DisposeAsync() => await _fleet.DisposeAsync();

    [Theory]
    [InlineData(3)]
    [InlineData(17)]
    public async Task Power(int suite)
    {
        Assert.Contains("Chassis Power is off", await RunAsync(suite, "power", "status"), StringComparison.Ordinal);
        await RunAsync(suite, "power", "on");
        Assert.Equal(PowerState.On, Server.PowerState);
        Assert.Contains("Chassis Power is on", await RunAsync(suite, "power", "status"), StringComparison.Ordinal);
        await RunAsync(suite, "power", "reset");
        await RunAsync(suite, "power", "cycle");
        Assert.Equal(3, Server.Boots.Count);
        await RunAsync(suite, "power", "diag");
        Assert.Equal(1, Server.Interrupts);
        await RunAsync(suite, "power", "soft");
        Assert.Equal(PowerState.Off, Server.PowerState);
        await RunAsync(suite, "power", "on");
        await RunAsync(suite, "power", "off");
        Assert.Equal(PowerState.Off, Server.PowerState);

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(suite, "power", "cycle"));
        Assert.Contains("not supported in present state", refused.Message, StringComparison.Ordinal);
        Assert.Equal((0, 1, 0), (Server.IpmiCounters.SessionsNow, Server.IpmiCounters.PeakSessions, (int)Server.IpmiCounters.ProtocolErrors));
        Assert.Equal(0, _fleet.Servers[1].IpmiCounters.Requests);
    }

    [Theory]
    [InlineData("MD5")]
    [InlineData("PASSWORD")]
    public async Task Version_15(string authentication)
    {
        await Ipmitool.Run15Async(_fleet, Server, authentication, "power", "on");

        Assert.Contains("Chassis Power is on", await Ipmitool.Run15Async(_fleet, Server, authentication, "power", "status"), StringComparison.Ordinal);
        Assert.Equal((0, 1), (Server.IpmiCounters.SessionsNow, Server.IpmiCounters.PeakSessions));
    }

    [Fact]
    public async Task Boot_devices()
    {
        await RunAsync(17, "chassis", "bootdev", "pxe", "options=efiboot");
        Assert.Equal(("Pxe", "Once", "UEFI"), Server.NextBoot);
        Assert.Contains("Force PXE", await RunAsync(17, "chassis", "bootparam", "get", "5"), StringComparison.Ordinal);
        await RunAsync(17, "power", "on");
        Assert.Equal("Pxe", Server.Boots.Single().Source);
        Assert.Equal("Disabled", Server.NextBoot.Enabled);

        await RunAsync(17, "chassis", "bootdev", "cdrom", "options=persistent");
        await RunAsync(17, "power", "reset");
        await RunAsync(17, "power", "reset");
        Assert.Equal(["Pxe", "Cd", "Cd"], Server.Boots.Select(boot => boot.Source));
        Assert.Equal(("Cd", "Continuous", "Legacy"), Server.NextBoot);
        await RunAsync(17, "chassis", "bootdev", "none");
        Assert.Equal("Disabled", Server.NextBoot.Enabled);
    }

    [Fact]
    public async Task Controller()
    {
        var info = await RunAsync(17, "mc", "info");
        Assert.Contains("Firmware Revision         : 4.10", info, StringComparison.Ordinal);
        Assert.Contains("IPMI Version              : 2.0", info, StringComparison.Ordinal);
        Assert.Contains("Manufacturer ID           : 343", info, StringComparison.Ordinal);
        Assert.Matches("^ ?20 81 04 10 02", await RunAsync(17, "raw", "0x06", "0x01"));
        Assert.Contains("passed", await RunAsync(17, "mc", "selftest"), StringComparison.Ordinal);
        Assert.Contains("Channel 0x1 info", await RunAsync(17, "channel", "info", "1"), StringComparison.Ordinal);
        // Nobody answers when it closes its session: that ended with the restart. So it is to wait for short.
        await RunAsync(17, "-N", "1", "-R", "1", "mc", "reset", "cold");
        Assert.Equal((1, 0), (Server.ControllerResets, Server.IpmiCounters.SessionsNow));
        await RunAsync(17, "-N", "1", "-R", "1", "mc", "reset", "warm");
        Assert.Equal(2, Server.ControllerResets);
    }

    [Fact]
    public async Task Light()
    {
        await RunAsync(17, "chassis", "identify", "force");
        Assert.Equal("Blinking", Server.Indicator);
        await RunAsync(17, "chassis", "identify", "0");
        Assert.Equal("Off", Server.Indicator);
        Assert.Contains("System Power         : off", await RunAsync(17, "chassis", "status"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sensors()
    {
        Server.PowerState = PowerState.On;
        var list = await RunAsync(17, "sdr", "list");
        Assert.Matches(@"CPU1 Temp +\| 46 degrees C +\| ok", list);
        Assert.Matches(@"Fan1 +\| 5400 RPM +\| ok", list);
        Assert.Matches(@"P12V +\| 12.10 Volts +\| ok", list);
        Assert.Matches(@"PSU1 Power +\| 210 Watts +\| ok", list);
        var detailed = await RunAsync(17, "sdr", "-v");
        Assert.Contains("Upper critical        : 95.000", detailed, StringComparison.Ordinal);
        Server.PowerState = PowerState.Off;
        Assert.Matches(@"Fan1 +\| 0 RPM +\| ok", await RunAsync(17, "sdr", "list"));
    }

    [Fact]
    public async Task Console()
    {
        string[] command = [Ipmitool.Program, .. Ipmitool.Address(_fleet, Server), "-I", "lanplus", "-C", "17", "sol", "activate"];

        var said = await ServerProcess.RunAsync(
            new ServerProcessOptions("/usr/bin/python3", [Path.Combine(AppContext.BaseDirectory, "Ipmi", "drive_sol.py"), .. command]), TimeSpan.FromMinutes(2));

        Assert.Contains("ended 0", said, StringComparison.Ordinal);
        Assert.Equal((0, 0), (Server.IpmiCounters.SessionsNow, (int)Server.IpmiCounters.ProtocolErrors));
        Assert.Contains("Enabled", await RunAsync(17, "sol", "info", "1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_password_and_unknown_commands()
    {
        foreach (var options in (FleetOptions[])[new() { IpmiServers = 1, User = "another" }, new() { IpmiServers = 1, Password = "another" }])
        {
            await using var other = await SimulatedFleet.StartAsync(options);
            var counters = other.Servers[0].IpmiCounters;
            await Assert.ThrowsAsync<InvalidOperationException>(() => Ipmitool.RunAsync(_fleet, other.Servers[0], 17, "power", "status"));
            Assert.Equal(0, counters.SessionsOpened);
            // Of a wrong password the controller hears nothing in version 2.0: ipmitool sees it in the controller's answer, and gives up.
            Assert.Equal(options.User == "another", counters.AuthenticationFailures > 0);
        }

        var unknown = await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(17, "raw", "0x2e", "0x01"));
        Assert.Contains("0xc1", unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Group_key_and_one_suite_only()
    {
        await using var fleet = await SimulatedFleet.StartAsync(new FleetOptions { IpmiServers = 1, Ipmi = new IpmiBehaviour { GroupKey = [.. "0123456789"u8], Suites = [17], Version15 = false } });

        await Ipmitool.RunAsync(fleet, fleet.Servers[0], 17, "-y", "30313233343536373839", "power", "on");
        // ipmitool says so, and then tries another suite by itself.
        Assert.Contains("no matching cipher suite", await Ipmitool.RunAsync(fleet, fleet.Servers[0], 3, "-y", "30313233343536373839", "power", "status"), StringComparison.Ordinal);

        Assert.NotEqual(PowerState.Off, fleet.Servers[0].PowerState);
    }

    private Task<string> RunAsync(int suite, params string[] arguments) => Ipmitool.RunAsync(_fleet, Server, suite, arguments);
}
