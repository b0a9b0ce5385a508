using System.Text;
using System.Text.Json;
using Ironic.Api.V1;
using Ironic.Hosting.Errors;
using Ironic.Types.V1;

namespace Ironic.Conductor.Nodes;

/// <summary>Looks at JSON text without making anything of it.</summary>
internal static class JsonTexts
{
    /// <summary>The text of a JSON object; null for none.</summary>
    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE: it is no object.</exception>
    public static string? ReadObject(Json? json, string field)
    {
        if (json is null)
            return null;
        return IsObject(json.Text) ? json.Text : throw new IronicException(ErrorReason.InvalidParameterValue, $"{field} is not a JSON object.");
    }

    /// <summary>Whether the text is one well-formed JSON object.</summary>
    public static bool IsObject(string text)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
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
