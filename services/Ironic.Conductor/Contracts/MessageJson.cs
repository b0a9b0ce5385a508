using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Ironic.Api.V1;
using Ironic.Hosting.Errors;
using Ironic.Types.V1;

namespace Ironic.Conductor.Contracts;

/// <summary>Lists of small messages as JSON text, in the form that REST callers see: how they are stored and patched.</summary>
internal static class MessageJson
{
    private static readonly JsonWriterOptions Verbatim = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes messages as a JSON array of objects. What is not set is left out.</summary>
    public static string WriteList(IEnumerable<IMessage> messages)
    {
        var output = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(output, Verbatim))
        {
            writer.WriteStartArray();
            foreach (var message in messages)
                Write(writer, message);
            writer.WriteEndArray();
        }

        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>Reads a JSON array of objects. Members that are no fields are left out.</summary>
    /// <exception cref="IronicException">PATCH_ERROR: the array does not fit the message; stored ones always do.</exception>
    public static List<T> ReadList<T>(string json)
        where T : IMessage, new()
    {
        using var document = JsonDocument.Parse(json);
        if (document.RootElement.ValueKind != JsonValueKind.Array)
            throw WrongType(document.RootElement, "array");
        var messages = new List<T>(document.RootElement.GetArrayLength());
        foreach (var element in document.RootElement.EnumerateArray())
        {
            var message = new T();
            Read(element, message);
            messages.Add(message);
        }

        return messages;
    }

    private static void Write(Utf8JsonWriter writer, IMessage message)
    {
        writer.WriteStartObject();
        foreach (var field in ContractField.Of(message.Descriptor))
        {
            if (field.Descriptor.HasPresence && !field.Descriptor.Accessor.HasValue(message))
                continue;
            var value = field.Descriptor.Accessor.GetValue(message);
            writer.WritePropertyName(field.Name);
            switch (value)
            {
                case Json raw:
                    writer.WriteRawValue(raw.Text, skipInputValidation: true);
                    break;
                case string text:
                    writer.WriteStringValue(text);
                    break;
                case int number:
                    writer.WriteNumberValue(number);
                    break;
                case bool flag:
                    writer.WriteBooleanValue(flag);
                    break;
                case Enum number:
                    writer.WriteStringValue(field.EnumTexts[Convert.ToInt32(number, CultureInfo.InvariantCulture)]);
                    break;
                default:
                    throw new InvalidOperationException($"{field.Descriptor.FullName} has no JSON form here.");
            }
        }

        writer.WriteEndObject();
    }

    private static void Read(JsonElement element, IMessage message)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw WrongType(element, "object");
        foreach (var field in ContractField.Of(message.Descriptor))
        {
            if (element.TryGetProperty(field.Name, out var value) && value.ValueKind != JsonValueKind.Null)
                field.Descriptor.Accessor.SetValue(message, Value(field, value));
            else if (value.ValueKind == JsonValueKind.Null && field.Rule.NotNull)
                throw Error($"'{field.Name}' cannot be null");
            else if (field.IsRequired)
                throw Error($"'{field.Name}' is a required property");
        }
    }

    private static object Value(ContractField field, JsonElement value)
    {
        if (field.IsJson)
        {
            return !field.Rule.JsonObject || value.ValueKind == JsonValueKind.Object
                ? new Json { Text = value.GetRawText() }
                : throw WrongType(value, "object");
        }

        switch (field.Descriptor.FieldType)
        {
            case FieldType.String:
                return value.ValueKind == JsonValueKind.String ? value.GetString()! : throw WrongType(value, "string");
            case FieldType.Bool:
                return value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw WrongType(value, "boolean");
            case FieldType.Enum:
                if (value.ValueKind != JsonValueKind.String || !field.EnumNumbers.TryGetValue(value.GetString()!, out var number))
                    throw Error($"{Shown(value)} is not one of {string.Join(", ", field.EnumNumbers.Keys)}");
                return Enum.ToObject(field.Descriptor.EnumType.ClrType, number);
            case FieldType.Int32:
                if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var integer))
                    return integer;
                if (field.Rule.DigitsText && value.ValueKind == JsonValueKind.String && int.TryParse(value.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out integer))
                    return integer;
                throw WrongType(value, "integer");
            default:
                throw new InvalidOperationException($"{field.Descriptor.FullName} has no JSON form here.");
        }
    }

    private static string Shown(JsonElement value)
    {
        var text = value.GetRawText();
        return text.Length <= 100 ? text : text[..100] + "...";
    }

    private static IronicException WrongType(JsonElement value, string type) => Error($"{Shown(value)} is not of type '{type}'");

    private static IronicException Error(string message) => new(ErrorReason.PatchError, message);
}
