namespace Ironic.Driver.Sdk;

/// <summary>Prepares a node to boot the agent's ramdisk or its instance.</summary>
public abstract class BootInterface : DriverInterface
{
    /// <inheritdoc/>
    public sealed override InterfaceType Type => InterfaceType.Boot;
}
