using System.Globalization;
using System.Text.Json;

namespace Ironic.Drivers.Redfish.Client;

/// <summary>
/// Reads what controllers send. Everything may be missing or of another type than the schema says: it is null then, and whoever needs it says so.
/// </summary>
internal static class RedfishJson
{
    /// <summary>A member that is not null.</summary>
    public static JsonElement? Member(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>A member of members.</summary>
    public static JsonElement? Member(this JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (element.Member(name) is not { } next)
                return null;
            element = next;
        }

        return element;
    }

    /// <summary>A text that is not empty.</summary>
    public static string? Text(this JsonElement element, string name) => element.Member(name) is { ValueKind: JsonValueKind.String } value ? ReadText(value) : null;

    /// <summary>A text as it is.</summary>
    public static string? ReadText(this JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
            return null;
        try
        {
            return value.GetString() is { Length: > 0 } text ? text : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: JSON may have it, a string of ours may not.
            return null;
        }
    }

    /// <summary>A number, also one that is written as a text.</summary>
    public static double? Number(this JsonElement element, string name)
    {
        double number;
        var found = element.Member(name) switch
        {
            { ValueKind: JsonValueKind.Number } value => value.TryGetDouble(out number),
            { ValueKind: JsonValueKind.String } value => double.TryParse(value.ReadText(), NumberStyles.Float, CultureInfo.InvariantCulture, out number),
            _ => (number = 0) != 0,
        };
        return found && double.IsFinite(number) ? number : null;
    }

    /// <summary>A whole number that is not negative.</summary>
    public static long? Count(this JsonElement element, string name) => element.Number(name) is { } number and >= 0 and < long.MaxValue ? (long)number : null;

    public static bool? Flag(this JsonElement element, string name) => element.Member(name) switch
    {
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => null,
    };

    /// <summary>The items of an array; none when there is none.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : [];

    /// <summary>The texts of an array.</summary>
    public static IReadOnlyList<string> Texts(this JsonElement element, string name) => [.. element.Items(name).Select(ReadText).OfType<string>()];

    /// <summary>Where the resource is that a member refers to.</summary>
    public static string? Link(this JsonElement element, params ReadOnlySpan<string> path) => element.Member(path) is { } target ? target.Text("@odata.id") : null;

    /// <summary>Where the resources are that an array refers to.</summary>
    public static IReadOnlyList<string> Links(this JsonElement element, string name) => [.. element.Items(name).Select(item => item.Text("@odata.id")).OfType<string>()];
}
