using Ironic.Driver.Sdk;

namespace Company.Driver;

/// <summary>The hardware type that operators name: <c>--driver company-hw</c>. What is not said here is the conductor's own.</summary>
public sealed class CompanyHwHardware : HardwareType
{
    public override string Name => "company-hw";

    public override string Description => "Machines of COMPANY_NAME.";

    public override IReadOnlyList<string> SupportedManagementInterfaces => ["company-hw"];

    public override IReadOnlyList<string> SupportedPowerInterfaces => ["company-hw"];

    public override IReadOnlyList<string> SupportedVendorInterfaces => ["company-hw", "no-vendor"];
}
