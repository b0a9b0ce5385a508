namespace Ironic.Driver.Sdk.Catalog;

/// <summary>What the driver's author has said to <see cref="IronicDriverBuilder"/>.</summary>
internal sealed class DriverDeclaration
{
    public string Name { get; set; } = "";

    public string Version { get; set; } = "";

    public string Vendor { get; set; } = "";

    public List<Func<IServiceProvider, HardwareType>> HardwareTypes { get; } = [];

    public List<(string Name, Func<IServiceProvider, DriverInterface> Create)> Interfaces { get; } = [];
}
