using System.Text.Json;
using Ironic.Rest.Errors;
using Ironic.Rest.Plans;
using Ironic.Rest.V1;
using Ironic.Rest.Wire;

namespace Ironic.Rest.Requests;

/// <summary>Checks a parameter by its field and writes it as that field.</summary>
internal static class ParameterWriter
{
    /// <exception cref="RestException">400: the value is not what the field takes. 406: it is newer than the request's microversion.</exception>
    public static void Write(PooledBuffer output, FieldPlan field, ParameterValue value, int version)
    {
        if (field.IsList)
            WriteList(output, field, value, version);
        else
            WriteSingle(output, field, value, version);
    }

    /// <summary>Checks the format of a text and brings it into the form that is passed on.</summary>
    /// <exception cref="RestException">400: the text has not the format. 406: it is a name, and there are no names in this microversion.</exception>
    public static string CheckFormat(FieldPlan field, string text, int version) => field.Rule.Format switch
    {
        Format.Uuid when field.Rule.NameSince != 0 && version >= field.Rule.NameSince => CheckIdent(field, text),
        Format.Uuid => Scalars.CanonicalUuid(text) ?? throw RestException.BadRequest($"Expected UUID for {field.Name}: {Literals.Cut(text)}"),
        Format.Ident or Format.UuidOrName => CheckIdent(field, text),
        Format.NodeIdent => NodeIdent.Check(CheckIdent(field, text), version),
        Format.Mac => Scalars.CanonicalMac(text) ?? throw RestException.BadRequest($"Expected valid MAC address for {field.Name}: {Literals.Cut(text)}"),
        _ => text,
    };

    private static string CheckIdent(FieldPlan field, string text) =>
        Scalars.CanonicalUuid(text) ?? (Scalars.IsLogicalName(text) ? text : throw RestException.BadRequest($"Expected UUID or name for {field.Name}: {Literals.Cut(text)}"));

    private static void WriteSingle(PooledBuffer output, FieldPlan field, ParameterValue value, int version)
    {
        switch (field.Kind)
        {
            case ValueKind.Text:
                output.WriteStringField(field.Number, CheckFormat(field, value.AsText(field.Name, field.Rule.Secret), version));
                break;
            case ValueKind.Boolean:
                output.WriteVarintField(field.Number, Boolean(field.Name, value) ? 1UL : 0UL);
                break;
            case ValueKind.SignedInteger:
                output.WriteVarintField(field.Number, unchecked((ulong)Integer(field, value)));
                break;
            case ValueKind.Enum:
                output.WriteVarintField(field.Number, unchecked((ulong)EnumNumber(field, value.AsText(field.Name, field.Rule.Secret), version)));
                break;
            case ValueKind.Json:
                WriteJson(output, field, value);
                break;
            default:
                // A contract with such a parameter does not start; see RoutePlan.
                throw new InvalidOperationException($"{field.Descriptor.FullName} cannot be a parameter.");
        }
    }

    /// <summary>A truth value.</summary>
    /// <exception cref="RestException">400: it is none.</exception>
    public static bool Boolean(string name, ParameterValue value) => value.Earlier is null
        ? Scalars.Boolean(name, value.Text, value.Json, value.Describe())
        : Scalars.Boolean(name, value.Describe(), default, value.Describe());

    private static long Integer(FieldPlan field, ParameterValue value)
    {
        var (minimum, maximum) = field.Descriptor.FieldType == Google.Protobuf.Reflection.FieldType.Int32 ? (int.MinValue, int.MaxValue) : (long.MinValue, long.MaxValue);
        return value.Earlier is null
            ? Scalars.Integer(field.Name, value.Text, value.Json, value.Describe(), minimum, maximum)
            : throw RestException.BadRequest($"Expected an integer for {field.Name}: {value.Describe()}");
    }

    /// <summary>The number of an enum value's text.</summary>
    /// <exception cref="RestException">400: there is no such value. 406: it is newer than the request's microversion.</exception>
    public static int EnumNumber(FieldPlan field, string text, int version)
    {
        var value = field.Enum!.Find(text)
            ?? throw RestException.BadRequest($"Invalid {field.Name}: {Literals.Quoted(text)} is not one of {string.Join(", ", field.Enum.Texts.Select(Literals.Quoted))}");
        return version >= value.Since ? value.Number : throw RestException.NotAcceptable();
    }

    private static void WriteJson(PooledBuffer output, FieldPlan field, ParameterValue value)
    {
        if (value.Earlier is not null)
            throw RestException.BadRequest($"{field.Name} was given more than once.");
        if (value.Text is null)
            output.WriteJsonField(field.Number, System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(value.Json));
        else
            output.WriteJsonField(field.Number, JsonSerializer.SerializeToUtf8Bytes(Scalars.CheckText(field.Name, value.Text), PlanJson.Default.String));
    }

    // A list is one text with commas in a query, and a list of texts in a body.
    private static void WriteList(PooledBuffer output, FieldPlan field, ParameterValue value, int version)
    {
        if (value is { Text: null, Earlier: null, Json.ValueKind: JsonValueKind.Array })
        {
            foreach (var item in value.Json.EnumerateArray())
            {
                if (item.ValueKind != JsonValueKind.String)
                    throw RestException.BadRequest($"Expected string for {field.Name}: {Literals.Plain(item)}");
                output.WriteStringField(field.Number, CheckFormat(field, Scalars.TextOf(field.Name, item), version));
            }

            return;
        }

        if (value is { Text: null, Earlier: null })
            throw RestException.BadRequest($"Expected a list for {field.Name}: {value.Describe()}");
        foreach (var item in Scalars.CommaList(value.AsText(field.Name, field.Rule.Secret)))
            output.WriteStringField(field.Number, CheckFormat(field, item, version));
    }
}
