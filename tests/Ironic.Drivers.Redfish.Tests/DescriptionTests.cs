using Ironic.Drivers.Redfish.Tests.Support;
using V1 = Ironic.Driver.V1;

namespace Ironic.Drivers.Redfish.Tests;

/// <summary>What the driver says it offers.</summary>
public sealed class DescriptionTests
{
    [Fact]
    public async Task It_offers_the_interfaces_and_steps_of_ironic()
    {
        await using var driver = await TestDriver.StartAsync();

        var info = (await driver.Driver.GetInfoAsync(new V1.GetInfoRequest())).Info;

        Assert.Equal(["idrac", "redfish"], info.HardwareTypes.Select(type => type.Name).Order(StringComparer.Ordinal));
        Assert.Equal(["redfish", "no-bios"], Names("redfish", V1.InterfaceType.Bios));
        Assert.Equal(["idrac-redfish", "redfish", "no-bios"], Names("idrac", V1.InterfaceType.Bios));
        Assert.Equal(["ipxe", "pxe", "http-ipxe", "http", "redfish-virtual-media", "redfish-https"], Names("redfish", V1.InterfaceType.Boot));
        Assert.Equal(["ipxe", "pxe", "http-ipxe", "http", "idrac-redfish-virtual-media", "redfish-https"], Names("idrac", V1.InterfaceType.Boot));
        Assert.Equal(["redfish", "agent", "no-inspect"], Names("redfish", V1.InterfaceType.Inspect));
        Assert.Equal(["idrac-redfish", "agent", "no-inspect"], Names("idrac", V1.InterfaceType.Inspect));
        Assert.Equal(["redfish", "noop"], Names("redfish", V1.InterfaceType.Management));
        Assert.Equal(["idrac-redfish"], Names("idrac", V1.InterfaceType.Management));
        Assert.Equal(["redfish"], Names("redfish", V1.InterfaceType.Power));
        Assert.Equal(["idrac-redfish", "redfish"], Names("idrac", V1.InterfaceType.Power));
        Assert.Equal(["redfish", "no-raid", "agent"], Names("redfish", V1.InterfaceType.Raid));
        Assert.Equal(["idrac-redfish", "no-raid", "agent"], Names("idrac", V1.InterfaceType.Raid));
        Assert.Equal(["redfish", "no-firmware"], Names("redfish", V1.InterfaceType.Firmware));
        Assert.Equal(["redfish", "no-vendor"], Names("redfish", V1.InterfaceType.Vendor));

        Assert.Equal(["clear_secure_boot_keys", "reset_secure_boot_keys_to_default", "set_bmc_clock", "update_firmware", "verify_bmc_clock"], Steps(V1.InterfaceType.Management, "redfish"));
        Assert.Equal(
            ["clear_job_queue", "clear_secure_boot_keys", "known_good_state", "reset_idrac", "reset_secure_boot_keys_to_default", "set_bmc_clock", "update_firmware", "verify_bmc_clock"],
            Steps(V1.InterfaceType.Management, "idrac-redfish"));
        Assert.Equal(["apply_configuration", "factory_reset"], Steps(V1.InterfaceType.Bios, "redfish"));
        Assert.Equal(["apply_configuration", "create_configuration", "delete_configuration"], Steps(V1.InterfaceType.Raid, "redfish"));
        Assert.Equal(["update"], Steps(V1.InterfaceType.Firmware, "redfish"));
        Assert.All(info.Interfaces.SelectMany(implementation => implementation.Steps), step => Assert.False(step.RequiresRamdisk));
        Assert.All(info.Interfaces.SelectMany(implementation => implementation.Steps).Where(step => step.Name != "verify_bmc_clock"), step => Assert.Equal(0, step.Priority));

        Assert.All(
            info.Interfaces.Where(implementation => implementation.Type == V1.InterfaceType.Boot),
            boot =>
            {
                Assert.Equal([V1.BootCapability.Ramdisk], boot.BootCapabilities);
                Assert.Contains(boot.Properties, property => property.Name == "force_persistent_boot_device");
            });
        var vendor = info.Interfaces.Single(implementation => implementation is { Type: V1.InterfaceType.Vendor, Name: "redfish" });
        Assert.Equal(
            ["create_subscription POST False", "delete_subscription DELETE False", "eject_vmedia POST True", "get_all_subscriptions GET False", "get_subscription GET False"],
            vendor.NodeMethods.Select(method => $"{method.Name} {method.HttpMethods.Single()} {method.Async}"));
        Assert.All(vendor.NodeMethods, method => Assert.True(method.RequireExclusiveLock));
        Assert.Equal(5, info.Interfaces.Single(implementation => implementation is { Type: V1.InterfaceType.Power, Name: "redfish" }).SupportedPowerTargets.Count);

        IEnumerable<string> Names(string hardwareType, V1.InterfaceType type) =>
            info.HardwareTypes.Single(candidate => candidate.Name == hardwareType).SupportedInterfaces.Single(supported => supported.Type == type).Names;

        IEnumerable<string> Steps(V1.InterfaceType type, string name) => info.Interfaces.Single(implementation => implementation.Type == type && implementation.Name == name).Steps.Select(step => step.Name);
    }
}
