using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using Ironic.Rest.Plans;
using Ironic.Rest.V1;
using Ironic.Rest.Versions;

namespace Ironic.Rest.OpenApi;

/// <summary>The schemas of one microversion's document: each message once, in the forms in which it is used.</summary>
internal sealed class SchemaComponents(int version, ContractComments comments)
{
    private readonly Dictionary<string, MessageDescriptor> _owners = new(StringComparer.Ordinal);

    /// <summary><c>components.schemas</c>.</summary>
    public JsonObject Schemas { get; } = [];

    /// <summary>What callers see of a message.</summary>
    public JsonObject Response(MessagePlan message) => Reference(message, "", () => ResponseSchema(message, message.FullView(version), isSummary: false));

    /// <summary>What callers see of a resource in a list, when they ask for nothing else.</summary>
    public JsonObject Summary(MessagePlan message) =>
        message.Resource is { Summary.Length: > 0 }
            ? Reference(message, "Summary", () => ResponseSchema(message, message.SummaryView(version), isSummary: true))
            : Response(message);

    /// <summary>What callers send to make a resource.</summary>
    public JsonObject Create(MessagePlan message) => Reference(message, "Create", () => CreateSchema(message));

    /// <summary>What callers send of a message that is no resource.</summary>
    public JsonObject Request(MessagePlan message) => Reference(message, "", () => Open(RequestSchema(message.Fields), message));

    /// <summary>A value that callers see.</summary>
    public JsonObject Shown(FieldPlan field) => field.IsMap
        ? new JsonObject { ["type"] = "object", ["additionalProperties"] = Value(field.MapValue!, isRequest: false) }
        : List(field, Value(field, isRequest: false));

