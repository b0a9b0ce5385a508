using System.Text.Json;
using Grpc.Core;
using Ironic.BmcSimulator;
using Ironic.BmcSimulator.Machines;
using Ironic.BmcSimulator.Redfish;
using Ironic.Drivers.Redfish.Tests.Support;
using V1 = Ironic.Driver.V1;

namespace Ironic.Drivers.Redfish.Tests.Sim;

/// <summary>BIOS settings, logical disks, firmware and inspection.</summary>
public sealed class ConfigurationTests
{
    private static readonly MachineTimings Fast = new() { Task = TimeSpan.FromMilliseconds(100), PowerOn = TimeSpan.FromMilliseconds(30), ForceOff = TimeSpan.FromMilliseconds(30), ControllerReset = TimeSpan.FromMilliseconds(200) };

    [Fact]
    public async Task Bios_settings_are_listed_changed_and_reset()
    {
        await using var driver = await StartAsync();

        var settings = (await ListAsync()).ToDictionary(setting => setting.Name);
        Assert.Equal(("Enumeration", "Enabled"), (settings["LogicalProc"].AttributeType, settings["LogicalProc"].Value));
        Assert.Equal(["Enabled", "Disabled"], settings["LogicalProc"].AllowableValues);
        Assert.Equal((0, 64), (settings["ProcCores"].LowerBound, settings["ProcCores"].UpperBound));
        Assert.True(settings["SystemBiosVersion"].ReadOnly);

        await driver.StepAsync(V1.InterfaceType.Bios, "apply_configuration",
            """{"settings": [{"name": "LogicalProc", "value": "Disabled"}, {"name": "ProcCores", "value": "12"}, {"name": "NumLock", "value": false}, {"name": "AssetTag", "value": "a-17"}]}""");
        settings = (await ListAsync()).ToDictionary(setting => setting.Name);
        Assert.Equal(("Disabled", "12", "false", "a-17"), (settings["LogicalProc"].Value, settings["ProcCores"].Value, settings["NumLock"].Value, settings["AssetTag"].Value));

        await driver.StepAsync(V1.InterfaceType.Bios, "factory_reset");
        await Testing.Eventually.ThatAsync(async () => (await ListAsync()).Single(setting => setting.Name == "LogicalProc").Value == "Enabled", TimeSpan.FromSeconds(10), "the settings are reset");

        async Task<IReadOnlyList<V1.BiosSetting>> ListAsync() => (await driver.Bios.ListBiosSettingsAsync(new V1.ListBiosSettingsRequest { Node = driver.Node(), Interface = "redfish" })).Settings;
    }

