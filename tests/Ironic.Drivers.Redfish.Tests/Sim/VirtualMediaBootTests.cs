using Ironic.BmcSimulator;
using Ironic.BmcSimulator.Faults;
using Ironic.BmcSimulator.Machines;
using Ironic.BmcSimulator.Redfish;
using Ironic.Drivers.Redfish.Tests.Support;
using V1 = Ironic.Driver.V1;

namespace Ironic.Drivers.Redfish.Tests.Sim;

/// <summary>Machines that boot from an ISO which their controllers fetch.</summary>
public sealed class VirtualMediaBootTests
{
    private const string Iso = IsoBootCalls.Iso;

    [Theory]
    [InlineData(MediaPlace.System, "redfish-virtual-media")]
    [InlineData(MediaPlace.Manager, "redfish-virtual-media")]
    [InlineData(MediaPlace.Both, "idrac-redfish-virtual-media")]
    public async Task An_instance_boots_from_its_iso_each_time_until_it_is_cleaned_up(MediaPlace place, string implementation)
    {
        await using var driver = await StartAsync(new RedfishBehaviour { Media = place });
        var node = driver.BootedInstance();

        await driver.RunBootAsync(V1.BootPhase.PrepareInstance, node, implementation);
        Assert.Equal(PowerState.Off, driver.Server.PowerState);
        for (var i = 0; i < 2; i++)
            await driver.SwitchAsync(V1.PowerTarget.Reboot);
        Assert.Equal([("Cd", Iso), ("Cd", Iso)], driver.Server.Boots.Select(boot => (boot.Source, boot.Image)));

        await driver.RunBootAsync(V1.BootPhase.CleanUpInstance, node, implementation);
        await driver.RunBootAsync(V1.BootPhase.CleanUpInstance, node, implementation);
        Assert.Empty(driver.Server.Media);
        Assert.Equal((PowerState.On, "Cd"), (driver.Server.PowerState, driver.Server.NextBoot.Target));
    }

    [Fact]
    public async Task What_is_in_the_drive_already_makes_place()
    {
        await using var driver = await StartAsync();
        await AttachAsync(driver, V1.VirtualMediaType.Cdrom, "http://images.example/other.iso");
        await AttachAsync(driver, V1.VirtualMediaType.Floppy, "http://images.example/floppy.img");

        await driver.RunBootAsync(V1.BootPhase.PrepareInstance, driver.BootedInstance());
        Assert.Equal(Iso, driver.Server.Media["Cd"]);
        Assert.Equal("http://images.example/floppy.img", driver.Server.Media["Floppy"]);

        await driver.RunBootAsync(V1.BootPhase.PrepareInstance, driver.BootedInstance());
        await driver.RunBootAsync(V1.BootPhase.CleanUpInstance, driver.BootedInstance());
        Assert.Equal(["Floppy"], driver.Server.Media.Keys);
    }

    [Theory]
    [InlineData("", "Continuous")]
    [InlineData("\"Default\"", "Continuous")]
    [InlineData("\"Always\"", "Continuous")]
    [InlineData("\"Never\"", "Once")]
    [InlineData("\"false\"", "Continuous")]
    public async Task The_node_says_for_how_many_boots(string force, string enabled)
    {
        await using var driver = await StartAsync();
        await driver.RunBootAsync(V1.BootPhase.PrepareInstance, driver.BootedInstance(info: IsoBootCalls.Force(force)));
        Assert.Equal(("Cd", enabled), (driver.Server.NextBoot.Target, driver.Server.NextBoot.Enabled));
    }

