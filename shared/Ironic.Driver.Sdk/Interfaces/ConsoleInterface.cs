namespace Ironic.Driver.Sdk;

/// <summary>Gives access to the node's serial or graphical console.</summary>
public abstract class ConsoleInterface : DriverInterface
{
    /// <inheritdoc/>
    public sealed override InterfaceType Type => InterfaceType.Console;
}
