using Ironic.Driver.Sdk;

namespace Ironic.Drivers.Ipmi.Commands;

/// <summary>The boot flags, boot option parameter 5 (IPMI 2.0, table 28-14).</summary>
/// <param name="Selector">The device selector, 4 bits; 0: no override.</param>
/// <param name="Persistent">For all boots, or the next one only.</param>
/// <param name="Uefi">By UEFI, or as a BIOS does.</param>
internal readonly record struct BootFlags(byte Selector, bool Persistent, bool Uefi)
{
    public const int Length = 5;

    private const byte ValidFlag = 0x80;
    private const byte PersistentFlag = 0x40;
    private const byte UefiFlag = 0x20;
    private const int SelectorShift = 2;
    private const byte SelectorMask = 0x0F;

    public byte[] Encode() =>
        [(byte)(ValidFlag | (Persistent ? PersistentFlag : 0) | (Uefi ? UefiFlag : 0)), (byte)(Selector << SelectorShift), 0, 0, 0];

    /// <param name="bytes">At least 2.</param>
    public static BootFlags Decode(ReadOnlySpan<byte> bytes) =>
        new((byte)((bytes[1] >> SelectorShift) & SelectorMask), (bytes[0] & PersistentFlag) != 0, (bytes[0] & UefiFlag) != 0);
}

/// <summary>Boot devices by the names that the API has for them.</summary>
internal static class BootDevices
{
    // "Primary remote media" (8 + 1): what Supermicro's UEFI boots its hard disk by.
    private const byte SupermicroUefiDisk = 0x09;

    private static readonly (string Name, byte Selector)[] Selectors = [("pxe", 1), ("disk", 2), ("cdrom", 5), ("bios", 6), ("safe", 3)];

    public static IReadOnlyList<string> Names { get; } = [.. Selectors.Select(pair => pair.Name)];

    /// <exception cref="InvalidParameterException">There is no such device.</exception>
    public static byte Select(string name, bool uefi, bool isSupermicro)
    {
        if (name == "disk" && uefi && isSupermicro)
            return SupermicroUefiDisk;
        foreach (var (known, selector) in Selectors)
        {
            if (known == name)
                return selector;
        }

        throw new InvalidParameterException($"Invalid boot device {name} specified; there are: {string.Join(", ", Names)}.");
    }

    /// <summary>The device's name; null when the flags name none, or one that the API has no name for.</summary>
    public static string? FindName(byte selector) =>
        selector == SupermicroUefiDisk ? "disk" : Selectors.FirstOrDefault(pair => pair.Selector == selector).Name;
}
