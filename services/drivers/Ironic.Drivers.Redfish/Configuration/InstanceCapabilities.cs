using System.Text.Json;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Client;

namespace Ironic.Drivers.Redfish.Configuration;

/// <summary>What a node's instance, or the node itself, wants of the firmware, as its capabilities say.</summary>
/// <param name="Mode">How it boots; null: as the machine is set.</param>
/// <param name="SecureBoot">Whether the firmware shall boot only what is signed.</param>
internal sealed record InstanceCapabilities(BootMode? Mode, bool SecureBoot)
{
    private const string Capabilities = "capabilities";
    private const string BootModeName = "boot_mode";
    private const string SecureBootName = "secure_boot";

    /// <summary>Reads <c>capabilities</c> of a node's instance_info and properties, and <c>deploy_boot_mode</c> of its instance_info.</summary>
    /// <exception cref="InvalidParameterException">They cannot be read, or contradict each other.</exception>
    public static InstanceCapabilities Read(NodeContext node)
    {
        var ofInstance = ReadInstance(node);
        var ofNode = ReadNode(node);
        var secure = ofInstance.GetValueOrDefault(SecureBootName);
        if (secure is not (null or "" or "true" or "false"))
            throw Invalid(SecureBootName, $"instance_info/{Capabilities}", secure, "true, false");
        var fixedMode = ParseMode(ofNode.GetValueOrDefault(BootModeName), $"properties/{Capabilities}");
        var asked = ParseMode(ofInstance.GetValueOrDefault(BootModeName), $"instance_info/{Capabilities}")
            ?? ParseMode(node.InstanceInfo.Get<string>("deploy_boot_mode"), "instance_info/deploy_boot_mode");
        var mode = secure == "true" ? BootMode.Uefi : asked ?? fixedMode;
        if (fixedMode is { } only && mode != only)
            throw new InvalidParameterException($"Node {node.Uuid} boot mode {Name(mode!.Value)} violates node properties/capabilities {Name(only)}");
        return new InstanceCapabilities(mode, secure == "true");
    }

    // An object, or the text of one.
    private static Dictionary<string, string> ReadInstance(NodeContext node)
    {
        if (!node.InstanceInfo.TryGet(Capabilities, out var value) || value.ValueKind == JsonValueKind.Null)
            return [];
        if (value.ReadText() is { } text)
            value = Parse(text);
        if (value.ValueKind != JsonValueKind.Object)
            throw new InvalidParameterException("capabilities of instance_info must be a JSON object.");
        var members = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
            members[member.Name] = (member.Value.ReadText() ?? member.Value.GetRawText()).ToLowerInvariant();
        return members;
    }

    // NAME:VALUE between commas.
    private static Dictionary<string, string> ReadNode(NodeContext node)
    {
        var members = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!node.Properties.TryGet(Capabilities, out var value) || value.ReadText() is not { } text)
            return members;
        foreach (var pair in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (pair.Split(':', 2) is [var name, var content])
                members[name] = content.ToLowerInvariant();
        }

        return members;
    }

    private static JsonElement Parse(string text)
    {
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            throw new InvalidParameterException("capabilities of instance_info must be a JSON object.");
        }
    }

    private static BootMode? ParseMode(string? text, string field) => text?.ToLowerInvariant() switch
    {
        null or "" => null,
        "bios" => BootMode.Bios,
        "uefi" => BootMode.Uefi,
        var other => throw Invalid(BootModeName, field, other, "bios, uefi"),
    };

    private static InvalidParameterException Invalid(string name, string field, string value, string valid) =>
        new($"The parameter '{name}' from {field} has an invalid value: '{value}'. Acceptable values are: {valid}.");

    private static string Name(BootMode mode) => mode == BootMode.Uefi ? "uefi" : "bios";
}
