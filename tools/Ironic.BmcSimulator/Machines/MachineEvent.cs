namespace Ironic.BmcSimulator.Machines;

/// <summary>What happens to machines and is told to whoever has subscribed.</summary>
public enum MachineEventKind
{
    /// <summary>The power has another state; the detail is its name.</summary>
    PowerChanged,

    /// <summary>The machine has started to boot; the detail is the boot source.</summary>
    Booted,

    /// <summary>Media were inserted or ejected; the detail is the image, or empty.</summary>
    MediaChanged,

    /// <summary>A firmware component has another version; the detail is the component.</summary>
    FirmwareUpdated,

    /// <summary>A volume was made or removed; the detail is its name.</summary>
    VolumesChanged,

    /// <summary>The management controller has restarted.</summary>
    ControllerRestarted,
}

/// <summary>Something that happened to a machine.</summary>
/// <param name="Kind">What.</param>
/// <param name="Server">To which.</param>
/// <param name="Detail">More, by kind.</param>
public sealed record MachineEvent(MachineEventKind Kind, SimulatedServer Server, string Detail);

/// <summary>One boot of a machine.</summary>
/// <param name="At">When, by the fleet's clock.</param>
/// <param name="Source">What it booted from, in Redfish's words: <c>Pxe</c>, <c>Hdd</c>, <c>Cd</c>, <c>UefiHttp</c>, …</param>
/// <param name="Mode"><c>UEFI</c> or <c>Legacy</c>.</param>
/// <param name="Image">The image of the virtual medium that it booted from, or the URI of an HTTP boot; null for others.</param>
public sealed record BootRecord(DateTimeOffset At, string Source, string Mode, string? Image);
