using System.Text.Json.Nodes;
using Ironic.BmcSimulator.Machines;

namespace Ironic.BmcSimulator.Redfish.Resources;

/// <summary>Registries: what the attributes of the BIOS may be, and the few messages that the simulator uses.</summary>
internal static class RegistryResources
{
    public const string BiosRegistry = "BiosAttributeRegistry.v1_0_0";

    private static readonly (string Key, string Severity)[] Messages =
    [
        ("Success", "OK"), ("GeneralError", "Critical"), ("ResourceMissingAtURI", "Critical"), ("PropertyMissing", "Warning"), ("PropertyValueNotInList", "Warning"),
        ("PropertyValueTypeError", "Warning"), ("PropertyUnknown", "Warning"), ("PropertyNotWritable", "Warning"), ("ResourceInUse", "Warning"),
        ("SessionLimitExceeded", "Critical"), ("MalformedJSON", "Critical"), ("NoValidSession", "Critical"), ("PreconditionFailed", "Critical"),
    ];

    public static RouteTable AddRegistries(this RouteTable routes) => routes
        .Add("Registries", get: request => Json.Collection(request, "MessageRegistryFile", "Registries", [$"{request.Path}/{BiosRegistry}", $"{request.Path}/{RedfishException.Registry}"]))
        .Add("Registries/*", get: GetFile)
        .Add("Registries/*/*", get: GetRegistry);

    private static RedfishResponse GetFile(RedfishRequest request)
    {
        var id = Known(request);
        var file = Json.Resource(request.Path, "MessageRegistryFile.v1_1_3.MessageRegistryFile", id, id);
        file["Registry"] = id == BiosRegistry ? "BiosAttributeRegistry.1.0.0" : RedfishException.Registry;
        file["Languages"] = new JsonArray("en");
        file["Location"] = new JsonArray(new JsonObject { ["Language"] = "en", ["Uri"] = $"{request.Path}/en.json" });
        return RedfishResponse.Ok(file);
    }

    private static RedfishResponse GetRegistry(RedfishRequest request)
    {
        var id = Known(request);
        if (request.Values[1] != "en.json")
            throw RedfishException.NotFound(request.Path);
        var isBios = id == BiosRegistry;
        var registry = Json.Resource(request.Path, isBios ? "AttributeRegistry.v1_3_6.AttributeRegistry" : "MessageRegistry.v1_6_0.MessageRegistry", id, id);
        registry["Language"] = "en";
        registry["OwningEntity"] = "Simulated Machines";
        registry["RegistryVersion"] = isBios ? "1.0.0" : "1.18.0";
        if (isBios)
            registry["RegistryEntries"] = new JsonObject { ["Attributes"] = new JsonArray([.. BiosAttribute.All.Select(Describe)]) };
        else
            DescribeMessages(registry);
        return RedfishResponse.Ok(registry);
    }

    private static string Known(RedfishRequest request) =>
        request.Values[0] is BiosRegistry or RedfishException.Registry ? request.Values[0] : throw RedfishException.NotFound(request.Path);

    private static JsonObject Describe(BiosAttribute attribute)
    {
        var described = new JsonObject
        {
            ["AttributeName"] = attribute.Name,
            ["DisplayName"] = attribute.Name,
            ["Type"] = attribute.Type,
            ["DefaultValue"] = attribute.Default.DeepClone(),
            ["ReadOnly"] = attribute.ReadOnly,
            ["Immutable"] = attribute.ReadOnly,
            ["ResetRequired"] = true,
            ["IsSystemUniqueProperty"] = attribute.Name == "AssetTag",
        };
        if (attribute.Values is { } values)
            described["Value"] = new JsonArray([.. values.Select(value => new JsonObject { ["ValueName"] = value, ["ValueDisplayName"] = value })]);
        if (attribute.Lower is { } lower)
            described["LowerBound"] = lower;
        if (attribute.Upper is { } upper)
            described["UpperBound"] = upper;
        if (attribute.MaximumLength is { } length)
            (described["MinLength"], described["MaxLength"]) = (0, length);
        return described;
    }

    private static void DescribeMessages(JsonObject registry)
    {
        registry["RegistryPrefix"] = "Base";
        registry["Messages"] = new JsonObject(Messages.Select(message => KeyValuePair.Create(message.Key, (JsonNode?)new JsonObject
        {
            ["Description"] = message.Key,
            ["Message"] = message.Key,
            ["Severity"] = message.Severity,
            ["NumberOfArgs"] = 0,
            ["Resolution"] = "See the message.",
        })));
    }
}
