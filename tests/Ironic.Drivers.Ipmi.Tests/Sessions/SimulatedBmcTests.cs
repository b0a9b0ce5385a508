using Ironic.Drivers.Ipmi.Tests.Support;

namespace Ironic.Drivers.Ipmi.Tests.Sessions;

/// <summary>The tests' own BMC, by an ipmitool that we did not write: so what the driver does with it is the protocol.</summary>
public sealed class SimulatedBmcTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(17)]
    public async Task Ipmitool_speaks_with_it(int cipherSuite)
    {
        await using var bmc = new SimulatedBmc { PowerIsOn = true, Suites = [cipherSuite] };

        var said = await Ipmitool.RunAsync(bmc.Port, bmc.User, bmc.Password, cipherSuite, "power", "status");

        Assert.Contains("Chassis Power is on", said, StringComparison.Ordinal);
        Assert.Equal((1, 0), (bmc.SessionsOpened, bmc.OpenSessions));
    }

    [Fact]
    public async Task Ipmitool_needs_its_group_key()
    {
        await using var bmc = new SimulatedBmc { GroupKey = "0123456789"u8.ToArray() };

        var said = await Ipmitool.RunAsync(bmc.Port, bmc.User, bmc.Password, 17, "-y", "30313233343536373839", "mc", "info");

        Assert.Contains("Firmware Revision", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pxe", false, "00 08 05 80 04 00 00 00")]
    [InlineData("cdrom", false, "00 08 05 80 14 00 00 00")]
    [InlineData("bios", true, "00 08 05 c0 18 00 00 00")]
    [InlineData("disk", true, "00 08 05 c0 08 00 00 00")]
    [InlineData("safe", false, "00 08 05 80 0c 00 00 00")]
    public async Task Ipmitool_sets_boot_devices_by_the_same_bytes_as_the_driver(string device, bool persistent, string expected)
    {
        await using var bmc = new SimulatedBmc();
        await using var pool = new TestPool(options => options.DefaultBootMode = Driver.Sdk.BootMode.Bios);

        await Ipmitool.RunAsync(bmc.Port, bmc.User, bmc.Password, 3, ["chassis", "bootdev", device, .. persistent ? ["options=persistent"] : Array.Empty<string>()]);
        var theirs = bmc.Commands.Where(command => command.StartsWith("00 08 05", StringComparison.Ordinal)).ToList();
        await pool.Management.SetBootDeviceAsync(TestNodes.Create(bmc.Port), device, persistent, CancellationToken.None);

        Assert.Equal(expected, theirs[^1]);
        Assert.Equal(expected, bmc.Commands.Last(command => command.StartsWith("00 08 05", StringComparison.Ordinal)));
    }
}
