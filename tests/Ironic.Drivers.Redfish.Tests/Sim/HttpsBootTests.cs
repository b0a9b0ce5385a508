using Ironic.BmcSimulator;
using Ironic.BmcSimulator.Faults;
using Ironic.BmcSimulator.Machines;
using Ironic.BmcSimulator.Redfish;
using Ironic.Drivers.Redfish.Tests.Support;
using V1 = Ironic.Driver.V1;

namespace Ironic.Drivers.Redfish.Tests.Sim;

/// <summary>Machines whose firmware fetches the ISO that they boot from.</summary>
public sealed class HttpsBootTests
{
    private const string Implementation = "redfish-https";

    private const string Iso = IsoBootCalls.Iso;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_instance_boots_from_its_iso_each_time_until_it_is_cleaned_up(bool onlyOnce)
    {
        await using var driver = await StartAsync(new RedfishBehaviour { RefuseContinuousBoot = onlyOnce });
        var node = driver.BootedInstance();

        await RunAsync(driver, V1.BootPhase.PrepareInstance, node);
        Assert.Equal(PowerState.Off, driver.Server.PowerState);
        for (var i = 0; i < 2; i++)
            await driver.SwitchAsync(V1.PowerTarget.Reboot);
        Assert.Equal([("UefiHttp", Iso), ("UefiHttp", Iso)], driver.Server.Boots.Select(boot => (boot.Source, boot.Image)));

        await RunAsync(driver, V1.BootPhase.CleanUpInstance, node);
        await RunAsync(driver, V1.BootPhase.CleanUpInstance, node);
        await driver.SwitchAsync(V1.PowerTarget.Reboot);
        Assert.Equal("Hdd", driver.Server.Boots[^1].Source);
        Assert.Empty(driver.Server.Media);
        // Whoever boots over HTTP next must not get what was this instance's.
        Assert.Equal("", await ReadAddressAsync(driver));
    }

    [Fact]
    public async Task Another_iso_takes_the_place_of_the_one_before()
    {
        await using var driver = await StartAsync();
        await RunAsync(driver, V1.BootPhase.PrepareInstance, driver.BootedInstance());
        await RunAsync(driver, V1.BootPhase.PrepareInstance, driver.BootedInstance("""{"boot_iso": "http://images.example/other.iso"}"""));
        await driver.SwitchAsync(V1.PowerTarget.On);
        Assert.Equal("http://images.example/other.iso", driver.Server.Boots[^1].Image);
    }

    [Fact]
    public async Task Secure_boot_is_on_for_as_long_as_the_instance_is_there()
    {
        await using var driver = await StartAsync();
        var node = driver.BootedInstance($$"""{"boot_iso": "{{Iso}}", "capabilities": {"secure_boot": "true"} }""");
        await RunAsync(driver, V1.BootPhase.PrepareInstance, node);
        Assert.True(await driver.IsBootSecureAsync());
        await RunAsync(driver, V1.BootPhase.CleanUpInstance, node);
        Assert.False(await driver.IsBootSecureAsync());
    }

    [Fact]
    public async Task A_controller_that_does_not_switch_overrides_off_is_told_of_no_device()
    {
        await using var driver = await StartAsync(new RedfishBehaviour { RefuseDisabledBoot = true });
        await RunAsync(driver, V1.BootPhase.PrepareInstance, driver.BootedInstance());
        await RunAsync(driver, V1.BootPhase.CleanUpInstance, driver.BootedInstance());
        Assert.Equal(("None", ""), (driver.Server.NextBoot.Target, await ReadAddressAsync(driver)));
    }

    [Fact]
    public async Task A_controller_that_is_busy_keeps_the_instance_until_it_is_asked_again()
    {
        await using var driver = await StartAsync();
        var node = driver.BootedInstance();
        await RunAsync(driver, V1.BootPhase.PrepareInstance, node);
        driver.Server.Faults.Add(new Fault(FaultKind.Unavailable) { Method = "PATCH" });
        Assert.Equal("RETRYABLE", (await TestDriver.FailAsync(() => RunAsync(driver, V1.BootPhase.CleanUpInstance, node))).Class);
        Assert.Equal("UefiHttp", driver.Server.NextBoot.Target);

        driver.Server.Faults.Clear();
        await RunAsync(driver, V1.BootPhase.CleanUpInstance, node);
        Assert.Equal("Disabled", driver.Server.NextBoot.Enabled);
    }

    [Fact]
    public async Task A_machine_that_does_not_boot_over_HTTP_is_left_as_it_is()
    {
        await using var driver = await StartAsync(new RedfishBehaviour { BootsOverHttp = false });
        var failure = await TestDriver.FailAsync(() => RunAsync(driver, V1.BootPhase.PrepareInstance, driver.BootedInstance()));
        Assert.Equal("UNSUPPORTED", failure.Class);
        Assert.Contains("does not boot over HTTP", failure.Message, StringComparison.Ordinal);
        Assert.Equal("Disabled", driver.Server.NextBoot.Enabled);
        await RunAsync(driver, V1.BootPhase.CleanUpInstance, driver.BootedInstance());
    }

