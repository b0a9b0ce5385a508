using System.Text.Json;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Client;

namespace Ironic.Drivers.Redfish.Resources;

/// <summary>What a maker says of the BIOS settings of a kind of machine.</summary>
internal sealed class AttributeRegistry
{
    private readonly Dictionary<string, JsonElement> _attributes = new(StringComparer.Ordinal);

    private AttributeRegistry(JsonElement? registry)
    {
        foreach (var attribute in registry?.Member("RegistryEntries")?.Items("Attributes") ?? [])
        {
            if (attribute.Text("AttributeName") is { } name)
                _attributes[name] = attribute;
        }
    }

    /// <summary>Whether it says anything.</summary>
    public bool IsEmpty => _attributes.Count == 0;

    /// <summary>The registry that the BIOS settings of a machine name; an empty one when it is not there.</summary>
    public static async Task<AttributeRegistry> FindAsync(RedfishConnection connection, RedfishResource bios)
    {
        if (bios.Json.Text("AttributeRegistry") is not { } name)
            return new AttributeRegistry(null);
        var root = await connection.GetRootAsync();
        foreach (var link in root.Json.Link("Registries") is { } registries ? await connection.GetMemberLinksAsync(registries) : [])
        {
            // Their paths have the names of the registries, all but their versions; others need not be read.
            if (!MayBe(link, name) || await connection.TryGetAsync(link) is not { } file || !Is(file, name))
                continue;
            var locations = file.Json.Items("Location").ToList();
            var location = locations.Find(candidate => candidate.Text("Language")?.StartsWith("en", StringComparison.OrdinalIgnoreCase) == true);
            if ((location.ValueKind == JsonValueKind.Object ? location : locations.FirstOrDefault()).Text("Uri") is { } uri)
                return new AttributeRegistry((await connection.TryGetAsync(uri))?.Json);
        }

        return new AttributeRegistry(null);
    }

    /// <summary>A setting and what is said of it.</summary>
    public BiosSetting Describe(string name, JsonElement value)
    {
        var setting = new BiosSetting(name, Print(value));
        if (!_attributes.TryGetValue(name, out var attribute))
            return setting;
        return setting with
        {
            AttributeType = attribute.Text("Type"),
            AllowableValues = Values(attribute),
            LowerBound = Integer(attribute, "LowerBound"),
            UpperBound = Integer(attribute, "UpperBound"),
            MinLength = Integer(attribute, "MinLength"),
            MaxLength = Integer(attribute, "MaxLength"),
            ReadOnly = attribute.Flag("ReadOnly"),
            ResetRequired = attribute.Flag("ResetRequired"),
            Unique = attribute.Flag("IsSystemUniqueProperty"),
        };
    }

    /// <summary>The type of a setting; null when nothing is said.</summary>
    public string? FindType(string name) => _attributes.TryGetValue(name, out var attribute) ? attribute.Text("Type") : null;

    /// <summary>How a value is written for people.</summary>
    public static string? Print(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => value.ReadText() ?? "",
        _ => value.GetRawText(),
    };

    private static List<string> Values(JsonElement attribute) => [.. attribute.Items("Value").Select(value => value.Text("ValueName")).OfType<string>()];

    private static long? Integer(JsonElement attribute, string name) => attribute.Number(name) is { } number and > long.MinValue and < long.MaxValue ? (long)number : null;

    private static bool MayBe(string link, string name)
    {
        var last = link.TrimEnd('/')[(link.TrimEnd('/').LastIndexOf('/') + 1)..];
        return !last.StartsWith("Base", StringComparison.OrdinalIgnoreCase) || name.StartsWith("Base", StringComparison.OrdinalIgnoreCase);
    }

    private static bool Is(RedfishResource file, string name) =>
        file.Id == name || (file.Json.Text("Registry") is { } registry && (registry == name || name.StartsWith(registry + ".", StringComparison.Ordinal) || registry.StartsWith(name + ".", StringComparison.Ordinal)));
}
