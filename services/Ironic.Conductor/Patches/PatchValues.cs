using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ironic.Api.V1;
using Ironic.Conductor.Nodes;
using Ironic.Hosting.Errors;
using Ironic.Rest.V1;

namespace Ironic.Conductor.Patches;

/// <summary>What a patch leaves in a field, as the field's type.</summary>
internal static class PatchValues
{
    private static readonly JsonSerializerOptions Verbatim = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IronicException Error(string message) => new(ErrorReason.PatchError, message);

    /// <exception cref="IronicException">PATCH_ERROR.</exception>
    public static string ToObject(JsonNode document) =>
        document is JsonObject ? document.ToJsonString(Verbatim) : throw Error($"{Shown(document)} is not of type 'object', 'null'");

    /// <exception cref="IronicException">PATCH_ERROR.</exception>
    public static string ToList(JsonNode document) =>
        document is JsonArray ? document.ToJsonString(Verbatim) : throw Error($"{Shown(document)} is not of type 'array'");

    /// <exception cref="IronicException">PATCH_ERROR.</exception>
    public static int ToInteger(JsonNode document) =>
        document is JsonValue && document.GetValueKind() == JsonValueKind.Number && document.AsValue().TryGetValue<int>(out var value)
            ? value
            : throw Error($"{Shown(document)} is not of type 'integer'");

    /// <exception cref="IronicException">PATCH_ERROR.</exception>
    public static bool ToBoolean(string name, FieldRule rule, JsonNode document) => document.GetValueKind() switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ when rule.Exact => throw Error($"{Shown(document)} is not of type 'boolean'"),
        JsonValueKind.String when BooleanTexts.TryParse(document.GetValue<string>(), out var value) => value,
        _ => throw Error($"Invalid {name}: Unrecognized value {Shown(document)}, acceptable values are: {BooleanTexts.Acceptable}"),
    };

    /// <exception cref="IronicException">PATCH_ERROR.</exception>
    public static string ToText(string name, FieldRule rule, JsonNode document)
    {
        if (document.GetValueKind() != JsonValueKind.String)
            throw Error($"{Shown(document)} is not of type 'string'");
        var text = document.GetValue<string>();
        if (rule.MaxLength > 0 && text.Length > rule.MaxLength && text.EnumerateRunes().Count() is var length && length > rule.MaxLength)
            throw Error($"The value of /{name} is too long: {length} characters, at most {rule.MaxLength}.");
        if (text.Length < rule.MinLength)
            throw Error($"The value of /{name} is too short.");
        return rule.Format switch
        {
            Format.Uuid => NodeIdent.TryParseUuid(text) ?? throw Error($"Expected UUID for {name}: {text}"),
            Format.Mac => MacAddress.TryParse(text) ?? throw Error($"Expected valid MAC address for {name}: {text}"),
            _ => text,
        };
    }

    private static string Shown(JsonNode document)
    {
        var text = document.ToJsonString(Verbatim);
        return text.Length <= 100 ? text : text[..100] + "...";
    }
}
