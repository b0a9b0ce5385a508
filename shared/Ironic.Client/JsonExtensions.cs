using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ironic.Types.V1;

namespace Ironic.Client;

/// <summary>Free-form JSON fields (<c>driver_info</c>, <c>extra</c>, <c>properties</c>, ...) as C# values. An absent field reads as null.</summary>
public static class JsonExtensions
{
    // What is written goes into a JSON field, never into HTML.
    private static readonly JsonSerializerOptions DefaultOptions = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    extension(Json? json)
    {
        /// <summary>Makes a field of a value: an anonymous object, a class, a dictionary, a <see cref="JsonNode"/>, a string, a number.</summary>
        /// <param name="value">The value; null is JSON's null.</param>
        /// <param name="options">How it is written; null: properties become <c>snake_case</c>, keys of dictionaries stay as they are.</param>
        /// <exception cref="NotSupportedException">The type has no JSON.</exception>
        public static Json From<T>(T value, JsonSerializerOptions? options = null) =>
            new() { Text = JsonSerializer.Serialize(value, options ?? DefaultOptions) };

        /// <summary>Makes a field of JSON text, which stays as it is to the last digit.</summary>
        /// <exception cref="JsonException">The text is no JSON.</exception>
        public static Json Parse(string text)
        {
            using (JsonDocument.Parse(text))
                return new Json { Text = text };
        }

        /// <summary>The value as nodes that may be read and changed; a change does not reach the message.</summary>
        /// <returns>Null when the field is absent or JSON's null.</returns>
        /// <exception cref="JsonException">The field holds no JSON.</exception>
        public JsonNode? ToNode() => json is null ? null : JsonNode.Parse(json.Text);

        /// <summary>The value as a read-only element.</summary>
        /// <returns>An element of kind <see cref="JsonValueKind.Undefined"/> when the field is absent.</returns>
        /// <exception cref="JsonException">The field holds no JSON.</exception>
        public JsonElement ToElement() => json is null ? default : JsonElement.Parse(json.Text);

        /// <summary>The value as a <typeparamref name="T"/>.</summary>
        /// <param name="options">How it is read; null: properties are <c>snake_case</c>, unknown ones are ignored.</param>
        /// <returns>T's default when the field is absent or JSON's null.</returns>
        /// <exception cref="JsonException">The value is no <typeparamref name="T"/>.</exception>
        public T? Deserialize<T>(JsonSerializerOptions? options = null) =>
            json is null ? default : JsonSerializer.Deserialize<T>(json.Text, options ?? DefaultOptions);

        /// <summary>A member of a JSON object as a <typeparamref name="T"/>: <c>node.DriverInfo.Get&lt;string&gt;("ipmi_address")</c>.</summary>
        /// <param name="name">The member's name.</param>
        /// <returns>T's default when the field is absent, has no such member or it is JSON's null.</returns>
        /// <exception cref="JsonException">The field is no JSON object, or the member is no <typeparamref name="T"/>.</exception>
        public T? Get<T>(string name)
        {
            var element = json.ToElement();
            return element.ValueKind switch
            {
                JsonValueKind.Undefined or JsonValueKind.Null => default,
                JsonValueKind.Object => element.TryGetProperty(name, out var member) ? member.Deserialize<T>(DefaultOptions) : default,
                _ => throw new JsonException($"'{name}' was asked of a JSON {element.ValueKind.ToString().ToLowerInvariant()}, which has no members."),
            };
        }
    }
}
