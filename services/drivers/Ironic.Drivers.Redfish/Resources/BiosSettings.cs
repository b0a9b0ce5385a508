using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Client;

namespace Ironic.Drivers.Redfish.Resources;

/// <summary>The BIOS settings of a machine.</summary>
internal sealed class BiosSettings
{
    private const string OnReset = "OnReset";

    private readonly RedfishSystem _system;
    private readonly RedfishResource _bios;
    private readonly AttributeRegistry _registry;

    private BiosSettings(RedfishSystem system, RedfishResource bios, AttributeRegistry registry)
    {
        _system = system;
        _bios = bios;
        _registry = registry;
    }

    /// <summary>The settings as they are now.</summary>
    public IReadOnlyList<BiosSetting> All => [.. Attributes(_bios).Select(attribute => _registry.Describe(attribute.Name, attribute.Value))];

    /// <summary>Where they are set to the maker's; null: nowhere.</summary>
    public string? ResetAction => _bios.FindAction("Bios.ResetBios");

    /// <exception cref="UnsupportedOperationException">The controller knows nothing of BIOS settings.</exception>
    public static async Task<BiosSettings> ReadAsync(RedfishSystem system)
    {
        var bios = await system.Connection.TryGetAsync(system.Resource.Json.Link("Bios")) ?? throw new UnsupportedOperationException($"The machine {system.Resource} has no BIOS settings.");
        return new BiosSettings(system, bios, await AttributeRegistry.FindAsync(system.Connection, bios));
    }

    /// <summary>The values that are wanted, as the machine has them.</summary>
    /// <exception cref="InvalidParameterException">There is no such setting, or it cannot have the value.</exception>
    public JsonObject Check(IReadOnlyList<WantedSetting> wanted)
    {
        var attributes = new JsonObject();
        var current = Attributes(_bios).Select(attribute => attribute.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var setting in wanted)
        {
            if (!current.Contains(setting.Name))
                throw new InvalidParameterException($"The machine has no BIOS setting '{setting.Name}'.");
            if (attributes.ContainsKey(setting.Name))
                throw new InvalidParameterException($"The BIOS setting '{setting.Name}' is wanted twice.");
            attributes[setting.Name] = Check(setting);
        }

        return attributes;
    }

    /// <summary>Asks for values; most are there only after a restart.</summary>
    public async Task<RedfishResponse> WriteAsync(JsonObject attributes)
    {
        var body = new JsonObject { ["Attributes"] = attributes.DeepClone() };
        if (_bios.Json.Member("@Redfish.Settings")?.Texts("SupportedApplyTimes").Contains(OnReset) == true)
            body["@Redfish.SettingsApplyTime"] = new JsonObject { ["@odata.type"] = "#Settings.v1_0_0.PreferredApplyTime", ["ApplyTime"] = OnReset };
        var pending = _bios.SettingsPath is { } path ? await _system.Connection.TryGetAsync(path) : null;
        return await _system.Connection.PatchAsync(pending ?? _bios, body);
    }

    /// <summary>The names of the settings that do not have the values, or not yet.</summary>
    public async Task<IReadOnlyList<string>> FindDifferentAsync(JsonObject attributes)
    {
        var now = Attributes(await _system.Connection.GetAsync(_bios.Path)).ToDictionary(attribute => attribute.Name, attribute => AttributeRegistry.Print(attribute.Value), StringComparer.Ordinal);
        return [.. attributes.Where(pair => _registry.FindType(pair.Key) != "Password" && (!now.TryGetValue(pair.Key, out var value) || value != Print(pair.Value))).Select(pair => pair.Key)];
    }

    private static string? Print(JsonNode? node) => node is null ? null : AttributeRegistry.Print(JsonElement.Parse(node.ToJsonString()));

    private static IEnumerable<JsonProperty> Attributes(RedfishResource bios) =>
        bios.Json.Member("Attributes") is { ValueKind: JsonValueKind.Object } attributes ? attributes.EnumerateObject().DistinctBy(attribute => attribute.Name) : [];

    private JsonNode? Check(WantedSetting setting)
    {
        if (setting.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
            throw new InvalidParameterException($"The value of the BIOS setting '{setting.Name}' must be a text, a number or a truth value.");
        var description = _registry.Describe(setting.Name, setting.Value);
        if (description.ReadOnly == true)
            throw new InvalidParameterException($"The BIOS setting '{setting.Name}' can only be read.");
        if (description is { AttributeType: "Enumeration", AllowableValues.Count: > 0 } && !description.AllowableValues.Contains(description.Value ?? ""))
            throw new InvalidParameterException($"The BIOS setting '{setting.Name}' must be one of {string.Join(", ", description.AllowableValues)}.");
        return description.AttributeType switch
        {
            "Integer" => CheckInteger(description),
            "Boolean" => bool.TryParse(description.Value, out var flag) ? flag : throw new InvalidParameterException($"The BIOS setting '{setting.Name}' must be true or false."),
            _ => JsonNode.Parse(setting.Value.GetRawText()),
        };
    }

    private static JsonValue CheckInteger(BiosSetting setting)
    {
        if (long.TryParse(setting.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= (setting.LowerBound ?? long.MinValue) && number <= (setting.UpperBound ?? long.MaxValue))
            return JsonValue.Create(number);
        throw new InvalidParameterException($"The BIOS setting '{setting.Name}' must be an integer{(setting.LowerBound is { } low && setting.UpperBound is { } high ? $" from {low} to {high}" : "")}.");
    }
}

/// <summary>A BIOS setting that an operator wants.</summary>
internal sealed record WantedSetting(string Name, JsonElement Value);
