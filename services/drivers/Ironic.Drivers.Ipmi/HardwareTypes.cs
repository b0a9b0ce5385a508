using Ironic.Driver.Sdk;

namespace Ironic.Drivers.Ipmi;

/// <summary>Any machine whose BMC speaks IPMI.</summary>
internal class IpmiHardware : HardwareType
{
    public override string Name => "ipmi";

    public override string Description => "Machines whose BMC speaks IPMI 2.0 or 1.5 over the network.";

    public override IReadOnlyList<string> SupportedBootInterfaces => ["ipxe", "pxe", "http-ipxe", "http"];

    // Ironic's order is the other way round, but there only no-console is enabled unless somebody says so: who wants a console asks for it.
    public override IReadOnlyList<string> SupportedConsoleInterfaces => ["no-console", "ipmitool-socat"];

    public override IReadOnlyList<string> SupportedDeployInterfaces => ["autodetect", "direct", "ansible", "ramdisk", "anaconda", "bootc", "custom-agent"];

    public override IReadOnlyList<string> SupportedInspectInterfaces => ["agent", "no-inspect"];

    public override IReadOnlyList<string> SupportedManagementInterfaces => ["ipmitool", "noop"];

    public override IReadOnlyList<string> SupportedNetworkInterfaces => ["flat", "neutron", "ironic-networking", "noop"];

    public override IReadOnlyList<string> SupportedPowerInterfaces => ["ipmitool"];

    public override IReadOnlyList<string> SupportedRescueInterfaces => ["no-rescue", "agent"];

    public override IReadOnlyList<string> SupportedStorageInterfaces => ["noop", "cinder", "external"];

    public override IReadOnlyList<string> SupportedVendorInterfaces => ["ipmitool", "no-vendor"];
}

/// <summary>Intel's servers, which have commands of their own.</summary>
internal sealed class IntelIpmiHardware : IpmiHardware
{
    public override string Name => "intel-ipmi";

    public override string Description => "Intel servers with IPMI and Speed Select.";

    public override IReadOnlyList<string> SupportedManagementInterfaces => ["intel-ipmitool"];
}
