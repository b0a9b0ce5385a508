namespace Ironic.Driver.Sdk;

/// <summary>Brings an instance onto the node and takes it away again.</summary>
public abstract class DeployInterface : DriverInterface
{
    /// <inheritdoc/>
    public sealed override InterfaceType Type => InterfaceType.Deploy;
}
