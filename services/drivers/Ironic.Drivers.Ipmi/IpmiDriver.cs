using Ironic.Driver.Sdk;
using Ironic.Drivers.Ipmi.Configuration;
using Ironic.Drivers.Ipmi.Consoles;
using Ironic.Drivers.Ipmi.Interfaces;
using Ironic.Drivers.Ipmi.Sensors;
using Ironic.Drivers.Ipmi.Sessions;
using Ironic.Hosting;
using Microsoft.Extensions.Options;

namespace Ironic.Drivers.Ipmi;

/// <summary>What the driver consists of.</summary>
internal static class IpmiDriver
{
    public static void Configure(IronicDriverBuilder driver)
    {
        driver.Name = "ipmi";
        driver.Services.AddIronicOptions<IpmiOptions>(IpmiOptions.Section);
        driver.Services.AddSingleton<IValidateOptions<IpmiOptions>, IpmiOptionsValidator>();
        driver.Services.AddSingleton<IpmiMetrics>();
        driver.Services.AddSingleton<UdpTransport>();
        driver.Services.AddSingleton<EndpointResolver>();
        driver.Services.AddSingleton<BmcPool>();
        driver.Services.AddHostedService(provider => provider.GetRequiredService<BmcPool>());
        // After the pool, and so stopped before it: consoles are deactivated while there are sessions.
        driver.Services.AddSingleton<ConsoleTable>();
        driver.Services.AddHostedService(provider => provider.GetRequiredService<ConsoleTable>());
        driver.Services.AddSingleton<IpmiClient>();
        driver.Services.AddSingleton<ForcedBootDevices>();
        driver.Services.AddSingleton<SensorReader>();

        driver.AddHardwareType<IpmiHardware>();
        driver.AddHardwareType<IntelIpmiHardware>();
        driver.AddInterface<IpmiPower>("ipmitool");
        driver.AddInterface<IpmiManagement>("ipmitool");
        driver.AddInterface<IntelIpmiManagement>("intel-ipmitool");
        driver.AddInterface<IpmiVendor>("ipmitool");
        driver.AddInterface<IpmiConsole>("ipmitool-socat");
    }
}
