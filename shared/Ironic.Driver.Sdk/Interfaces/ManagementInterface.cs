namespace Ironic.Driver.Sdk;

/// <summary>What the management controller offers besides power: the boot device.</summary>
public abstract class ManagementInterface : DriverInterface
{
    /// <inheritdoc/>
    public sealed override InterfaceType Type => InterfaceType.Management;

    /// <summary>The boot devices that the machine knows: <c>pxe</c>, <c>disk</c>, <c>cdrom</c>, <c>bios</c>, <c>safe</c>, ...</summary>
    public abstract ValueTask<IReadOnlyList<string>> GetSupportedBootDevicesAsync(NodeContext node, CancellationToken cancellationToken);

    /// <summary>The boot device that is set now.</summary>
    public abstract ValueTask<BootDevice> GetBootDeviceAsync(NodeContext node, CancellationToken cancellationToken);

    /// <summary>Sets the boot device, for the next boot only or for all.</summary>
    /// <exception cref="InvalidParameterException">The machine does not know the device.</exception>
    public abstract Task SetBootDeviceAsync(NodeContext node, string device, bool persistent, CancellationToken cancellationToken);
}

/// <summary>A boot device.</summary>
/// <param name="Device">Its name; null when the management controller cannot tell.</param>
/// <param name="Persistent">For all boots (true) or the next one only (false); null when the management controller cannot tell.</param>
public sealed record BootDevice(string? Device, bool? Persistent);
