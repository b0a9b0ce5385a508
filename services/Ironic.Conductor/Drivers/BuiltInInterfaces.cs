using System.Collections.Frozen;
using Ironic.Driver.V1;

namespace Ironic.Conductor.Drivers;

/// <summary>
/// The implementations that the conductor itself has, because they talk to no hardware or are the conductor's own work. A driver names
/// them in its lists of supported interfaces; where it names none for a type, it gets these in this order.
/// </summary>
internal static class BuiltInInterfaces
{
    private static readonly FrozenDictionary<InterfaceType, string[]> Names = new Dictionary<InterfaceType, string[]>
    {
        [InterfaceType.Bios] = ["no-bios"],
        [InterfaceType.Boot] = ["ipxe", "pxe"],
        [InterfaceType.Console] = ["no-console"],
        [InterfaceType.Deploy] = ["direct", "ramdisk"],
        [InterfaceType.Firmware] = ["no-firmware"],
        [InterfaceType.Inspect] = ["no-inspect"],
        [InterfaceType.Management] = ["noop"],
        [InterfaceType.Network] = ["noop"],
        [InterfaceType.Power] = ["agent"],
        [InterfaceType.Raid] = ["no-raid"],
        [InterfaceType.Rescue] = ["no-rescue"],
        [InterfaceType.Storage] = ["noop"],
        [InterfaceType.Vendor] = ["no-vendor"],
    }.ToFrozenDictionary();

    public static IReadOnlyList<string> For(InterfaceType type) => Names[type];

    public static bool Has(InterfaceType type, string name) => Array.IndexOf(Names[type], name) >= 0;

    /// <summary>An implementation that says that its hardware type has no such interface: <c>no-console</c>, ...</summary>
    public static bool IsAbsent(InterfaceType type, string name) => name.StartsWith("no-", StringComparison.Ordinal) && Has(type, name);
}
