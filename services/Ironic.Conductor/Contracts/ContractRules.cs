using System.Collections;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Ironic.Api.V1;
using Ironic.Conductor.Nodes;
using Ironic.Hosting.Errors;
using Ironic.Types.V1;

namespace Ironic.Conductor.Contracts;

/// <summary>
/// Checks a message by what the contract says of its fields. Over REST the transcoder has done so before; gRPC callers come straight here.
/// </summary>
internal static class ContractRules
{
    /// <summary>Checks what a caller may give: required fields, lengths, bounds and JSON. What only the service sets is not looked at.</summary>
    /// <exception cref="IronicException">MISSING_PARAMETER_VALUE, INVALID_PARAMETER_VALUE.</exception>
    public static void Check(IMessage message)
    {
        foreach (var field in ContractField.Of(message.Descriptor))
        {
            if (field.IsOutputOnly)
                continue;
            if (!IsPresent(field.Descriptor, message))
            {
                if (field.IsRequired)
                    throw new IronicException(ErrorReason.MissingParameterValue, $"'{field.Name}' is a required property");
                continue;
            }

            var value = field.Descriptor.Accessor.GetValue(message);
            if (value is not IList list || field.Descriptor.FieldType == FieldType.Bytes)
            {
                CheckValue(field, value);
                continue;
            }

            if (list.Count < field.Rule.MinItems)
                throw Invalid($"The list {field.Name} is too short.");
            foreach (var item in list)
                CheckValue(field, item!);
        }
    }

    // A required text cannot be told from a missing one when it is empty; nor can an enum without a value.
    private static bool IsPresent(FieldDescriptor field, IMessage message)
    {
        var value = field.Accessor.GetValue(message);
        if (field.IsRepeated)
            return ((IList)value).Count > 0;
        if (field.HasPresence)
            return field.Accessor.HasValue(message);
        return value is not "" && (field.FieldType != FieldType.Enum || Convert.ToInt32(value, CultureInfo.InvariantCulture) != 0);
    }

    private static void CheckValue(ContractField field, object value)
    {
        switch (value)
        {
            case string text:
                CheckText(field, text);
                break;
            case int or long:
                CheckInteger(field, Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case Enum number when !field.EnumTexts.ContainsKey(Convert.ToInt32(number, CultureInfo.InvariantCulture)):
                throw Invalid($"{Convert.ToInt32(number, CultureInfo.InvariantCulture)} is no value of {field.Name}.");
            case Json json:
                if (field.Rule.JsonObject ? !JsonTexts.IsObject(json.Text) : !JsonTexts.IsValid(json.Text))
                    throw Invalid(field.Rule.JsonObject ? $"{field.Name} is not a JSON object." : $"{field.Name} is not JSON.");
                break;
            case IMessage nested:
                Check(nested);
                break;
        }
    }

    private static void CheckText(ContractField field, string text)
    {
        // Lengths are in characters, as people count them, not in UTF-16 units.
        if (field.Rule.MaxLength > 0 && text.Length > field.Rule.MaxLength && text.EnumerateRunes().Count() is var length && length > field.Rule.MaxLength)
            throw Invalid($"The value of {field.Name} is too long: {length} characters, at most {field.Rule.MaxLength}.");
        if (text.Length < field.Rule.MinLength)
            throw Invalid($"The value of {field.Name} is too short.");
        if (text.Contains('\0', StringComparison.Ordinal))
            throw Invalid($"The value of {field.Name} is not a valid text.");
    }

    private static void CheckInteger(ContractField field, long value)
    {
        if (field.Rule.HasMinimum && value < field.Rule.Minimum)
            throw Invalid($"{field.Name}: {value} is less than the minimum of {field.Rule.Minimum}.");
        if (field.Rule.HasMaximum && value > field.Rule.Maximum)
            throw Invalid($"{field.Name}: {value} is greater than the maximum of {field.Rule.Maximum}.");
    }

    private static IronicException Invalid(string message) => new(ErrorReason.InvalidParameterValue, message);
}
