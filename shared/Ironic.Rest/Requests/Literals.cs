using System.Text.Json;

namespace Ironic.Rest.Requests;

/// <summary>Values as error texts show them: in Python's notation, which Ironic's callers know. Containers and long texts are not repeated.</summary>
internal static class Literals
{
    private const int MaximumText = 255;

    /// <summary>A value inside of a sentence: texts without quotation marks.</summary>
    public static string Plain(JsonElement value) => value.ValueKind == JsonValueKind.String ? Cut(Text(value)) : Quoted(value);

    /// <summary>A value as a literal: texts in quotation marks.</summary>
    public static string Quoted(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => Quoted(Text(value)),
        JsonValueKind.True => "True",
        JsonValueKind.False => "False",
        JsonValueKind.Null => "None",
        JsonValueKind.Array => value.GetArrayLength() == 0 ? "[]" : "[...]",
        JsonValueKind.Object => value.GetPropertyCount() == 0 ? "{}" : "{...}",
        _ => Cut(value.GetRawText()),
    };

    /// <summary>A text in quotation marks.</summary>
    public static string Quoted(string text) => $"'{Cut(text)}'";

    /// <summary>A text, cut when it is long.</summary>
    public static string Cut(string text) => text.Length <= MaximumText ? text : text[..MaximumText] + "...";

    private static string Text(JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair is valid in JSON and no text.
            return "...";
        }
    }
}
