using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Ironic.Driver.Sdk;

/// <summary>How C# values become JSON and back: names in snake_case, nothing guessed, nothing ignored.</summary>
internal static class DriverJson
{
    public static readonly JsonSerializerOptions Options = CreateOptions();

    public static string ToSnakeCase(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    /// <summary>What a value of <paramref name="type"/> looks like in JSON, for error messages.</summary>
    public static string DescribeType(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsEnum)
            return "one of " + string.Join(", ", Enum.GetNames(type).Select(name => $"'{ToSnakeCase(name)}'"));
        return Type.GetTypeCode(type) switch
        {
            TypeCode.String or TypeCode.Char => "a string",
            TypeCode.Boolean => "a boolean",
            TypeCode.Byte or TypeCode.SByte or TypeCode.Int16 or TypeCode.UInt16 or TypeCode.Int32 or TypeCode.UInt32 or TypeCode.Int64 or TypeCode.UInt64 =>
                "an integer" + DescribeRange(type),
            TypeCode.Single or TypeCode.Double or TypeCode.Decimal => "a number",
            TypeCode.DateTime => "a time",
            _ => DescribeComplexType(type),
        };
    }

    /// <summary>What kind of JSON value this is, for error messages; not the value, which may be secret.</summary>
    public static string DescribeKind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => "an array",
        JsonValueKind.Object => "an object",
        JsonValueKind.String => "this string",
        JsonValueKind.Number => "this number",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        _ => "null",
    };

    private static string DescribeRange(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Byte => " from 0 to 255",
        TypeCode.SByte => " from -128 to 127",
        TypeCode.Int16 => " from -32768 to 32767",
        TypeCode.UInt16 => " from 0 to 65535",
        TypeCode.Int32 => " from -2147483648 to 2147483647",
        TypeCode.UInt32 => " from 0 to 4294967295",
        TypeCode.UInt64 => " that is not negative",
        _ => "",
    };

    private static string DescribeComplexType(Type type)
    {
        if (type == typeof(byte[]) || type == typeof(ReadOnlyMemory<byte>))
            return "a base64 string";
        if (type == typeof(Guid))
            return "a UUID";
        if (type == typeof(DateTimeOffset) || type == typeof(DateOnly) || type == typeof(TimeOnly) || type == typeof(TimeSpan))
            return "a time";
        return Options.GetTypeInfo(type).Kind switch
        {
            JsonTypeInfoKind.Enumerable => "an array" + DescribeElements(type),
            JsonTypeInfoKind.None when type == typeof(JsonArray) => "an array",
            JsonTypeInfoKind.None => "a JSON value that fits",
            _ => "an object of the documented form",
        };
    }

    private static string DescribeElements(Type type)
    {
        var element = type.IsArray ? type.GetElementType() : type.IsGenericType ? type.GetGenericArguments()[0] : null;
        return element is null ? "" : $" whose items are each {DescribeType(element)}";
    }

    private static JsonSerializerOptions CreateOptions()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            // What is written is the body of a JSON response, never text inside HTML.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        };
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
        options.MakeReadOnly();
        return options;
    }
}
