using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ironic.Api.V1;
using Ironic.Hosting.Errors;
using Ironic.Hosting.Requests;

namespace Ironic.Conductor.Patches;

/// <summary>A JSON Patch of a resource: checked, then applied to a row as a whole or not at all.</summary>
internal sealed partial class ResourcePatch<TRow>
    where TRow : class, new()
{
    private readonly IReadOnlyList<Operation> _operations;

    private ResourcePatch(IReadOnlyList<Operation> operations) => _operations = operations;

    /// <exception cref="IronicException">PATCH_ERROR, or NOT_ACCEPTABLE for a field that is newer than <paramref name="version"/>.</exception>
    public static ResourcePatch<TRow> Parse(ResourceFields<TRow> fields, IEnumerable<JsonPatchOperation> operations, Microversion version)
    {
        var parsed = new List<Operation>();
        foreach (var operation in operations)
        {
            if (operation.Op is not ("add" or "replace" or "remove"))
                throw PatchValues.Error($"'{operation.Op}' is not one of ['add', 'replace', 'remove']");
            if (!Pointer().IsMatch(operation.Path))
                throw PatchValues.Error($"'{operation.Path}' is no path of the form /field/key");
            var segments = operation.Path[1..].Split('/');
            if (!fields.Patchable.TryGetValue(segments[0], out var field))
            {
                throw PatchValues.Error(fields.Resource.FindFieldByName(segments[0]) is null && operation.Op == "add"
                    ? $"Adding a new attribute (/{segments[0]}) to the root of the resource is not allowed."
                    : $"'/{segments[0]}' cannot be changed. What can be changed: {string.Join(", ", fields.Patchable.Keys.Order(StringComparer.Ordinal).Select(k => "/" + k))}.");
            }

            if (version.Minor < field.Rule.Since)
            {
                throw field.Rule.BelowStatus == 400
                    ? PatchValues.Error($"'/{field.Name}' cannot be changed: it needs API version 1.{field.Rule.Since}.")
                    : new IronicException(ErrorReason.NotAcceptable, $"Request not acceptable. The field {field.Name} needs API version 1.{field.Rule.Since}.");
            }

            if (operation.Op != "remove" && operation.Value is null)
                throw PatchValues.Error($"The operation {operation.Op} of {operation.Path} has no value.");
            parsed.Add(new Operation(operation.Op, field, segments[1..], operation.Value is null ? null : ParseValue(operation)));
        }

        return new ResourcePatch<TRow>(parsed);
    }

    public bool IsEmpty => _operations.Count == 0;

    /// <summary>Whether any operation is about the field.</summary>
    public bool Touches(string field) => _operations.Any(o => o.Field.Name == field);

    /// <summary>Whether an operation gives the field as a whole a value.</summary>
    public bool Sets(string field) => _operations.Any(o => o.Field.Name == field && o.Name != "remove" && o.Below.Length == 0);

    /// <summary>Whether an operation removes the field as a whole.</summary>
    public bool Removes(string field) => _operations.Any(o => o.Field.Name == field && o.IsRemoval);

    /// <summary>Whether all that the patch does is to remove the field.</summary>
    public bool OnlyRemoves(string field) => _operations.Count == 1 && Removes(field);

    /// <summary>Changes the fields of <paramref name="row"/> that the patch names.</summary>
    /// <exception cref="IronicException">PATCH_ERROR or INVALID_PARAMETER_VALUE; the row may be changed in part and must be thrown away.</exception>
    public void ApplyTo(TRow row)
    {
        var documents = new Dictionary<ResourceField<TRow>, JsonNode?>();
        foreach (var operation in _operations)
        {
            if (!documents.TryGetValue(operation.Field, out var document))
                document = Read(operation.Field, row);
            try
            {
                documents[operation.Field] = JsonPointerPatch.Apply(document, operation.Name, operation.Below, operation.Value?.DeepClone());
            }
            catch (FormatException e)
            {
                throw PatchValues.Error($"Couldn't apply {operation.Name} of /{string.Join('/', [operation.Field.Name, .. operation.Below])}. Reason: {e.Message}");
            }
        }

        foreach (var (field, document) in documents)
            field.Set(row, Convert(field, document, isRemoved: document is null && LastOf(field).IsRemoval));
    }

    private static JsonNode? ParseValue(JsonPatchOperation operation)
    {
        try
        {
            return JsonNode.Parse(operation.Value.Text);
        }
        catch (JsonException)
        {
            throw PatchValues.Error($"The value of {operation.Path} is not JSON.");
        }
    }

    private static JsonNode? Read(ResourceField<TRow> field, TRow row) => field.Get(row) switch
    {
        null => field.Type == ResourceFieldType.Object ? new JsonObject() : null,
        string text when field.Type is ResourceFieldType.Object or ResourceFieldType.List => JsonNode.Parse(text),
        string text => JsonValue.Create(text),
        bool value => JsonValue.Create(value),
        int value => JsonValue.Create(value),
        var other => throw new InvalidOperationException($"{field.Name} holds a {other.GetType().Name}."),
    };

    private Operation LastOf(ResourceField<TRow> field) => _operations.Last(o => o.Field == field);

    private static object? Convert(ResourceField<TRow> field, JsonNode? document, bool isRemoved)
    {
        if (document is null)
        {
            // A null of maintenance and the like is "back to the default"; driver has none, and some know only a removal.
            if (field.IsRequired || (field.Rule.NotNull && !isRemoved))
                throw PatchValues.Error($"'{field.Name}' is a required property");
            return null;
        }

        return field.Type switch
        {
            ResourceFieldType.Object => PatchValues.ToObject(document),
            ResourceFieldType.List => PatchValues.ToList(document),
            ResourceFieldType.Boolean => PatchValues.ToBoolean(field.Name, field.Rule, document),
            ResourceFieldType.Integer => PatchValues.ToInteger(document),
            _ => PatchValues.ToText(field.Name, field.Rule, document),
        };
    }

    [GeneratedRegex(@"^(/[\w-]+)+\z")]
    private static partial Regex Pointer();

    private sealed record Operation(string Name, ResourceField<TRow> Field, string[] Below, JsonNode? Value)
    {
        /// <summary>Whether it removes the field as a whole.</summary>
        public bool IsRemoval => Name == "remove" && Below.Length == 0;
    }
}