    [Theory]
    [InlineData("", "Once")]
    [InlineData("\"Never\"", "Once")]
    [InlineData("\"Always\"", "Continuous")]
    [InlineData("true", "Continuous")]
    public async Task A_ramdisk_boots_from_its_iso_once(string force, string enabled)
    {
        await using var driver = await StartAsync();
        var node = driver.Node(IsoBootCalls.Force(force));

        await driver.RunBootAsync(V1.BootPhase.PrepareRamdisk, node, ramdisk: new V1.RamdiskBoot { IsoUrl = Iso, Parameters = { ["ipa-debug"] = "1" } });
        Assert.Equal((Iso, "Cd", enabled), (driver.Server.Media["Cd"], driver.Server.NextBoot.Target, driver.Server.NextBoot.Enabled));
        await driver.RunBootAsync(V1.BootPhase.CleanUpRamdisk, node);
        Assert.Empty(driver.Server.Media);

        var kernel = new V1.RamdiskBoot { KernelUrl = "http://images.example/k", RamdiskUrl = "http://images.example/r" };
        Assert.Equal("UNSUPPORTED", (await TestDriver.FailAsync(() => driver.RunBootAsync(V1.BootPhase.PrepareRamdisk, node, ramdisk: kernel))).Class);
        Assert.Equal("INVALID_PARAMETER", (await TestDriver.FailAsync(() => driver.RunBootAsync(V1.BootPhase.PrepareRamdisk, node, ramdisk: new V1.RamdiskBoot { IsoUrl = "live.iso" }))).Class);
    }

    [Theory]
    [InlineData("""{"boot_mode": "bios"}""", "", "Legacy", false)]
    [InlineData("\"{\\\"boot_mode\\\": \\\"bios\\\"}\"", "", "Legacy", false)]
    [InlineData("{}", "cpu_vt:true,boot_mode:bios", "Legacy", false)]
    [InlineData("""{"boot_mode": "UEFI", "secure_boot": "true"}""", "", "UEFI", true)]
    [InlineData("""{"secure_boot": "false"}""", "", "UEFI", false)]
    public async Task The_firmware_is_set_as_the_capabilities_say(string instance, string properties, string mode, bool secure)
    {
        await using var driver = await StartAsync();
        var node = driver.BootedInstance(instance: $$"""{"boot_iso": "{{Iso}}", "capabilities": {{instance}}}""", properties: properties);

        await driver.RunBootAsync(V1.BootPhase.PrepareInstance, node);
        Assert.Equal((mode, secure), (driver.Server.NextBoot.Mode, await driver.IsBootSecureAsync()));
        Assert.Equal(PowerState.Off, driver.Server.PowerState);
        await driver.RunBootAsync(V1.BootPhase.CleanUpInstance, node);
        Assert.Equal((mode, false), (driver.Server.NextBoot.Mode, await driver.IsBootSecureAsync()));
    }

    [Fact]
    public async Task An_instance_whose_capabilities_have_become_wrong_is_cleaned_up()
    {
        await using var driver = await StartAsync();
        await driver.RunBootAsync(V1.BootPhase.PrepareInstance, driver.BootedInstance());
        await driver.RunBootAsync(V1.BootPhase.CleanUpInstance, driver.BootedInstance(instance: """{"boot_iso": "http://images.example/live.iso", "capabilities": {"secure_boot": "maybe"}}"""));
        Assert.Empty(driver.Server.Media);
    }

    [Theory]
    [InlineData("{}", "", "MISSING_PARAMETER", "boot_iso")]
    [InlineData("""{"boot_iso": ""}""", "", "MISSING_PARAMETER", "boot_iso")]
    [InlineData("""{"kernel": "http://k", "ramdisk": "http://r"}""", "", "INVALID_PARAMETER", "no ISO is made")]
    [InlineData("""{"boot_iso": "http://images.example/a.iso", "image_source": "http://images.example/a.img"}""", "", "INVALID_PARAMETER", "may not be specified at the same time")]
    [InlineData("""{"boot_iso": "0ae8ba85-0d02-4f0d-9d24-5cf1ef2ba7b5"}""", "", "INVALID_PARAMETER", "must be a URL")]
    [InlineData("""{"boot_iso": "ftp://me:s3cret@images.example/a.iso"}""", "", "INVALID_PARAMETER", "must be a URL")]
    [InlineData("""{"boot_iso": ["http://images.example/a.iso"]}""", "", "INVALID_PARAMETER", "boot_iso")]
    [InlineData("""{"boot_iso": "http://images.example/a.iso", "capabilities": {"boot_mode": "vmware"}}""", "", "INVALID_PARAMETER", "bios, uefi")]
    [InlineData("""{"boot_iso": "http://images.example/a.iso", "capabilities": {"secure_boot": "maybe"}}""", "", "INVALID_PARAMETER", "secure_boot")]
    [InlineData("""{"boot_iso": "http://images.example/a.iso", "capabilities": "fast"}""", "", "INVALID_PARAMETER", "JSON object")]
    [InlineData("""{"boot_iso": "http://images.example/a.iso", "capabilities": {"boot_mode": "uefi"}}""", "boot_mode:bios", "INVALID_PARAMETER", "violates")]
    public async Task An_instance_that_cannot_boot_is_found_before_anything_is_done(string instance, string properties, string kind, string reason)
    {
        await using var driver = await StartAsync();
        var node = driver.BootedInstance(instance: instance, properties: properties);

        foreach (var call in (Func<Task>[])[() => driver.ValidateBootAsync(node), () => driver.RunBootAsync(V1.BootPhase.PrepareInstance, node)])
        {
            var failure = await TestDriver.FailAsync(call);
            Assert.Equal(kind, failure.Class);
            Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("s3cret", failure.Message, StringComparison.Ordinal);
        }

        Assert.Equal(0, driver.Server.RedfishCounters.Requests);
    }

