using System.Globalization;
using Ironic.BmcSimulator;
using Ironic.BmcSimulator.Faults;
using Ironic.BmcSimulator.Machines;
using Ironic.BmcSimulator.Redfish;
using Ironic.Drivers.Redfish.Tests.Support;
using V1 = Ironic.Driver.V1;

namespace Ironic.Drivers.Redfish.Tests.Sim;

/// <summary>What controllers offer besides power.</summary>
public sealed class ManagementTests
{
    [Theory]
    [InlineData(ETagMode.None, false)]
    [InlineData(ETagMode.Strong, false)]
    [InlineData(ETagMode.Strong, true)]
    [InlineData(ETagMode.Weak, true)]
    public async Task Boot_devices_are_set(ETagMode tags, bool required)
    {
        await using var driver = await StartAsync(new RedfishBehaviour { ETags = tags, RequireIfMatch = required });

        foreach (var (device, source) in new[] { ("pxe", "Pxe"), ("disk", "Hdd"), ("cdrom", "Cd"), ("bios", "BiosSetup"), ("uefihttp", "UefiHttp") })
        {
            await SetBootDeviceAsync(driver, device, persistent: false);
            Assert.Equal((device, false), await GetBootDeviceAsync(driver));
            await driver.SwitchAsync(V1.PowerTarget.Reboot);
            Assert.Equal(source, driver.Server.Boots[^1].Source);
        }

        await SetBootDeviceAsync(driver, "pxe", persistent: true);
        await driver.SwitchAsync(V1.PowerTarget.Reboot);
        await driver.SwitchAsync(V1.PowerTarget.Reboot);
        Assert.Equal(["Pxe", "Pxe"], driver.Server.Boots.Skip(driver.Server.Boots.Count - 2).Select(boot => boot.Source));
        Assert.Equal("INVALID_PARAMETER", (await TestDriver.FailAsync(() => SetBootDeviceAsync(driver, "wanboot", persistent: false))).Class);
        Assert.Equal(["pxe", "disk", "cdrom", "bios", "uefihttp"], (await driver.Management.ListSupportedBootDevicesAsync(new V1.ListSupportedBootDevicesRequest { Node = driver.Node(), Interface = "redfish" })).Devices);
    }

    [Fact]
    public async Task A_machine_that_takes_a_device_once_gets_it_each_time()
    {
        await using var driver = await StartAsync(new RedfishBehaviour { RefuseContinuousBoot = true });

        await SetBootDeviceAsync(driver, "pxe", persistent: true);
        Assert.Equal(("pxe", true), await GetBootDeviceAsync(driver));
        for (var i = 0; i < 3; i++)
            await driver.SwitchAsync(V1.PowerTarget.Reboot);

        Assert.Equal(["Pxe", "Pxe", "Pxe"], driver.Server.Boots.Select(boot => boot.Source));
    }

    [Fact]
    public async Task Boot_mode_and_secure_boot_are_set()
    {
        await using var driver = await StartAsync();

        await driver.Management.SetSecureBootAsync(new V1.SetSecureBootRequest { Context = driver.Context(), Node = driver.Node(), Interface = "redfish", Enabled = true });
        await driver.Management.SetSecureBootAsync(new V1.SetSecureBootRequest { Context = driver.Context(), Node = driver.Node(), Interface = "redfish", Enabled = false });
        await driver.Management.SetBootModeAsync(new V1.SetBootModeRequest { Context = driver.Context(), Node = driver.Node(), Interface = "redfish", Mode = V1.BootMode.Bios });
        var (kind, _) = await TestDriver.FailAsync(async () => await driver.Management.SetSecureBootAsync(
            new V1.SetSecureBootRequest { Context = driver.Context(), Node = driver.Node(), Interface = "redfish", Enabled = true }));
        await driver.SwitchAsync(V1.PowerTarget.On);

        Assert.Equal("PRECONDITION", kind);
        Assert.Equal("Legacy", driver.Server.Boots[^1].Mode);
    }

    [Fact]
    public async Task The_state_of_a_machine_is_read()
    {
        await using var driver = await StartAsync();
        driver.Server.Health = "Warning";

        var state = await driver.Management.GetMachineStateAsync(new V1.GetMachineStateRequest { Node = driver.Node(), Interface = "redfish" });

        Assert.Equal(new V1.GetMachineStateResponse { BootMode = V1.BootMode.Uefi, SecureBoot = false, Vendor = "Simulated Machines", Health = V1.MachineHealth.Warning }, state);
    }

