using System.Collections.Frozen;

namespace Ironic.Driver.Sdk;

/// <summary>
/// The implementations that the conductor itself provides, which a hardware type may name without serving them:
/// the table of section "Interfaces of the conductor" in <c>protos/ironic/driver/v1/SPEC.md</c>.
/// </summary>
public static class ConductorInterfaces
{
    private static readonly FrozenDictionary<InterfaceType, FrozenSet<string>> Names = new Dictionary<InterfaceType, string[]>
    {
        [InterfaceType.Bios] = ["no-bios"],
        [InterfaceType.Boot] = ["ipxe", "pxe", "http-ipxe", "http"],
        [InterfaceType.Console] = ["no-console"],
        [InterfaceType.Deploy] = ["autodetect", "direct", "ansible", "ramdisk", "anaconda", "bootc", "custom-agent", "noop"],
        [InterfaceType.Firmware] = ["no-firmware"],
        [InterfaceType.Inspect] = ["agent", "no-inspect"],
        [InterfaceType.Management] = ["noop"],
        [InterfaceType.Network] = ["flat", "neutron", "ironic-networking", "noop"],
        [InterfaceType.Power] = ["agent"],
        [InterfaceType.Raid] = ["no-raid", "agent"],
        [InterfaceType.Rescue] = ["no-rescue", "agent"],
        [InterfaceType.Storage] = ["noop", "cinder", "external"],
        [InterfaceType.Vendor] = ["no-vendor"],
    }.ToFrozenDictionary(pair => pair.Key, pair => pair.Value.ToFrozenSet());

    /// <summary>How many there are, of all types.</summary>
    internal static int Count => Names.Values.Sum(names => names.Count);

    /// <summary>Whether the conductor provides <paramref name="name"/>. A conductor may leave out what it does not have enabled.</summary>
    public static bool Contains(InterfaceType type, string name) => Names.TryGetValue(type, out var names) && names.Contains(name);
}
