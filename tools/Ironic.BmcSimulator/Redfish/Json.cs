using System.Text.Json.Nodes;

namespace Ironic.BmcSimulator.Redfish;

/// <summary>Pieces that all resources are made of.</summary>
internal static class Json
{
    public const string Root = "/redfish/v1";

    /// <summary>The beginning of a resource.</summary>
    public static JsonObject Resource(string path, string type, string id, string name) => new()
    {
        ["@odata.id"] = path,
        ["@odata.type"] = $"#{type}",
        ["Id"] = id,
        ["Name"] = name,
    };

    /// <summary>A node's text; null when it is none.</summary>
    public static string? TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static JsonObject Link(string path) => new() { ["@odata.id"] = path };

    public static JsonArray Links(IEnumerable<string> paths) => new([.. paths.Select(Link)]);

    public static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);

    public static JsonObject Status(string health = "OK", bool rollup = false, string state = "Enabled")
    {
        var status = new JsonObject { ["State"] = state, ["Health"] = health };
        if (rollup)
            status["HealthRollup"] = health;
        return status;
    }

    /// <summary>A time as Redfish writes it, with whole seconds.</summary>
    public static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-ddTHH:mm:sszzz", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A collection, a page of it where the service has pages.</summary>
    public static RedfishResponse Collection(RedfishRequest request, string type, string name, IReadOnlyList<string> members)
    {
        var body = new JsonObject
        {
            ["@odata.id"] = request.Path,
            ["@odata.type"] = $"#{type}Collection.{type}Collection",
            ["Name"] = name,
            ["Members@odata.count"] = members.Count,
        };
        var size = request.Behaviour.PageSize ?? members.Count;
        body["Members"] = Links(members.Skip(request.Skip).Take(size));
        if (request.Skip + size < members.Count)
            body["Members@odata.nextLink"] = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{request.Path}?$skip={request.Skip + size}");
        return RedfishResponse.Ok(body);
    }
}