    [Fact]
    public async Task Keys_of_secure_boot_are_removed_and_restored()
    {
        await using var driver = await StartAsync();

        await driver.StepAsync(V1.InterfaceType.Management, "clear_secure_boot_keys");
        await driver.StepAsync(V1.InterfaceType.Management, "reset_secure_boot_keys_to_default");
    }

    [Fact]
    public async Task Lights_are_switched()
    {
        await using var driver = await StartAsync();
        var lights = (await driver.Management.ListIndicatorsAsync(new V1.ListIndicatorsRequest { Node = driver.Node(), Interface = "redfish" })).Indicators;

        Assert.Equal(["chassis", "disk", "system"], lights.Select(light => light.Component).Distinct().Order(StringComparer.Ordinal));
        foreach (var light in lights)
        {
            Assert.Equal(V1.IndicatorState.Off, await GetAsync(light));
            foreach (var state in new[] { V1.IndicatorState.On, V1.IndicatorState.Blinking })
            {
                await driver.Management.SetIndicatorAsync(new V1.SetIndicatorRequest
                {
                    Context = driver.Context(),
                    Node = driver.Node(),
                    Interface = "redfish",
                    Component = light.Component,
                    Indicator = light.Name,
                    State = state,
                });
                Assert.Equal(state, await GetAsync(light));
            }
        }

        async Task<V1.IndicatorState> GetAsync(V1.Indicator light) => (await driver.Management.GetIndicatorAsync(
            new V1.GetIndicatorRequest { Node = driver.Node(), Interface = "redfish", Component = light.Component, Indicator = light.Name })).State;
    }

    [Theory]
    [InlineData(MediaPlace.System, false)]
    [InlineData(MediaPlace.Manager, false)]
    [InlineData(MediaPlace.System, true)]
    public async Task Images_are_attached_and_taken_away(MediaPlace place, bool protocol)
    {
        const string image = "http://images.example/boot.iso";
        await using var driver = await StartAsync(new RedfishBehaviour { Media = place, RequireTransferProtocol = protocol });

        await AttachAsync(V1.VirtualMediaType.Cdrom, image);
        await AttachAsync(V1.VirtualMediaType.Cdrom, image);
        Assert.Equal([image], await ImagesAsync());
        Assert.Equal("PRECONDITION", (await TestDriver.FailAsync(() => AttachAsync(V1.VirtualMediaType.Cdrom, image + "2"))).Class);
        await DetachAsync(V1.VirtualMediaType.Floppy);
        Assert.Equal([image], await ImagesAsync());
        await DetachAsync();
        await DetachAsync();
        Assert.Empty(await ImagesAsync());
        await AttachAsync(V1.VirtualMediaType.Cdrom, image);
        await driver.CallAsync("eject_vmedia", "POST", """{"boot_device": "cd"}""");
        Assert.Empty(await ImagesAsync());

        async Task AttachAsync(V1.VirtualMediaType type, string url) => await driver.Management.AttachVirtualMediaAsync(
            new V1.AttachVirtualMediaRequest { Context = driver.Context(), Node = driver.Node(), Interface = "redfish", Type = type, ImageUrl = url });

        async Task DetachAsync(params V1.VirtualMediaType[] types) => await driver.Management.DetachVirtualMediaAsync(
            new V1.DetachVirtualMediaRequest { Context = driver.Context(), Node = driver.Node(), Interface = "redfish", Types_ = { types } });

        async Task<IEnumerable<string>> ImagesAsync() => (await driver.Management.ListVirtualMediaAsync(new V1.ListVirtualMediaRequest { Node = driver.Node(), Interface = "redfish" }))
            .Devices.Where(device => device.Inserted).Select(device => device.Image);
    }

