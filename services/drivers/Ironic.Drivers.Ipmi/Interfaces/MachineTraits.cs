using System.Text.Json;
using Ironic.Driver.Sdk;

namespace Ironic.Drivers.Ipmi.Interfaces;

/// <summary>What a node's properties say about its machine.</summary>
internal static class MachineTraits
{
    private const string BootModeKey = "boot_mode";

    /// <summary>How the machine boots: as instance_info says, or properties, or else the default.</summary>
    public static BootMode ReadBootMode(NodeContext node, BootMode byDefault) =>
        Parse(Capability(node.InstanceInfo, BootModeKey)) ?? Parse(Capability(node.Properties, BootModeKey)) ?? byDefault;

    public static bool IsSupermicro(NodeContext node) =>
        node.Properties.TryGet("vendor", out var vendor) && vendor.ValueKind == JsonValueKind.String
        && string.Equals(vendor.GetString(), "supermicro", StringComparison.OrdinalIgnoreCase);

    private static BootMode? Parse(string? text) => text switch
    {
        "uefi" => BootMode.Uefi,
        "bios" => BootMode.Bios,
        _ => null,
    };

    // {"boot_mode": "uefi"} as an object or as its text, or "boot_mode:uefi,cpu_vt:true".
    private static string? Capability(JsonMap map, string name)
    {
        if (!map.TryGet("capabilities", out var capabilities))
            return null;
        if (capabilities.ValueKind == JsonValueKind.Object)
            return Member(capabilities, name);
        if (capabilities.ValueKind != JsonValueKind.String)
            return null;
        var text = capabilities.GetString()!.Trim();
        if (text.StartsWith('{'))
        {
            try
            {
                return Member(JsonElement.Parse(text), name);
            }
            catch (JsonException)
            {
                // The conductor tells operators what is wrong with capabilities; here they say nothing.
                return null;
            }
        }

        return text.Split(',')
            .Select(pair => pair.Split(':', 2))
            .FirstOrDefault(pair => pair.Length == 2 && pair[0].Trim() == name)?[1].Trim();
    }

    private static string? Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
