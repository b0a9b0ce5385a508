using System.Globalization;
using System.Text.Json.Nodes;

namespace Ironic.Golden.Tests.Replay;

/// <summary>Finds members by dotted paths: <c>nodes.0.uuid</c>.</summary>
internal static class JsonPath
{
    /// <returns>false when there is no such member. <paramref name="found"/> is null for a JSON null, too.</returns>
    public static bool TryFind(JsonNode? root, string path, out JsonNode? found)
    {
        found = root;
        foreach (var key in path.Split('.'))
        {
            switch (found)
            {
                case JsonArray list when int.TryParse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index) && index >= -list.Count && index < list.Count:
                    found = list[index < 0 ? index + list.Count : index];
                    break;
                case JsonObject members when members.TryGetPropertyValue(key, out var member):
                    found = member;
                    break;
                default:
                    found = null;
                    return false;
            }
        }

        return true;
    }
}
