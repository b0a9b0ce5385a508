using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ironic.Api.V1;
using Ironic.Conductor.Storage;
using Ironic.Hosting.Errors;
using Ironic.Hosting.Requests;

namespace Ironic.Conductor.Nodes;

/// <summary>A JSON Patch of a node: checked, then applied to a row as a whole or not at all.</summary>
internal sealed partial class NodePatch
{
    private static readonly JsonSerializerOptions Verbatim = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly IReadOnlyList<Operation> _operations;

    private NodePatch(IReadOnlyList<Operation> operations) => _operations = operations;

    /// <exception cref="IronicException">PATCH_ERROR, or NOT_ACCEPTABLE for a field that is newer than <paramref name="version"/>.</exception>
    public static NodePatch Parse(IEnumerable<JsonPatchOperation> operations, Microversion version)
    {
        var parsed = new List<Operation>();
        foreach (var operation in operations)
        {
            if (operation.Op is not ("add" or "replace" or "remove"))
                throw Error($"'{operation.Op}' is not one of ['add', 'replace', 'remove']");
            if (!Pointer().IsMatch(operation.Path))
                throw Error($"'{operation.Path}' is no path of the form /field/key");
            var segments = operation.Path[1..].Split('/');
            if (!NodeField.Patchable.TryGetValue(segments[0], out var field))
            {
                throw Error(Node.Descriptor.FindFieldByName(segments[0]) is null && operation.Op == "add"
                    ? $"Adding a new attribute (/{segments[0]}) to the root of the resource is not allowed."
                    : $"'/{segments[0]}' cannot be changed. What can be changed: {string.Join(", ", NodeField.Patchable.Keys.Order(StringComparer.Ordinal).Select(k => "/" + k))}.");
            }

            if (version.Minor < field.Rule.Since)
                throw new IronicException(ErrorReason.NotAcceptable, $"Request not acceptable. The field {field.Name} needs API version 1.{field.Rule.Since}.");
            if (operation.Op != "remove" && operation.Value is null)
                throw Error($"The operation {operation.Op} of {operation.Path} has no value.");
            parsed.Add(new Operation(operation.Op, field, segments[1..], operation.Value is null ? null : ParseValue(operation)));
        }

        return new NodePatch(parsed);
    }

    public bool IsEmpty => _operations.Count == 0;

    /// <summary>Whether any operation is about the field.</summary>
    public bool Touches(string field) => _operations.Any(o => o.Field.Name == field);

    /// <summary>Whether an operation removes the field as a whole.</summary>
    public bool Removes(string field) => _operations.Any(o => o.Field.Name == field && o.Name == "remove" && o.Below.Length == 0);

    /// <summary>Whether all that the patch does is to remove the field.</summary>
    public bool OnlyRemoves(string field) => _operations.Count == 1 && Removes(field);

    /// <summary>Changes the fields of <paramref name="node"/> that the patch names.</summary>
    /// <exception cref="IronicException">PATCH_ERROR or INVALID_PARAMETER_VALUE; the row may be changed in part and must be thrown away.</exception>
    public void ApplyTo(NodeRow node)
    {
        var documents = new Dictionary<NodeField, JsonNode?>();
        foreach (var operation in _operations)
        {
            if (!documents.TryGetValue(operation.Field, out var document))
                document = Read(operation.Field, node);
            try
            {
                documents[operation.Field] = JsonPointerPatch.Apply(document, operation.Name, operation.Below, operation.Value?.DeepClone());
            }
            catch (FormatException e)
            {
                throw Error($"Couldn't apply {operation.Name} of /{string.Join('/', [operation.Field.Name, .. operation.Below])}. Reason: {e.Message}");
            }
        }

        foreach (var (field, document) in documents)
            field.Set(node, Convert(field, document));
    }

    private static JsonNode? ParseValue(JsonPatchOperation operation)
    {
        try
        {
            return JsonNode.Parse(operation.Value.Text);
        }
        catch (JsonException)
        {
            throw Error($"The value of {operation.Path} is not JSON.");
        }
    }

    private static JsonNode? Read(NodeField field, NodeRow node) => field.Get(node) switch
    {
        null => field.Type == NodeFieldType.Object ? new JsonObject() : null,
        string text when field.Type == NodeFieldType.Object => JsonNode.Parse(text),
        string text => JsonValue.Create(text),
        bool value => JsonValue.Create(value),
        var other => throw new InvalidOperationException($"{field.Name} holds a {other.GetType().Name}."),
    };

    private static object? Convert(NodeField field, JsonNode? document)
    {
        if (document is null)
        {
            // A null of maintenance and the like is "back to the default"; driver has none.
            if (field.IsRequired)
                throw Error($"'{field.Name}' is a required property");
            return null;
        }

        return field.Type switch
        {
            NodeFieldType.Object => document is JsonObject ? document.ToJsonString(Verbatim) : throw Error($"{Shown(document)} is not of type 'object', 'null'"),
            NodeFieldType.Boolean => ToBoolean(field, document),
            _ => ToText(field, document),
        };
    }

    private static string ToText(NodeField field, JsonNode document)
    {
        if (document.GetValueKind() != JsonValueKind.String)
            throw Error($"{Shown(document)} is not of type 'string'");
        var text = document.GetValue<string>();
        if (field.Rule.MaxLength > 0 && text.Length > field.Rule.MaxLength)
            throw Error($"The value of /{field.Name} is too long: {text.Length} characters, at most {field.Rule.MaxLength}.");
        if (text.Length < field.Rule.MinLength)
            throw Error($"The value of /{field.Name} is too short.");
        if (field.Rule.Format == Rest.V1.Format.Uuid)
            return NodeIdent.TryParseUuid(text) ?? throw Error($"Expected UUID for {field.Name}: {text}");
        return text;
    }

    private static bool ToBoolean(NodeField field, JsonNode document) => document.GetValueKind() switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String when BooleanTexts.TryParse(document.GetValue<string>(), out var value) => value,
        _ => throw Error($"Invalid {field.Name}: Unrecognized value {Shown(document)}, acceptable values are: {BooleanTexts.Acceptable}"),
    };

    private static string Shown(JsonNode document)
    {
        var text = document.ToJsonString(Verbatim);
        return text.Length <= 100 ? text : text[..100] + "...";
    }

    private static IronicException Error(string message) => new(ErrorReason.PatchError, message);

    [GeneratedRegex(@"^(/[\w-]+)+\z")]
    private static partial Regex Pointer();

    private sealed record Operation(string Name, NodeField Field, string[] Below, JsonNode? Value);
}