    [Fact]
    public async Task Sensors_are_read()
    {
        await using var driver = await StartAsync();

        var sensors = (await driver.Management.ListSensorsAsync(new V1.ListSensorsRequest { Node = driver.Node(), Interface = "redfish" })).Sensors;

        Assert.Equal(["Drive", "Fan", "Power", "Temperature", "Voltage"], sensors.Select(sensor => sensor.Type).Distinct().Order(StringComparer.Ordinal));
        Assert.All(sensors, sensor => Assert.Equal(V1.SensorStatus.Ok, sensor.Status));
        Assert.All(sensors.Where(sensor => sensor.Type is "Temperature" or "Fan" or "Voltage"), sensor => Assert.True(sensor.HasValue && sensor.Unit.Length > 0));
        Assert.Contains(sensors, sensor => sensor.Thresholds?.HasUpperCritical == true);
    }

    [Fact]
    public async Task Sensors_that_cannot_be_read_take_none_from_the_others()
    {
        await using var driver = await StartAsync();
        driver.Server.Faults.Add(new Fault(FaultKind.Malformed) { Path = "/Thermal" });

        var sensors = (await driver.Management.ListSensorsAsync(new V1.ListSensorsRequest { Node = driver.Node(), Interface = "redfish" })).Sensors;

        Assert.Equal(["Drive", "Power", "Voltage"], sensors.Select(sensor => sensor.Type).Distinct().Order(StringComparer.Ordinal));
        driver.Server.Faults.Add(new Fault(FaultKind.Malformed) { Path = "/Power" });
        driver.Server.Faults.Add(new Fault(FaultKind.Malformed) { Path = "/Sensors" });
        driver.Server.Faults.Add(new Fault(FaultKind.Malformed) { Path = "/Storage" });
        Assert.Equal("PERMANENT", (await TestDriver.FailAsync(async () => await driver.Management.ListSensorsAsync(new V1.ListSensorsRequest { Node = driver.Node(), Interface = "redfish" }))).Class);
    }

    [Fact]
    public async Task An_interrupt_is_sent()
    {
        await using var driver = await StartAsync(poweredOn: true);

        await driver.Management.InjectNmiAsync(new V1.InjectNmiRequest { Context = driver.Context(), Node = driver.Node(), Interface = "redfish" });

        Assert.Equal(1, driver.Server.Interrupts);
    }

    [Fact]
    public async Task The_clock_is_set_and_verified()
    {
        await using var driver = await StartAsync(settings: "--Redfish:VerifyClock=true");

        await driver.StepAsync(V1.InterfaceType.Management, "set_bmc_clock", """{"target_datetime": "2001-02-03T04:05:06Z", "datetime_local_offset": "+02:00"}""");
        Assert.Equal("2001-02-03T06:05:06+02:00", (await ReadClockAsync(driver)).ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture));
        await driver.StepAsync(V1.InterfaceType.Management, "verify_bmc_clock", kind: V1.StepKind.Verify);

        Assert.InRange(await ReadClockAsync(driver) - TimeProvider.System.GetUtcNow(), TimeSpan.FromSeconds(-10), TimeSpan.FromSeconds(10));
        Assert.Equal("INVALID_PARAMETER", (await TestDriver.FailAsync(() => driver.StepAsync(V1.InterfaceType.Management, "set_bmc_clock", """{"target_datetime": "noon"}"""))).Class);
    }

    private static async Task<DateTimeOffset> ReadClockAsync(TestDriver driver) =>
        DateTimeOffset.Parse((await driver.ReadAsync($"/redfish/v1/Managers/{driver.Server.Id}")).GetProperty("DateTime").GetString()!, CultureInfo.InvariantCulture);

    private static Task<TestDriver> StartAsync(RedfishBehaviour? behaviour = null, bool poweredOn = false, params string[] settings) =>
        TestDriver.StartAsync(new FleetOptions { RedfishServers = 1, PoweredOn = poweredOn, Timings = MachineTimings.None, Redfish = behaviour ?? new RedfishBehaviour() }, settings);

    private static async Task SetBootDeviceAsync(TestDriver driver, string device, bool persistent) => await driver.Management.SetBootDeviceAsync(
        new V1.SetBootDeviceRequest { Context = driver.Context(), Node = driver.Node(), Interface = "redfish", Device = device, Persistent = persistent });

    private static async Task<(string, bool)> GetBootDeviceAsync(TestDriver driver)
    {
        var found = await driver.Management.GetBootDeviceAsync(new V1.GetBootDeviceRequest { Node = driver.Node(), Interface = "redfish" });
        return (found.Device, found.Persistent);
    }
}
