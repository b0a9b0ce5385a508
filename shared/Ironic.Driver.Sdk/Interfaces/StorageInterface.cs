namespace Ironic.Driver.Sdk;

/// <summary>Attaches volumes of a storage service.</summary>
public abstract class StorageInterface : DriverInterface
{
    /// <inheritdoc/>
    public sealed override InterfaceType Type => InterfaceType.Storage;
}
