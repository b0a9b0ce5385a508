using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ironic.Api.V1;
using Ironic.Hosting.Errors;
using Ironic.Types.V1;

namespace Ironic.Conductor.Nodes;

/// <summary>Looks at JSON text without making anything of it.</summary>
internal static class JsonTexts
{
    /// <summary>Writes texts as they are, without escaping what need not be.</summary>
    public static JsonSerializerOptions Verbatim { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text of a JSON object; null for none.</summary>
    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE: it is no object.</exception>
    public static string? ReadObject(Json? json, string field)
    {
        if (json is null)
            return null;
        return IsObject(json.Text) ? json.Text : throw new IronicException(ErrorReason.InvalidParameterValue, $"{field} is not a JSON object.");
    }

    /// <summary>Whether the text is one well-formed JSON object.</summary>
    public static bool IsObject(string text) => IsValid(text, JsonTokenType.StartObject);

    /// <summary>Whether the text is one well-formed JSON value.</summary>
    public static bool IsValid(string text) => IsValid(text, JsonTokenType.None);

    /// <summary>An object with one member set to a time, UTC and without a zone, as Ironic keeps times inside of its records.</summary>
    /// <param name="text">The object; null for an empty one.</param>
    public static string With(string? text, string member, DateTime time)
    {
        var members = JsonNode.Parse(text ?? "{}")!.AsObject();
        members[member] = time.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff", CultureInfo.InvariantCulture);
        return members.ToJsonString(Verbatim);
    }

    /// <summary>An object with members of another one set; a null removes a member.</summary>
    /// <param name="text">The object; null for an empty one.</param>
    public static string With(string? text, JsonObject changes)
    {
        var members = JsonNode.Parse(text ?? "{}")!.AsObject();
        foreach (var (member, value) in changes)
        {
            if (value is null)
                members.Remove(member);
            else
                members[member] = value.DeepClone();
        }

        return members.ToJsonString(Verbatim);
    }

    private static bool IsValid(string text, JsonTokenType first)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
        try
        {
            if (!reader.Read() || (first != JsonTokenType.None && reader.TokenType != first))
                return false;
            reader.Skip();
            return !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