    [Theory]
    [InlineData("", "Once")]
    [InlineData("\"Always\"", "Continuous")]
    public async Task A_ramdisk_boots_from_its_iso_once(string force, string enabled)
    {
        await using var driver = await StartAsync();
        var node = driver.Node(IsoBootCalls.Force(force));

        await RunAsync(driver, V1.BootPhase.PrepareRamdisk, node, new V1.RamdiskBoot { IsoUrl = Iso });
        Assert.Equal(("UefiHttp", enabled, Iso), (driver.Server.NextBoot.Target, driver.Server.NextBoot.Enabled, await ReadAddressAsync(driver)));
        await RunAsync(driver, V1.BootPhase.CleanUpRamdisk, node);
        Assert.Equal(("Disabled", ""), (driver.Server.NextBoot.Enabled, await ReadAddressAsync(driver)));

        var kernel = new V1.RamdiskBoot { KernelUrl = "http://images.example/k", RamdiskUrl = "http://images.example/r" };
        Assert.Equal("UNSUPPORTED", (await TestDriver.FailAsync(() => RunAsync(driver, V1.BootPhase.PrepareRamdisk, node, kernel))).Class);
        Assert.Equal("INVALID_PARAMETER", (await TestDriver.FailAsync(() => RunAsync(driver, V1.BootPhase.PrepareRamdisk, node, new V1.RamdiskBoot { IsoUrl = "nfs://images.example/live.iso" }))).Class);
    }

    [Fact]
    public async Task A_machine_in_bios_mode_becomes_one_with_uefi()
    {
        await using var driver = await StartAsync();
        await driver.Management.SetBootModeAsync(new V1.SetBootModeRequest { Context = driver.Context(), Node = driver.Node(), Interface = "redfish", Mode = V1.BootMode.Bios });
        Assert.Equal("Legacy", driver.Server.NextBoot.Mode);

        await RunAsync(driver, V1.BootPhase.PrepareInstance, driver.BootedInstance());
        Assert.Equal("UEFI", driver.Server.NextBoot.Mode);
        await driver.SwitchAsync(V1.PowerTarget.On);
        Assert.Equal(("UefiHttp", "UEFI", Iso), (driver.Server.Boots[^1].Source, driver.Server.Boots[^1].Mode, driver.Server.Boots[^1].Image));
    }

    [Fact]
    public async Task Another_boot_device_outlives_the_clean_up()
    {
        await using var driver = await StartAsync();
        await driver.Management.SetBootDeviceAsync(new V1.SetBootDeviceRequest { Context = driver.Context(), Node = driver.Node(), Interface = "redfish", Device = "pxe", Persistent = true });
        await RunAsync(driver, V1.BootPhase.CleanUpInstance, driver.BootedInstance());
        await RunAsync(driver, V1.BootPhase.CleanUpRamdisk, driver.Node());
        Assert.Equal(("Pxe", "Continuous"), (driver.Server.NextBoot.Target, driver.Server.NextBoot.Enabled));
    }

    [Theory]
    [InlineData("{}", "MISSING_PARAMETER", "boot_iso")]
    [InlineData("""{"boot_iso": "cifs://images.example/a.iso"}""", "INVALID_PARAMETER", "http, https")]
    [InlineData("""{"boot_iso": "https://me:s3cret@images.example/a.iso"}""", "INVALID_PARAMETER", "must not have a user")]
    [InlineData("""{"boot_iso": "https://images.example/a.iso", "capabilities": {"boot_mode": "bios"}}""", "INVALID_PARAMETER", "must be uefi")]
    public async Task An_instance_that_cannot_boot_is_found_before_anything_is_done(string instance, string kind, string reason)
    {
        await using var driver = await StartAsync();
        var node = driver.BootedInstance(instance);

        foreach (var call in (Func<Task>[])[() => driver.ValidateBootAsync(node, Implementation), () => RunAsync(driver, V1.BootPhase.PrepareInstance, node)])
        {
            var failure = await TestDriver.FailAsync(call);
            Assert.Equal(kind, failure.Class);
            Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("s3cret", failure.Message, StringComparison.Ordinal);
        }

        Assert.Equal(0, driver.Server.RedfishCounters.Requests);
    }

    private static async Task<string?> ReadAddressAsync(TestDriver driver) =>
        (await driver.ReadAsync("/redfish/v1/Systems/redfish-1")).GetProperty("Boot").GetProperty("HttpBootUri").GetString();

    private static Task<TestDriver> StartAsync(RedfishBehaviour? behaviour = null) =>
        TestDriver.StartAsync(new FleetOptions { RedfishServers = 1, Timings = MachineTimings.None, Redfish = behaviour ?? new RedfishBehaviour() }, "--Redfish:Attempts=1");

    private static Task RunAsync(TestDriver driver, V1.BootPhase phase, V1.NodeContext node, V1.RamdiskBoot? ramdisk = null) => driver.RunBootAsync(phase, node, Implementation, ramdisk);
}
