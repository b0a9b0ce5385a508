namespace Ironic.Driver.Sdk;

/// <summary>Builds and removes logical disks.</summary>
public abstract class RaidInterface : DriverInterface
{
    /// <inheritdoc/>
    public sealed override InterfaceType Type => InterfaceType.Raid;
}
