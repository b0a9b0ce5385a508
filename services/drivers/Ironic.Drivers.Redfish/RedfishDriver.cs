using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Client;
using Ironic.Drivers.Redfish.Configuration;
using Ironic.Drivers.Redfish.Interfaces;
using Ironic.Drivers.Redfish.Resources;
using Ironic.Hosting;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Ironic.Drivers.Redfish;

/// <summary>What the driver consists of.</summary>
internal static class RedfishDriver
{
    public static void Configure(IronicDriverBuilder driver)
    {
        driver.Name = "redfish";
        driver.Services.AddIronicOptions<RedfishOptions>(RedfishOptions.Section);
        driver.Services.AddSingleton<IValidateOptions<RedfishOptions>, RedfishOptionsValidator>();
        driver.Services.AddSingleton<RedfishMetrics>();
        driver.Services.TryAddSingleton<RedfishHandlers>();
        driver.Services.AddSingleton<RedfishPool>();
        driver.Services.AddHostedService(provider => provider.GetRequiredService<RedfishPool>());
        driver.Services.AddSingleton<RedfishClient>();
        driver.Services.AddSingleton<BootDeviceMemory>();
        driver.Services.AddSingleton<MachinePower>();
        driver.Services.AddSingleton<TaskWaiter>();
        driver.Services.AddSingleton<BootModes>();
        driver.Services.AddSingleton<SecureBoot>();
        driver.Services.AddSingleton<VirtualMedia>();
        driver.Services.AddSingleton<FirmwareUpdater>();
        driver.Services.AddSingleton<RaidVolumes>();
        driver.Services.AddSingleton<SensorReader>();

        driver.AddHardwareType<RedfishHardware>();
        driver.AddHardwareType<IdracHardware>();
        AddInterfaces(driver, "redfish");
        AddInterfaces(driver, "idrac-redfish");
        driver.AddInterface<RedfishManagement>("redfish");
        driver.AddInterface<RedfishFirmware>("redfish");
        driver.AddInterface<IdracManagement>("idrac-redfish");
        driver.AddInterface<VirtualMediaBoot>("redfish-virtual-media");
        driver.AddInterface<VirtualMediaBoot>("idrac-redfish-virtual-media");
        driver.AddInterface<HttpsBoot>("redfish-https");
    }

    // What Dell's controllers do as all others do it.
    private static void AddInterfaces(IronicDriverBuilder driver, string name)
    {
        driver.AddInterface<RedfishPower>(name);
        driver.AddInterface<RedfishBios>(name);
        driver.AddInterface<RedfishRaid>(name);
        driver.AddInterface<RedfishInspect>(name);
        driver.AddInterface<RedfishVendor>(name);
    }
}
