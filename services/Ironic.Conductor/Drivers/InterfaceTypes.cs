using System.Collections.Frozen;
using Ironic.Conductor.Storage;
using Ironic.Driver.V1;

namespace Ironic.Conductor.Drivers;

/// <summary>One kind of interface: its name, and the node's column that names the implementation.</summary>
/// <param name="Name">Lower case, as in <c>power_interface</c>.</param>
internal sealed record InterfaceKind(InterfaceType Type, string Name, Func<NodeRow, string?> Get, Action<NodeRow, string?> Set);

/// <summary>The kinds of interface, in the order in which Ironic names them.</summary>
internal static class InterfaceTypes
{
    public static IReadOnlyList<InterfaceKind> All { get; } =
    [
        new(InterfaceType.Bios, "bios", n => n.BiosInterface, (n, v) => n.BiosInterface = v),
        new(InterfaceType.Boot, "boot", n => n.BootInterface, (n, v) => n.BootInterface = v),
        new(InterfaceType.Console, "console", n => n.ConsoleInterface, (n, v) => n.ConsoleInterface = v),
        new(InterfaceType.Deploy, "deploy", n => n.DeployInterface, (n, v) => n.DeployInterface = v),
        new(InterfaceType.Firmware, "firmware", n => n.FirmwareInterface, (n, v) => n.FirmwareInterface = v),
        new(InterfaceType.Inspect, "inspect", n => n.InspectInterface, (n, v) => n.InspectInterface = v),
        new(InterfaceType.Management, "management", n => n.ManagementInterface, (n, v) => n.ManagementInterface = v),
        new(InterfaceType.Network, "network", n => n.NetworkInterface, (n, v) => n.NetworkInterface = v),
        new(InterfaceType.Power, "power", n => n.PowerInterface, (n, v) => n.PowerInterface = v),
        new(InterfaceType.Raid, "raid", n => n.RaidInterface, (n, v) => n.RaidInterface = v),
        new(InterfaceType.Rescue, "rescue", n => n.RescueInterface, (n, v) => n.RescueInterface = v),
        new(InterfaceType.Storage, "storage", n => n.StorageInterface, (n, v) => n.StorageInterface = v),
        new(InterfaceType.Vendor, "vendor", n => n.VendorInterface, (n, v) => n.VendorInterface = v),
    ];

    private static readonly FrozenDictionary<InterfaceType, InterfaceKind> ByType = All.ToFrozenDictionary(k => k.Type);

    private static readonly FrozenDictionary<string, InterfaceKind> ByName = All.ToFrozenDictionary(k => k.Name);

    public static InterfaceKind Get(InterfaceType type) => ByType[type];

    /// <param name="name">Lower case, and the name of a kind.</param>
    public static InterfaceKind GetByName(string name) => ByName[name];

    /// <summary>The kind whose field is <paramref name="field"/> (<c>power_interface</c>), or null.</summary>
    public static InterfaceKind? FindByField(string field) =>
        field.EndsWith("_interface", StringComparison.Ordinal) ? ByName.GetValueOrDefault(field[..^"_interface".Length]) : null;
}
