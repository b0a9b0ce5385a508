namespace Ironic.Driver.Sdk;

/// <summary>
/// What the management controller offers besides power. Not every controller offers more than the boot device: what is not overridden is
/// unsupported.
/// </summary>
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

    /// <summary>Sets how the firmware boots from now on.</summary>
    /// <exception cref="InvalidParameterException">The machine does not have the mode.</exception>
    public virtual Task SetBootModeAsync(NodeContext node, BootMode mode, CancellationToken cancellationToken) => throw Unsupported("set_boot_mode");

    /// <summary>Sets whether the firmware boots only what is signed.</summary>
    public virtual Task SetSecureBootAsync(NodeContext node, bool enabled, CancellationToken cancellationToken) => throw Unsupported("set_secure_boot_state");

    /// <summary>Sends the machine a non-maskable interrupt.</summary>
    public virtual Task InjectNmiAsync(NodeContext node, CancellationToken cancellationToken) => throw Unsupported("inject_nmi");

    /// <summary>The lights of the machine.</summary>
    public virtual ValueTask<IReadOnlyList<Indicator>> GetIndicatorsAsync(NodeContext node, CancellationToken cancellationToken) =>
        throw Unsupported("get_supported_indicators");

    /// <summary>How a light is. Called only for one of <see cref="GetIndicatorsAsync"/>.</summary>
    public virtual ValueTask<IndicatorState> GetIndicatorStateAsync(NodeContext node, Indicator indicator, CancellationToken cancellationToken) =>
        throw Unsupported("get_indicator_state");

    /// <summary>Switches a light. Called only for one of <see cref="GetIndicatorsAsync"/> that is not read-only, and with one of its states.</summary>
    public virtual Task SetIndicatorStateAsync(NodeContext node, Indicator indicator, IndicatorState state, CancellationToken cancellationToken) =>
        throw Unsupported("set_indicator_state");

    /// <summary>The virtual drives of the machine and what is in them.</summary>
    public virtual ValueTask<IReadOnlyList<VirtualMediaDevice>> GetVirtualMediaAsync(NodeContext node, CancellationToken cancellationToken) =>
        throw Unsupported("get_virtual_media");

    /// <summary>Shows the machine an image.</summary>
    /// <exception cref="InvalidParameterException">The machine has no drive of that type.</exception>
    public virtual Task AttachVirtualMediaAsync(NodeContext node, VirtualMediaType type, string imageUrl, CancellationToken cancellationToken) =>
        throw Unsupported("attach_virtual_media");

    /// <summary>Takes images away; a drive that is empty is no error.</summary>
    /// <param name="types">Of which types; empty: all.</param>
    public virtual Task DetachVirtualMediaAsync(NodeContext node, IReadOnlyList<VirtualMediaType> types, CancellationToken cancellationToken) =>
        throw Unsupported("detach_virtual_media");

    /// <summary>The sensors of the machine and what they say now; without those that the machine only could have.</summary>
    public virtual ValueTask<IReadOnlyList<Sensor>> GetSensorsAsync(NodeContext node, CancellationToken cancellationToken) => throw Unsupported("get_sensors_data");

    /// <summary>How the machine is besides its power; what the management controller does not say is null.</summary>
    public virtual ValueTask<MachineState> GetMachineStateAsync(NodeContext node, CancellationToken cancellationToken) => throw Unsupported("get_machine_state");

    private UnsupportedOperationException Unsupported(string what) => new($"The management interface '{Name}' does not support {what}.");
}

/// <summary>A boot device.</summary>
/// <param name="Device">Its name; null when the management controller cannot tell.</param>
/// <param name="Persistent">For all boots (true) or the next one only (false); null when the management controller cannot tell.</param>
public sealed record BootDevice(string? Device, bool? Persistent);

/// <summary>How a machine is besides its power.</summary>
/// <param name="BootMode">How its firmware boots; null when unknown, as all that follows.</param>
/// <param name="SecureBoot">Whether its firmware boots only what is signed.</param>
/// <param name="Vendor">Who made it: <c>Dell Inc.</c></param>
/// <param name="Health">How well it is, with all of its parts.</param>
public sealed record MachineState(BootMode? BootMode, bool? SecureBoot, string? Vendor, MachineHealth Health = MachineHealth.Unknown);

/// <summary>How well a machine is. The values are those of <c>ironic.driver.v1.MachineHealth</c>.</summary>
public enum MachineHealth
{
    /// <summary>The management controller does not say.</summary>
    Unknown = 0,
    Ok = 1,

    /// <summary>Somebody should look at it.</summary>
    Warning = 2,

    /// <summary>Somebody must look at it now.</summary>
    Critical = 3,
}

/// <summary>How the firmware boots.</summary>
public enum BootMode
{
    /// <summary>As a BIOS does.</summary>
    Bios = 1,

    /// <summary>By UEFI.</summary>
    Uefi = 2,
}

/// <summary>A light of the machine.</summary>
/// <param name="Component">The part that it belongs to: <c>system</c>, <c>chassis</c>, <c>drive</c>, ...</param>
/// <param name="Name">Unique in the component.</param>
/// <param name="ReadOnly">It can only be looked at.</param>
/// <param name="States">The states that it can have.</param>
public sealed record Indicator(string Component, string Name, bool ReadOnly, IReadOnlyList<IndicatorState> States);

/// <summary>How a light is.</summary>
public enum IndicatorState
{
    /// <summary>The management controller cannot tell.</summary>
    Unknown = 0,

    /// <summary>Dark.</summary>
    Off = 1,

    /// <summary>Lit.</summary>
    On = 2,

    /// <summary>On and off in turns.</summary>
    Blinking = 3,
}

/// <summary>As what a virtual drive is used.</summary>
public enum VirtualMediaType
{
    /// <summary>A disk, a USB stick.</summary>
    Disk = 1,

    /// <summary>A CD or DVD.</summary>
    Cdrom = 2,

    /// <summary>A floppy.</summary>
    Floppy = 3,
}

/// <summary>A virtual drive.</summary>
/// <param name="MediaTypes">What it can be, as the management controller calls it: <c>CD</c>, <c>DVD</c>, <c>USBStick</c>, <c>Floppy</c>.</param>
/// <param name="Inserted">Whether an image is in it; null when the management controller cannot tell.</param>
/// <param name="Image">The address of that image.</param>
public sealed record VirtualMediaDevice(IReadOnlyList<string> MediaTypes, bool? Inserted, string? Image);