    [Theory]
    [InlineData("""{"settings": [{"name": "Nonsense", "value": "1"}]}""", "INVALID_PARAMETER")]
    [InlineData("""{"settings": [{"name": "SystemBiosVersion", "value": "1"}]}""", "INVALID_PARAMETER")]
    [InlineData("""{"settings": [{"name": "LogicalProc", "value": "Perhaps"}]}""", "INVALID_PARAMETER")]
    [InlineData("""{"settings": [{"name": "ProcCores", "value": 65}]}""", "INVALID_PARAMETER")]
    [InlineData("""{"settings": [{"name": "ProcCores", "value": [1]}]}""", "INVALID_PARAMETER")]
    [InlineData("""{"settings": [{"name": "NumLock", "value": "sometimes"}]}""", "INVALID_PARAMETER")]
    [InlineData("""{"settings": {"NumLock": true}}""", "INVALID_PARAMETER")]
    [InlineData("{}", "MISSING_PARAMETER")]
    public async Task Settings_that_cannot_be_are_refused_before_anything_is_done(string arguments, string expected)
    {
        await using var driver = await StartAsync();

        Assert.Equal(expected, (await TestDriver.FailAsync(() => driver.StepAsync(V1.InterfaceType.Bios, "apply_configuration", arguments))).Class);
        Assert.Empty(driver.Server.Boots);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Logical_disks_are_made_and_removed(bool tasks)
    {
        await using var driver = await StartAsync(new RedfishBehaviour { VolumeTasks = tasks });
        var node = driver.Node(raid: """{"logical_disks": [{"size_gb": 100, "raid_level": "1", "is_root_volume": true, "volume_name": "root", "disk_type": "ssd"}, {"size_gb": "MAX", "raid_level": "0", "disk_type": "hdd"}]}""");

        var made = await driver.StepAsync(V1.InterfaceType.Raid, "create_configuration", node: node);

        var disks = JsonElement.Parse(made.RaidConfig.Text).GetProperty("logical_disks").EnumerateArray().ToDictionary(disk => disk.GetProperty("raid_level").GetString()!);
        Assert.Equal(["0", "1"], disks.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((100, "root"), (disks["1"].GetProperty("size_gb").GetInt32(), disks["1"].GetProperty("volume_name").GetString()));
        Assert.Equal(2, disks["1"].GetProperty("physical_disks").GetArrayLength());
        Assert.Equal("INVALID_PARAMETER", (await TestDriver.FailAsync(() => driver.StepAsync(V1.InterfaceType.Raid, "create_configuration", node: node))).Class);

        made = await driver.StepAsync(V1.InterfaceType.Raid, "apply_configuration", """{"raid_config": {"logical_disks": [{"size_gb": 50, "raid_level": "1"}]}}""", V1.StepKind.Deploy);
        Assert.Equal(50, Assert.Single(JsonElement.Parse(made.RaidConfig.Text).GetProperty("logical_disks").EnumerateArray()).GetProperty("size_gb").GetInt32());

        made = await driver.StepAsync(V1.InterfaceType.Raid, "delete_configuration");
        Assert.Equal(0, JsonElement.Parse(made.RaidConfig.Text).GetProperty("logical_disks").GetArrayLength());
    }

    [Fact]
    public async Task Firmware_is_listed_and_updated()
    {
        await using var driver = await StartAsync(new RedfishBehaviour { ResetAfterUpdate = true });

        var before = await ListAsync();
        Assert.Equal(["bios", "bmc"], before.Keys.Where(name => !name.StartsWith("nic:", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        await driver.StepAsync(V1.InterfaceType.Firmware, "update",
            """{"settings": [{"component": "bmc", "url": "http://images.example/bmc-9.8.7.bin"}, {"component": "bios", "url": "http://images.example/bios-7.6.5.bin", "checksum": "abc"}]}""");

        var after = await ListAsync();
        Assert.Equal(("9.8.7", "7.6.5"), (after["bmc"], after["bios"]));
        await Testing.Eventually.ThatAsync(() => driver.Server.Boots.Count > 0, TimeSpan.FromSeconds(10), "it boots");

        await driver.StepAsync(V1.InterfaceType.Management, "update_firmware", """{"firmware_images": [{"url": "https://images.example/bios-7.6.6.bin", "wait": 0}]}""");
        Assert.Equal("7.6.6", (await ListAsync())["bios"]);

        async Task<Dictionary<string, string>> ListAsync() => (await driver.Firmware.ListFirmwareComponentsAsync(new V1.ListFirmwareComponentsRequest { Node = driver.Node(), Interface = "redfish" }))
            .Components.ToDictionary(component => component.Component, component => component.CurrentVersion);
    }

    [Theory]
    [InlineData("""{"settings": [{"component": "toaster", "url": "http://images.example/x"}]}""", "INVALID_PARAMETER")]
    [InlineData("""{"settings": [{"component": "bios", "url": "file:///etc/passwd"}]}""", "INVALID_PARAMETER")]
    [InlineData("""{"settings": [{"component": "bios", "url": "x"}]}""", "INVALID_PARAMETER")]
    [InlineData("""{"settings": [{"component": "bios"}]}""", "INVALID_PARAMETER")]
    public async Task Images_that_cannot_be_are_refused(string arguments, string expected)
    {
        await using var driver = await StartAsync();

        Assert.Equal(expected, (await TestDriver.FailAsync(() => driver.StepAsync(V1.InterfaceType.Firmware, "update", arguments))).Class);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    public async Task A_machine_is_inspected(int? pageSize)
    {
        await using var driver = await StartAsync(new RedfishBehaviour { PageSize = pageSize });
        V1.InspectHardwareResponse? last = null;
        using var call = driver.Inspect.InspectHardware(new V1.InspectHardwareRequest { Context = driver.Context(), Node = driver.Node(), Interface = "redfish" });
        await foreach (var message in call.ResponseStream.ReadAllAsync())
            last = message;

        Assert.Equal(V1.WorkOutcome.Done, last!.Outcome);
        Assert.Equal(driver.Server.MacAddresses, last.Result.Ports.Select(port => port.Address));
        var properties = JsonElement.Parse(last.Result.Properties.Text);
        Assert.Equal("x86_64", properties.GetProperty("cpu_arch").GetString());
        Assert.True(int.Parse(properties.GetProperty("memory_mb").GetString()!, System.Globalization.CultureInfo.InvariantCulture) > 0);
        Assert.Equal("893", properties.GetProperty("local_gb").GetString());
        var inventory = JsonElement.Parse(last.Result.Inventory.Text);
        Assert.Equal("uefi", inventory.GetProperty("boot").GetProperty("current_boot_mode").GetString());
        Assert.Equal(4, inventory.GetProperty("disks").GetArrayLength());
        Assert.Equal(2, inventory.GetProperty("interfaces").GetArrayLength());
        Assert.Equal(driver.Server.Serial, inventory.GetProperty("system_vendor").GetProperty("serial_number").GetString());
    }

    [Fact]
    public async Task An_idrac_is_brought_into_a_known_good_state()
    {
        await using var driver = await StartAsync(new RedfishBehaviour { Dell = true });
        driver.Interface = "idrac-redfish";

        await driver.StepAsync(V1.InterfaceType.Management, "clear_job_queue");
        await driver.StepAsync(V1.InterfaceType.Management, "reset_idrac", kind: V1.StepKind.Verify);
        await driver.StepAsync(V1.InterfaceType.Management, "known_good_state");

        Assert.Equal(2, driver.Server.ControllerResets);
        Assert.Equal(V1.PowerState.On, await driver.SwitchAsync(V1.PowerTarget.On));
    }

    [Fact]
    public async Task What_is_none_of_dells_says_so()
    {
        await using var driver = await StartAsync();
        driver.Interface = "idrac-redfish";

        Assert.Equal("UNSUPPORTED", (await TestDriver.FailAsync(() => driver.StepAsync(V1.InterfaceType.Management, "clear_job_queue"))).Class);
    }

    private static Task<TestDriver> StartAsync(RedfishBehaviour? behaviour = null) => TestDriver.StartAsync(new FleetOptions { RedfishServers = 1, Timings = Fast, Redfish = behaviour ?? new RedfishBehaviour() });
}