    [Fact]
    public async Task Validation_looks_at_what_the_node_boots()
    {
        await using var driver = await StartAsync();
        await driver.ValidateBootAsync(driver.BootedInstance());
        // An instance on a disk, or none at all.
        await driver.ValidateBootAsync(driver.Node());
        Assert.Equal("INVALID_PARAMETER", (await TestDriver.FailAsync(() => driver.ValidateBootAsync(driver.BootedInstance(info: IsoBootCalls.Force("\"Sometimes\""))))).Class);
        Assert.Equal("UNSUPPORTED", (await TestDriver.FailAsync(() => driver.RunBootAsync(V1.BootPhase.PrepareInstance, driver.Node()))).Class);
        Assert.Equal(0, driver.Server.RedfishCounters.Requests);
    }

    [Fact]
    public async Task A_password_in_the_address_goes_to_the_controller_and_nowhere_else()
    {
        const string address = "https://me:s3cret%21@images.example/live.iso";
        await using var driver = await StartAsync();
        var node = driver.BootedInstance(instance: $$"""{"boot_iso": "{{address}}"}""");

        await driver.RunBootAsync(V1.BootPhase.PrepareInstance, node);
        Assert.Equal("https://images.example/live.iso", driver.Server.Media["Cd"]);
        Assert.Equal("me", (await driver.ReadAsync("/redfish/v1/Systems/redfish-1/VirtualMedia/Cd")).GetProperty("UserName").GetString());

        driver.Server.Faults.Add(new Fault(FaultKind.Unavailable) { Path = "InsertMedia" });
        var failure = await TestDriver.FailAsync(() => driver.RunBootAsync(V1.BootPhase.PrepareInstance, node));
        Assert.Equal("RETRYABLE", failure.Class);
        Assert.DoesNotContain("s3cret", failure.Message, StringComparison.Ordinal);
        Assert.Empty(driver.Server.Media);
    }

    [Fact]
    public async Task A_controller_without_virtual_drives_boots_nothing_and_has_nothing_to_clean_up()
    {
        await using var driver = await StartAsync(new RedfishBehaviour { Media = MediaPlace.None });
        Assert.Equal("UNSUPPORTED", (await TestDriver.FailAsync(() => driver.RunBootAsync(V1.BootPhase.PrepareInstance, driver.BootedInstance()))).Class);
        await driver.RunBootAsync(V1.BootPhase.CleanUpInstance, driver.BootedInstance());
        await driver.RunBootAsync(V1.BootPhase.CleanUpRamdisk, driver.Node());
    }

    private static Task<TestDriver> StartAsync(RedfishBehaviour? behaviour = null) =>
        TestDriver.StartAsync(new FleetOptions { RedfishServers = 1, Timings = MachineTimings.None, Redfish = behaviour ?? new RedfishBehaviour() }, "--Redfish:Attempts=1");

    private static async Task AttachAsync(TestDriver driver, V1.VirtualMediaType type, string url) => await driver.Management.AttachVirtualMediaAsync(
        new V1.AttachVirtualMediaRequest { Context = driver.Context(), Node = driver.Node(), Interface = "redfish", Type = type, ImageUrl = url });
}
