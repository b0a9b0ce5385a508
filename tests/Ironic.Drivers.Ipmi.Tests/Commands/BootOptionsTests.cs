using Ironic.Driver.Sdk;
using Ironic.Drivers.Ipmi.Commands;
using Ironic.Drivers.Ipmi.Interfaces;
using Ironic.Drivers.Ipmi.Tests.Support;

namespace Ironic.Drivers.Ipmi.Tests.Commands;

public sealed class BootOptionsTests
{
    [Theory]
    [InlineData("pxe", true, true, false, "e004000000")]
    [InlineData("pxe", false, true, false, "a004000000")]
    [InlineData("disk", true, true, false, "e008000000")]
    [InlineData("disk", false, true, true, "a024000000")]
    [InlineData("disk", false, false, true, "8008000000")]
    [InlineData("safe", false, true, false, "a00c000000")]
    [InlineData("cdrom", true, false, false, "c014000000")]
    [InlineData("bios", false, false, false, "8018000000")]
    public void Flags_are_those_of_the_specification(string device, bool persistent, bool uefi, bool supermicro, string expected)
    {
        var flags = new BootFlags(BootDevices.Select(device, uefi, supermicro), persistent, uefi);

        Assert.Equal(expected, Convert.ToHexStringLower(flags.Encode()));
        Assert.Equal(flags, BootFlags.Decode(flags.Encode()));
        Assert.Equal(device, BootDevices.FindName(flags.Selector));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    public void A_selector_without_a_name_is_no_device(byte selector) => Assert.Null(BootDevices.FindName(selector));

    [Theory]
    [InlineData("{}", "{}", BootMode.Uefi)]
    [InlineData("""{"capabilities": "cpu_vt:true,boot_mode:bios"}""", "{}", BootMode.Bios)]
    [InlineData("""{"capabilities": "boot_mode:bios"}""", """{"capabilities": {"boot_mode": "uefi"}}""", BootMode.Uefi)]
    [InlineData("{}", """{"capabilities": "{\"boot_mode\": \"bios\"}"}""", BootMode.Bios)]
    [InlineData("""{"capabilities": "boot_mode"}""", """{"capabilities": "{broken"}""", BootMode.Uefi)]
    public void The_boot_mode_is_that_of_the_instance_or_the_properties(string properties, string instanceInfo, BootMode expected)
    {
        var node = new NodeContext { Uuid = "n", Properties = JsonMap.Parse(properties), InstanceInfo = JsonMap.Parse(instanceInfo) };

        Assert.Equal(expected, MachineTraits.ReadBootMode(node, BootMode.Uefi));
    }

    [Theory]
    [InlineData("\"ipmi_disable_boot_timeout\": true", true)]
    [InlineData("\"ipmi_disable_boot_timeout\": \"false\"", false)]
    [InlineData("\"ipmi_port\": null", true)]
    public async Task A_controller_is_told_to_keep_the_device(string more, bool kept)
    {
        await using var bmc = new SimulatedBmc();
        await using var pool = new TestPool();

        await pool.Management.SetBootDeviceAsync(TestNodes.Create(bmc.Port, more: more.Replace("null", $"{bmc.Port}", StringComparison.Ordinal)), "pxe", false, CancellationToken.None);

        Assert.Equal(kept, bmc.Commands.Contains("00 08 03 08"));
        Assert.Contains("00 08 05 a0 04 00 00 00", bmc.Commands);
        Assert.Equal("00 08 00 00", bmc.Commands.Last());
    }

    [Fact]
    public async Task A_forced_device_is_set_again_at_each_start()
    {
        await using var bmc = new SimulatedBmc { PowerIsOn = true };
        await using var pool = new TestPool();
        var node = TestNodes.Create(bmc.Port, more: "\"ipmi_force_boot_device\": true");
        await pool.Management.SetBootDeviceAsync(node, "disk", persistent: true, CancellationToken.None);

        await pool.Power.SetPowerStateAsync(node, PowerTarget.Reboot, null, new RecordedProgress(), CancellationToken.None);

        Assert.Equal(2, bmc.Commands.Count(command => command == "00 08 05 a0 08 00 00 00"));
        Assert.Equal(new BootDevice("disk", true), await pool.Management.GetBootDeviceAsync(node, CancellationToken.None));
        Assert.Equal("00 02 01", bmc.Commands.Last(command => command.StartsWith("00 02", StringComparison.Ordinal)));

        await pool.Management.SetBootDeviceAsync(node, "pxe", persistent: false, CancellationToken.None);
        await pool.Power.SetPowerStateAsync(node, PowerTarget.Reboot, null, new RecordedProgress(), CancellationToken.None);
        Assert.Equal(1, bmc.Commands.Count(command => command == "00 08 05 a0 04 00 00 00"));
    }

    [Fact]
    public async Task Speed_select_is_set_for_each_socket()
    {
        await using var bmc = new SimulatedBmc { Answers = command => command.NetFn == 0x2C ? [0] : null };
        await using var pool = new TestPool();
        var management = new IntelIpmiManagement(pool.Client, pool.Forced, pool.Sensors);
        var node = TestNodes.Create(bmc.Port);

        await management.ConfigureIntelSpeedselect(node, CancellationToken.None);
        Assert.Empty(bmc.Commands);
        await management.ConfigureIntelSpeedselect(node, CancellationToken.None, "0x02", socketCount: 2);

        Assert.Equal(["2c 41 04 00 00 02", "2c 41 04 00 01 02"], bmc.Commands);
        await Assert.ThrowsAsync<InvalidParameterException>(() => management.ConfigureIntelSpeedselect(node, CancellationToken.None, "two"));
        await Assert.ThrowsAsync<InvalidParameterException>(() => management.ConfigureIntelSpeedselect(node, CancellationToken.None, "0x00", 0));
    }
}
