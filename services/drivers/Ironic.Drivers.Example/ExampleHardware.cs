using Ironic.Driver.Sdk;

namespace Ironic.Drivers.Example;

/// <summary>The hardware type that operators name: <c>--driver example</c>. What is not said here is the conductor's own.</summary>
public sealed class ExampleHardware : HardwareType
{
    public override string Name => "example";

    public override string Description => "The example of the driver author's guide: machines that exist in memory.";

    public override IReadOnlyList<string> SupportedManagementInterfaces => ["example"];

    public override IReadOnlyList<string> SupportedPowerInterfaces => ["example"];

    public override IReadOnlyList<string> SupportedVendorInterfaces => ["example", "no-vendor"];
}
