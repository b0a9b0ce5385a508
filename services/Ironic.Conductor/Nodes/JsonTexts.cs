using System.Text;
using System.Text.Json;

namespace Ironic.Conductor.Nodes;

/// <summary>Looks at JSON text without making anything of it.</summary>
internal static class JsonTexts
{
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
