namespace Ironic.Driver.Sdk;

/// <summary>Lists the firmware of the node's components; steps update it.</summary>
public abstract class FirmwareInterface : DriverInterface
{
    /// <inheritdoc/>
    public sealed override InterfaceType Type => InterfaceType.Firmware;

    /// <summary>The components whose firmware is known.</summary>
    public abstract ValueTask<IReadOnlyList<FirmwareComponent>> GetComponentsAsync(NodeContext node, CancellationToken cancellationToken);
}

/// <summary>The firmware of a component.</summary>
/// <param name="Component"><c>bmc</c>, <c>bios</c>, <c>nic:...</c>: unique in the machine.</param>
/// <param name="CurrentVersion">The version that runs.</param>
public sealed record FirmwareComponent(string Component, string CurrentVersion)
{
    /// <summary>The first version that was seen; null: the conductor knows it better.</summary>
    public string? InitialVersion { get; init; }

    /// <summary>The version of the last update; null: unknown.</summary>
    public string? LastVersionFlashed { get; init; }

    /// <summary>Who made the component; null when unknown, as the next two.</summary>
    public string? Vendor { get; init; }

    /// <summary>Its model.</summary>
    public string? Model { get; init; }

    /// <summary>Its serial number.</summary>
    public string? SerialNumber { get; init; }
}
