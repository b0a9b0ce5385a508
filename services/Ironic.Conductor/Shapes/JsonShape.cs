using System.Text.Json;

namespace Ironic.Conductor.Shapes;

/// <summary>What a piece of free-form JSON must look like. A shape is made once and used by all requests.</summary>
internal abstract class JsonShape
{
    private const int MaximumShown = 100;

    /// <summary>A text.</summary>
    public static JsonShape Text { get; } = new ValueShape("string", JsonValueKind.String);

    /// <summary>true or false.</summary>
    public static JsonShape Boolean { get; } = new ValueShape("boolean", JsonValueKind.True, JsonValueKind.False);

    /// <summary>null.</summary>
    public static JsonShape Null { get; } = new ValueShape("null", JsonValueKind.Null);

    /// <summary>What does not fit; null when everything does. The first fault is told, in the words that Ironic's callers know.</summary>
    public abstract string? FindFault(JsonElement value);

    /// <summary>One of some texts.</summary>
    public static JsonShape OneOf(params string[] values) => new EnumShape(values);

    /// <summary>A text of which something is true.</summary>
    /// <param name="what">What it must be, as in "is not {what}".</param>
    /// <param name="isIt">Whether a text is it.</param>
    public static JsonShape TextWhere(string what, Func<string, bool> isIt) => new CheckedTextShape(what, isIt);

    /// <summary>An integer within limits.</summary>
    public static JsonShape Integer(long minimum = long.MinValue, long maximum = long.MaxValue) => new NumberShape("integer", minimum, maximum);

    /// <summary>A number within limits.</summary>
    public static JsonShape Number(long minimum, long maximum) => new NumberShape("number", minimum, maximum);

    /// <summary>A list whose items have one shape.</summary>
    public static JsonShape ListOf(JsonShape item, int minimumItems = 0) => new ListShape(item, minimumItems);

    /// <summary>One of several shapes.</summary>
    public static JsonShape AnyOf(params JsonShape[] shapes) => new AnyShape(shapes);

    /// <summary>An object.</summary>
    /// <param name="isOpen">Whether it may have other members than those that are named.</param>
    /// <param name="members">Its members.</param>
    public static JsonShape Object(bool isOpen, params JsonShapeMember[] members) => new ObjectShape(isOpen, members);

    /// <summary>A value as a fault shows it: containers and long texts not in full, for they may hold anything.</summary>
    private static string Shown(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => $"'{Cut(value.GetString()!)}'",
        JsonValueKind.Null => "None",
        JsonValueKind.True => "True",
        JsonValueKind.False => "False",
        JsonValueKind.Array => value.GetArrayLength() == 0 ? "[]" : "[...]",
        JsonValueKind.Object => value.GetPropertyCount() == 0 ? "{}" : "{...}",
        _ => Cut(value.GetRawText()),
    };

    private static string Cut(string text) => text.Length <= MaximumShown ? text : text[..MaximumShown] + "...";

    private static string WrongType(JsonElement value, string type) => $"{Shown(value)} is not of type '{type}'";

    private sealed class ValueShape(string type, params JsonValueKind[] kinds) : JsonShape
    {
        public override string? FindFault(JsonElement value) => kinds.Contains(value.ValueKind) ? null : WrongType(value, type);
    }

    private sealed class EnumShape(string[] values) : JsonShape
    {
        public override string? FindFault(JsonElement value) => value.ValueKind == JsonValueKind.String && values.Contains(value.GetString())
            ? null
            : $"{Shown(value)} is not one of [{string.Join(", ", values.Select(each => $"'{each}'"))}]";
    }

    private sealed class CheckedTextShape(string what, Func<string, bool> isIt) : JsonShape
    {
        public override string? FindFault(JsonElement value)
        {
            if (value.ValueKind != JsonValueKind.String)
                return WrongType(value, "string");
            return isIt(value.GetString()!) ? null : $"{Shown(value)} is not {what}";
        }
    }

    private sealed class NumberShape(string type, long minimum, long maximum) : JsonShape
    {
        public override string? FindFault(JsonElement value)
        {
            if (value.ValueKind != JsonValueKind.Number || !value.TryGetDecimal(out var number) || (type == "integer" && number != decimal.Truncate(number)))
                return WrongType(value, type);
            return number < minimum ? $"{Shown(value)} is less than the minimum of {minimum}"
                : number > maximum ? $"{Shown(value)} is greater than the maximum of {maximum}"
                : null;
        }
    }

    private sealed class ListShape(JsonShape item, int minimumItems) : JsonShape
    {
        public override string? FindFault(JsonElement value)
        {
            if (value.ValueKind != JsonValueKind.Array)
                return WrongType(value, "array");
            if (value.GetArrayLength() < minimumItems)
                return $"{Shown(value)} is too short";
            foreach (var each in value.EnumerateArray())
            {
                if (item.FindFault(each) is { } fault)
                    return fault;
            }

            return null;
        }
    }

    private sealed class AnyShape(JsonShape[] shapes) : JsonShape
    {
        public override string? FindFault(JsonElement value)
        {
            string? fault = null;
            foreach (var shape in shapes)
            {
                if ((fault = shape.FindFault(value)) is null)
                    return null;
            }

            // Of alternatives of one kind, such as a number or a text, the fault of the last says enough; objects may each lack something else.
            return value.ValueKind == JsonValueKind.Object ? $"{Shown(value)} is not valid under any of the given schemas" : fault;
        }
    }

    private sealed class ObjectShape(bool isOpen, JsonShapeMember[] members) : JsonShape
    {
        public override string? FindFault(JsonElement value)
        {
            if (value.ValueKind != JsonValueKind.Object)
                return WrongType(value, "object");
            foreach (var member in members)
            {
                if (!value.TryGetProperty(member.Name, out var found))
                {
                    if (member.IsRequired)
                        return $"'{member.Name}' is a required property";
                }
                else if (member.Shape.FindFault(found) is { } fault)
                {
                    return fault;
                }
                else if (member.Needs is { } other && !value.TryGetProperty(other, out _))
                {
                    return $"'{other}' is a dependency of '{member.Name}'";
                }
            }

            if (isOpen)
                return null;
            foreach (var member in value.EnumerateObject())
            {
                if (!members.Any(known => member.NameEquals(known.Name)))
                    return $"Additional properties are not allowed ('{Cut(member.Name)}' was unexpected)";
            }

            return null;
        }
    }
}

/// <summary>A member of an object.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">What its value must look like.</param>
/// <param name="IsRequired">Whether it must be there.</param>
/// <param name="Needs">Another member that must be there if it is; null for none.</param>
internal sealed record JsonShapeMember(string Name, JsonShape Shape, bool IsRequired = false, string? Needs = null);
