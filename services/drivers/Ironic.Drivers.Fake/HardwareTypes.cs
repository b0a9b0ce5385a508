using Ironic.Driver.Sdk;
using Ironic.Drivers.Fake.Behaviour;
using Microsoft.Extensions.Options;

namespace Ironic.Drivers.Fake;

/// <summary>Hardware that does not exist: everything succeeds, and nothing happens.</summary>
internal sealed class FakeHardware(IOptions<FakeOptions> options) : HardwareType
{
    public override string Name => "fake-hardware";

    public override string Description => "No hardware: every operation succeeds at once. For tests and first steps.";

    public override bool AcceptsAnyInterface => true;

    public override IReadOnlyList<string> SupportedBiosInterfaces => ["fake", "no-bios"];

    public override IReadOnlyList<string> SupportedBootInterfaces => ["fake", "ipxe", "pxe"];

    public override IReadOnlyList<string> SupportedConsoleInterfaces => ["fake", "no-console"];

    public override IReadOnlyList<string> SupportedDeployInterfaces => ["fake", "direct", "ramdisk"];

    public override IReadOnlyList<string> SupportedFirmwareInterfaces => ["fake", "no-firmware"];

    public override IReadOnlyList<string> SupportedInspectInterfaces => ["fake", "no-inspect"];

    public override IReadOnlyList<string> SupportedManagementInterfaces => ["fake"];

    public override IReadOnlyList<string> SupportedPowerInterfaces => ["fake"];

    public override IReadOnlyList<string> SupportedRaidInterfaces => ["fake", "no-raid", "agent"];

    public override IReadOnlyList<string> SupportedRescueInterfaces => ["fake", "no-rescue"];

    // Ironic's own default for storage is noop, whatever the hardware type prefers.
    public override IReadOnlyList<string> SupportedStorageInterfaces => ["noop", "fake"];

    public override IReadOnlyList<string> SupportedVendorInterfaces => options.Value.TestMethods ? ["fake", "no-vendor", "fake-second"] : ["fake", "no-vendor"];
}

/// <summary>Hardware without a management controller: a person presses the buttons, or the agent powers the machine off.</summary>
internal sealed class ManualManagementHardware : HardwareType
{
    public override string Name => "manual-management";

    public override string Description => "Hardware without a management controller: an operator switches it by hand.";

    public override IReadOnlyList<string> SupportedManagementInterfaces => ["noop", "fake"];

    public override IReadOnlyList<string> SupportedPowerInterfaces => ["agent", "fake"];
}
