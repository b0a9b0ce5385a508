namespace Ironic.Driver.Sdk;

/// <summary>Finds out what the node is made of.</summary>
public abstract class InspectInterface : DriverInterface
{
    /// <inheritdoc/>
    public sealed override InterfaceType Type => InterfaceType.Inspect;
}
