using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Ironic.Rest.Errors;
using Ironic.Rest.Plans;
using Ironic.Rest.Quirks;
using Ironic.Rest.Responses;
using Ironic.Rest.V1;
using Ironic.Rest.Wire;

namespace Ironic.Rest.Requests;

/// <summary>Checks the JSON of a request's body by the fields of a message and writes it as that message.</summary>
/// <param name="schema">The word for the body in errors.</param>
/// <param name="version">Minor number of the request's microversion.</param>
internal sealed class SchemaWriter(string schema, int version)
{
    /// <summary>Writes an object as a message.</summary>
    /// <param name="output">What it is appended to.</param>
    /// <param name="plan">The message.</param>
    /// <param name="json">The object.</param>
    /// <param name="isCreate">Whether it becomes a new resource, so that fields which only change later are refused.</param>
    /// <exception cref="RestException">400: it does not fit. 406: it has a field that is newer than the request's microversion.</exception>
    public void WriteObject(PooledBuffer output, MessagePlan plan, JsonElement json, bool isCreate)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw WrongType(json, "'object'");
        var values = new JsonElement[plan.Fields.Length];
        var rest = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var property in json.EnumerateObject())
        {
            var name = NameOf(property);
            if (plan.Find(name) is not { IsOutputOnly: false } field || (isCreate && field.Rule.NotAtCreate) ||
                (field.Rule.Until != 0 && version >= field.Rule.Until) || LaterFields.AreUnknown(field, version) || (plan.Rest is not null && version < field.Rule.Since))
            {
                if (plan.Rest is not null)
                    rest[name] = property.Value;
                else if (!plan.IgnoresUnknown)
                    throw RestException.Schema(schema, $"Additional properties are not allowed ({Literals.Quoted(name)} was unexpected)");
                continue;
            }

            // The last one of several members of the same name counts.
            values[field.Index] = property.Value;
        }

        if (Array.Find(plan.Fields, field => field.IsRequired && values[field.Index].ValueKind == JsonValueKind.Undefined) is { } missing)
            throw RestException.Schema(schema, $"'{missing.Name}' is a required property");
        foreach (var field in plan.Fields)
        {
            if (values[field.Index].ValueKind != JsonValueKind.Undefined)
                WriteField(output, field, values[field.Index]);
        }

        if (Array.Find(plan.Fields, field => IsTooNew(field, values[field.Index])) is { } tooNew)
            throw TooNew(tooNew);
        if (rest.Count > 0)
            WriteRest(output, plan.Rest!, rest);
    }

    private static RestException TooNew(FieldPlan field) => field.Rule.BelowStatus is 0 or 406
        ? RestException.NotAcceptable()
        : new RestException((int)field.Rule.BelowStatus, $"The field {field.Name} needs API version 1.{field.Rule.Since}.");

    private static void WriteRest(PooledBuffer output, FieldPlan field, Dictionary<string, JsonElement> members)
    {
        using var text = new PooledBuffer();
        text.WriteByte((byte)'{');
        foreach (var (name, value) in members)
        {
            if (text.Length > 1)
                text.WriteByte((byte)',');
            text.WriteText(Scalars.CheckText("the body", name));
            text.WriteByte((byte)':');
            text.Write(JsonMarshal.GetRawUtf8Value(value));
        }

        text.WriteByte((byte)'}');
        output.WriteJsonField(field.Number, text.Span);
    }

    private static string NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            // A name with half of a surrogate pair is no field's.
            return "...";
        }
    }

    // A null, and the empty text of a field whose default that is, say nothing that an older microversion could not say.
    private bool IsTooNew(FieldPlan field, JsonElement value) =>
        version < field.Rule.Since && value.ValueKind switch
        {
            JsonValueKind.Undefined or JsonValueKind.Null => false,
            JsonValueKind.String => !(field.Rule.EmptyBelow || field.Rule.Absent == Absent.EmptyString) || !value.ValueEquals(""),
            JsonValueKind.Object => !field.Rule.EmptyBelow || value.GetPropertyCount() > 0,
            _ => true,
        };

    private void WriteField(PooledBuffer output, FieldPlan field, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null && !field.Rule.NullIsValue)
        {
            if (field.Rule.NotNull || field.IsRequired)
                throw WrongType(value, TypeOf(field));
            return;
        }

        if (!field.IsList)
        {
            WriteSingle(output, field, value);
            return;
        }

        if (value.ValueKind != JsonValueKind.Array)
            throw WrongType(value, "'array'");
        if (value.GetArrayLength() < field.Rule.MinItems)
            throw RestException.Schema(schema, $"{Literals.Quoted(value)} is too short");
        foreach (var item in value.EnumerateArray())
            WriteSingle(output, field, item);
    }

    private void WriteSingle(PooledBuffer output, FieldPlan field, JsonElement value)
    {
        switch (field.Kind)
        {
            case ValueKind.Text:
                output.WriteStringField(field.Number, Text(field, value));
                break;
            case ValueKind.Boolean:
                if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False) && (field.Rule.Exact || value.ValueKind != JsonValueKind.String))
                    throw WrongType(value, TypeOf(field));
                output.WriteVarintField(field.Number, Scalars.Boolean(field.Name, null, value, Literals.Plain(value)) ? 1UL : 0UL);
                break;
            case ValueKind.SignedInteger:
                output.WriteVarintField(field.Number, unchecked((ulong)Integer(field, value)));
                break;
            case ValueKind.Enum:
                if (value.ValueKind != JsonValueKind.String)
                    throw WrongType(value, TypeOf(field));
                output.WriteVarintField(field.Number, unchecked((ulong)ParameterWriter.EnumNumber(field, Scalars.TextOf(field.Name, value), version)));
                break;
            case ValueKind.Json:
                if (field.Rule.JsonObject && value.ValueKind != JsonValueKind.Object)
                    throw WrongType(value, TypeOf(field));
                output.WriteJsonField(field.Number, JsonMarshal.GetRawUtf8Value(value));
                break;
            case ValueKind.Message:
                using (var nested = new PooledBuffer())
                {
                    WriteObject(nested, field.Message!, value, isCreate: false);
                    output.WriteBytesField(field.Number, nested.Span);
                }

                break;
            default:
                // A contract with such a field in a body does not start; see RoutePlan.
                throw new InvalidOperationException($"{field.Descriptor.FullName} cannot be in a body.");
        }
    }

    private string Text(FieldPlan field, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
            throw WrongType(value, TypeOf(field));
        var text = Scalars.TextOf(field.Name, value);
        // Lengths are in characters, as people count them, not in UTF-16 units.
        if (field.Rule.MaxLength > 0 && text.Length > field.Rule.MaxLength && CountRunes(text) > field.Rule.MaxLength)
            throw RestException.Schema(schema, $"{Literals.Quoted(text)} is too long");
        if (text.Length < field.Rule.MinLength)
            throw RestException.Schema(schema, $"{Literals.Quoted(text)} is too short");
        if (field.Rule.Role == Role.PatchPath)
            return text;
        return ParameterWriter.CheckFormat(field, text, version);
    }

    private long Integer(FieldPlan field, JsonElement value)
    {
        long integer;
        if (field.Rule.DigitsText && value.ValueKind == JsonValueKind.String)
        {
            var text = Scalars.TextOf(field.Name, value);
            if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out integer) || !Fits(field, integer))
                throw RestException.Schema(schema, $"{Literals.Quoted(text)} does not match '^[0-9]+$'");
        }
        else if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt64(out integer) || !Fits(field, integer))
        {
            throw WrongType(value, TypeOf(field));
        }

        if (field.Rule.HasMinimum && integer < field.Rule.Minimum)
            throw RestException.Schema(schema, string.Create(CultureInfo.InvariantCulture, $"{integer} is less than the minimum of {field.Rule.Minimum}"));
        if (field.Rule.HasMaximum && integer > field.Rule.Maximum)
            throw RestException.Schema(schema, string.Create(CultureInfo.InvariantCulture, $"{integer} is greater than the maximum of {field.Rule.Maximum}"));
        return integer;
    }

    private static int CountRunes(string text) => text.EnumerateRunes().Count();

    private static bool Fits(FieldPlan field, long value) =>
        field.Descriptor.FieldType != Google.Protobuf.Reflection.FieldType.Int32 || value is >= int.MinValue and <= int.MaxValue;

    private static string TypeOf(FieldPlan field)
    {
        var type = field.IsList ? "'array'" : field.Kind switch
        {
            ValueKind.Boolean => "'boolean'",
            ValueKind.SignedInteger => "'integer'",
            ValueKind.Json or ValueKind.Message => "'object'",
            _ => "'string'",
        };
        return field.Rule.NotNull || field.IsRequired ? type : type + ", 'null'";
    }

    private RestException WrongType(JsonElement value, string type) => RestException.Schema(schema, $"{Literals.Quoted(value)} is not of type {type}");
}
