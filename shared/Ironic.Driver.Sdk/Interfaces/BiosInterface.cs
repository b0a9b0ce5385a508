namespace Ironic.Driver.Sdk;

/// <summary>Reads and changes BIOS settings.</summary>
public abstract class BiosInterface : DriverInterface
{
    /// <inheritdoc/>
    public sealed override InterfaceType Type => InterfaceType.Bios;
}
