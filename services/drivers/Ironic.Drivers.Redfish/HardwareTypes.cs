using Ironic.Driver.Sdk;

namespace Ironic.Drivers.Redfish;

/// <summary>Any machine whose controller speaks Redfish.</summary>
internal class RedfishHardware : HardwareType
{
    public override string Name => "redfish";

    public override string Description => "Machines whose controller speaks Redfish.";

    public override IReadOnlyList<string> SupportedBiosInterfaces => ["redfish", "no-bios"];

    public override IReadOnlyList<string> SupportedBootInterfaces => ["ipxe", "pxe", "http-ipxe", "http", "redfish-virtual-media", "redfish-https"];

    public override IReadOnlyList<string> SupportedDeployInterfaces => ["autodetect", "direct", "ansible", "ramdisk", "anaconda", "bootc", "custom-agent"];

    public override IReadOnlyList<string> SupportedFirmwareInterfaces => ["redfish", "no-firmware"];

    public override IReadOnlyList<string> SupportedInspectInterfaces => ["redfish", "agent", "no-inspect"];

    public override IReadOnlyList<string> SupportedManagementInterfaces => ["redfish", "noop"];

    public override IReadOnlyList<string> SupportedNetworkInterfaces => ["flat", "neutron", "ironic-networking", "noop"];

    public override IReadOnlyList<string> SupportedPowerInterfaces => ["redfish"];

    public override IReadOnlyList<string> SupportedRaidInterfaces => ["redfish", "no-raid", "agent"];

    public override IReadOnlyList<string> SupportedRescueInterfaces => ["no-rescue", "agent"];

    public override IReadOnlyList<string> SupportedStorageInterfaces => ["noop", "cinder", "external"];

    public override IReadOnlyList<string> SupportedVendorInterfaces => ["redfish", "no-vendor"];
}

/// <summary>Dell's servers, whose controllers have more than the standard.</summary>
internal sealed class IdracHardware : RedfishHardware
{
    public override string Name => "idrac";

    public override string Description => "Dell servers with an iDRAC that speaks Redfish.";

    public override IReadOnlyList<string> SupportedBiosInterfaces => ["idrac-redfish", "redfish", "no-bios"];

    public override IReadOnlyList<string> SupportedBootInterfaces => ["ipxe", "pxe", "http-ipxe", "http", "idrac-redfish-virtual-media", "redfish-https"];

    public override IReadOnlyList<string> SupportedInspectInterfaces => ["idrac-redfish", "agent", "no-inspect"];

    public override IReadOnlyList<string> SupportedManagementInterfaces => ["idrac-redfish"];

    public override IReadOnlyList<string> SupportedPowerInterfaces => ["idrac-redfish", "redfish"];

    public override IReadOnlyList<string> SupportedRaidInterfaces => ["idrac-redfish", "no-raid", "agent"];

    public override IReadOnlyList<string> SupportedVendorInterfaces => ["idrac-redfish", "redfish", "no-vendor"];
}
