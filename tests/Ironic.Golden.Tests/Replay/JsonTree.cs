using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ironic.Golden.Tests.Replay;

/// <summary>Works on whole documents.</summary>
internal static class JsonTree
{
    // Lists whose order means nothing, and those of keys that begin with enabled_.
    private static readonly HashSet<string> Unordered =
        ["traits", "hosts", "drivers", "http_methods", "supported_boot_devices", "candidate_nodes", "states", "indicators", "shards", "bios"];

    /// <summary>A copy with every text, keys too, put through <paramref name="map"/>.</summary>
    public static JsonNode? Map(JsonNode? node, Func<string, string> map)
    {
        switch (node)
        {
            case JsonObject members:
                var copy = new JsonObject();
                foreach (var (key, value) in members)
                    copy[map(key)] = Map(value, map);
                return copy;
            case JsonArray items:
                return new JsonArray([.. items.Select(item => Map(item, map))]);
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                return JsonValue.Create(map(value.GetValue<string>()));
            default:
                return node?.DeepClone();
        }
    }

    /// <summary>A copy with the lists sorted whose order means nothing.</summary>
    public static JsonNode? Order(JsonNode? node, string key = "")
    {
        switch (node)
        {
            case JsonObject members:
                return new JsonObject(members.Select(m => KeyValuePair.Create(m.Key, Order(m.Value, m.Key))));
            case JsonArray items:
                var ordered = items.Select(item => Order(item));
                if (Unordered.Contains(key) || key.StartsWith("enabled_", StringComparison.Ordinal))
                    ordered = ordered.OrderBy(SortText, StringComparer.Ordinal);
                return new JsonArray([.. ordered]);
            default:
                return node?.DeepClone();
        }
    }

    private static string SortText(JsonNode? node) => node switch
    {
        JsonObject members => string.Join(',', members.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => $"{m.Key}:{SortText(m.Value)}")),
        null => "null",
        _ => node.ToJsonString(),
    };
}