    /// <summary>An object of parameters.</summary>
    public JsonObject RequestSchema(IEnumerable<FieldPlan> fields)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var field in fields.Where(f => f.IsVisible(version) && !f.Rule.Hidden && !f.IsRest))
        {
            properties[field.Name] = Accepted(field, isNullable: false);
            if (field.IsRequired)
                required.Add(field.Name);
        }

        return Object(properties, required);
    }

    /// <summary>A value that callers send.</summary>
    public JsonObject Accepted(FieldPlan field, bool isNullable)
    {
        var schema = List(field, Value(field, isRequest: true));
        Limit(schema, field);
        return Describe(isNullable ? Nullable(schema) : schema, field);
    }

    private static JsonObject Object(JsonObject properties, JsonArray required)
    {
        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties };
        if (required.Count > 0)
            schema["required"] = required;
        return schema;
    }

    private static JsonObject List(FieldPlan field, JsonObject value) => field.IsList ? new JsonObject { ["type"] = "array", ["items"] = value } : value;

    private static void Limit(JsonObject schema, FieldPlan field)
    {
        if (field.Rule.MaxLength > 0)
            schema["maxLength"] = field.Rule.MaxLength;
        if (field.Rule.MinLength > 0)
            schema["minLength"] = field.Rule.MinLength;
        if (field.Rule.HasMinimum)
            schema["minimum"] = field.Rule.Minimum;
        if (field.Rule.HasMaximum)
            schema["maximum"] = field.Rule.Maximum;
        if (field.Rule.MinItems > 0)
            schema["minItems"] = field.Rule.MinItems;
        if (field.Rule.DigitsText)
            (schema["type"], schema["pattern"]) = (new JsonArray("integer", "string"), "^[0-9]+$");
    }

    // What else a message takes: other members are kept, left out, or refused.
    private static JsonObject Open(JsonObject schema, MessagePlan message)
    {
        schema["additionalProperties"] = message.Rest is not null || message.IgnoresUnknown;
        return schema;
    }

    private static JsonObject Nullable(JsonObject schema)
    {
        switch (schema["type"])
        {
            case JsonValue single:
                schema["type"] = new JsonArray(single.DeepClone(), "null");
                if (schema["enum"] is JsonArray values)
                    values.Add(null);
                return schema;
            case null when schema.ContainsKey("$ref"):
                return new JsonObject { ["anyOf"] = new JsonArray(schema, new JsonObject { ["type"] = "null" }) };
            default:
                // A schema without a type takes null already.
                return schema;
        }
    }

    private JsonObject Describe(JsonObject schema, FieldPlan field)
    {
        if (comments.Find(field.Descriptor.FullName) is { } comment)
            schema["description"] = comment;
        if (field.Rule.Since > Microversion.Minimum)
            schema["x-since"] = Microversion.Text((int)field.Rule.Since);
        return schema;
    }

    private JsonObject Reference(MessagePlan message, string suffix, Func<JsonObject> schema)
    {
        var name = message.Descriptor.Name + suffix;
        if (_owners.TryAdd(name, message.Descriptor))
        {
            // Before its members: a message may contain itself.
            Schemas[name] = new JsonObject();
            var written = schema();
            if (comments.Find(message.Descriptor.FullName) is { } comment)
                written["description"] = comment;
            Schemas[name] = written;
        }
        else if (_owners[name] != message.Descriptor)
        {
            throw new ContractException($"{message.Descriptor.FullName} and {_owners[name].FullName} have the same name.");
        }

        return new JsonObject { ["$ref"] = $"#/components/schemas/{name}" };
    }

    private JsonObject ResponseSchema(MessagePlan message, MessageView view, bool isSummary)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var field in view.Fields.Where(f => f.Rule.Role != Role.NextMarker))
        {
            var schema = Shown(field);
            var isNullable = field.NullWhen is not null || (field.AbsentJson is { } absent && absent.AsSpan().SequenceEqual("null"u8));
            properties[field.Name] = Describe(isNullable ? Nullable(schema) : schema, field);
            if (field.AbsentJson is not null)
                required.Add(field.Name);
        }

        if (view.Links)
        {
            properties["links"] = Links();
            required.Add("links");
            foreach (var link in view.SubLinks)
                properties[link.Name] = Links();
        }

        if (message.LinkObject is { } linkObject)
        {
            properties[linkObject.Name] = new JsonObject
            {
                ["type"] = "object",
                ["properties"] = new JsonObject { ["href"] = new JsonObject { ["type"] = "string" }, ["rel"] = new JsonObject { ["type"] = "string" } },
            };
        }

        // Who asks for some fields gets only these, so none is promised; an item in a list that nobody chose fields for has them all.
        return Object(properties, message.Resource is null || isSummary ? required : []);
    }

    private JsonObject CreateSchema(MessagePlan message)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var field in message.Fields.Where(f => f.IsVisible(version) && !f.IsOutputOnly && !f.Rule.NotAtCreate && !f.Rule.Hidden && !f.IsRest))
        {
            properties[field.Name] = Accepted(field, isNullable: !field.Rule.NotNull);
            if (field.IsRequired)
                required.Add(field.Name);
        }

        return Open(Object(properties, required), message);
    }

    private JsonObject Value(FieldPlan field, bool isRequest) => field.Kind switch
    {
        ValueKind.Text => Text(field.Rule.Format),
        ValueKind.Bytes => new JsonObject { ["type"] = "string", ["contentEncoding"] = "base64" },
        ValueKind.Boolean => new JsonObject { ["type"] = "boolean" },
        ValueKind.SignedInteger => new JsonObject { ["type"] = "integer" },
        ValueKind.UnsignedInteger => new JsonObject { ["type"] = "integer", ["minimum"] = 0 },
        ValueKind.Double or ValueKind.Float => new JsonObject { ["type"] = "number" },
        ValueKind.Enum => Enumeration(field.Enum!, isRequest),
        ValueKind.Timestamp => new JsonObject { ["type"] = "string", ["format"] = "date-time" },
        ValueKind.Json => field.Rule.JsonObject || field.Rule.Absent == Absent.EmptyObject ? new JsonObject { ["type"] = "object" } : [],
        ValueKind.Message => isRequest ? Request(field.Message!) : Response(field.Message!),
        _ => throw new ContractException($"{field.Descriptor.FullName} has no schema."),
    };

    private static JsonObject Text(Format format) => format switch
    {
        Format.Uuid => new JsonObject { ["type"] = "string", ["format"] = "uuid" },
        Format.Mac => new JsonObject { ["type"] = "string", ["pattern"] = "^[0-9A-Fa-f]{2}([:-][0-9A-Fa-f]{2}){5}$" },
        _ => new JsonObject { ["type"] = "string" },
    };

    private JsonObject Enumeration(EnumPlan plan, bool isRequest)
    {
        var texts = new JsonArray();
        foreach (var value in plan.Values.Where(v => !isRequest || version >= v.Since))
        {
            var seen = isRequest ? JsonValue.Create(value.Text) : JsonNode.Parse(value.Json(version));
            if (!texts.Any(t => JsonNode.DeepEquals(t, seen)))
                texts.Add(seen);
        }

        return texts.Contains(null)
            ? new JsonObject { ["type"] = new JsonArray("string", "null"), ["enum"] = texts }
            : new JsonObject { ["type"] = "string", ["enum"] = texts };
    }

    private JsonObject Links()
    {
        Schemas["Links"] ??= JsonNode.Parse(
            """
            {
              "description": "A link to the resource itself and one without the version.",
              "type": "array",
              "items": {"type": ["object", "array"], "properties": {"href": {"type": "string"}, "rel": {"type": "string"}}}
            }
            """);
        return new JsonObject { ["$ref"] = "#/components/schemas/Links" };
    }
}
