using System.Globalization;
using System.Text.Json.Nodes;

namespace Ironic.Conductor.Patches;

/// <summary>Applies one operation of a JSON Patch (RFC 6902: add, replace, remove) inside a JSON value.</summary>
internal static class JsonPointerPatch
{
    /// <param name="root">The value that <paramref name="segments"/> lead into.</param>
    /// <param name="segments">The decoded segments of the pointer below the root; none means the root itself.</param>
    /// <param name="value">For add and replace.</param>
    /// <returns>The new root.</returns>
    /// <exception cref="FormatException">The operation cannot be applied; the message says why.</exception>
    public static JsonNode? Apply(JsonNode? root, string op, ReadOnlySpan<string> segments, JsonNode? value)
    {
        if (segments.IsEmpty)
            return op == "remove" ? null : value;
        var parent = root;
        foreach (var segment in segments[..^1])
            parent = Descend(parent, segment);
        var last = segments[^1];
        switch (parent)
        {
            case JsonObject members:
                ApplyToMember(members, op, last, value);
                break;
            case JsonArray items:
                ApplyToItem(items, op, last, value);
                break;
            default:
                throw new FormatException($"there is nothing that '{last}' could be a part of");
        }

        return root;
    }

    private static JsonNode? Descend(JsonNode? parent, string segment) => parent switch
    {
        JsonObject members when members.TryGetPropertyValue(segment, out var member) => member,
        JsonArray items when Index(segment) is { } index && index < items.Count => items[index],
        _ => throw new FormatException($"member '{segment}' not found"),
    };

    private static void ApplyToMember(JsonObject members, string op, string name, JsonNode? value)
    {
        if (op != "add" && !members.ContainsKey(name))
            throw new FormatException($"can't {op} a non-existent object '{name}'");
        if (op == "remove")
            members.Remove(name);
        else
            members[name] = value;
    }

    private static void ApplyToItem(JsonArray items, string op, string segment, JsonNode? value)
    {
        if (op == "add" && segment == "-")
        {
            items.Add(value);
            return;
        }

        var index = Index(segment) ?? throw new FormatException($"'{segment}' is not a valid sequence index");
        if (index > items.Count || (index == items.Count && op != "add"))
            throw new FormatException($"can't {op} outside of list");
        switch (op)
        {
            case "add":
                items.Insert(index, value);
                break;
            case "replace":
                items[index] = value;
                break;
            default:
                items.RemoveAt(index);
                break;
        }
    }

    private static int? Index(string segment) =>
        int.TryParse(segment, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && (segment == "0" || segment[0] != '0') ? index : null;
}
