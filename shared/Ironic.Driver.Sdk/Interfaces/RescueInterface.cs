namespace Ironic.Driver.Sdk;

/// <summary>Boots a rescue system beside the instance.</summary>
public abstract class RescueInterface : DriverInterface
{
    /// <inheritdoc/>
    public sealed override InterfaceType Type => InterfaceType.Rescue;
}
