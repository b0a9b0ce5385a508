namespace Ironic.Driver.Sdk;

/// <summary>Lists and updates the firmware of the node's components.</summary>
public abstract class FirmwareInterface : DriverInterface
{
    /// <inheritdoc/>
    public sealed override InterfaceType Type => InterfaceType.Firmware;
}
