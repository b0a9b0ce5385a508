using System.Globalization;
using System.Text.Json;

namespace Ironic.Driver.Sdk;

/// <summary>Reads values that operators write as text or as JSON's own kinds: <c>"623"</c> and <c>623</c>, <c>"true"</c> and <c>true</c>.</summary>
public sealed class DriverInfoReader(JsonMap driverInfo)
{
    private static readonly string[] TrueWords = ["1", "t", "true", "on", "y", "yes"];
    private static readonly string[] FalseWords = ["0", "f", "false", "off", "n", "no"];

    /// <summary>Whether it is there, and neither null nor an empty text.</summary>
    public bool Has(string name) => ReadText(name) is not null;

    /// <summary>A text, or a number as it is written; null when it is absent, null or empty.</summary>
    /// <exception cref="InvalidParameterException">It is something else.</exception>
    public string? ReadText(string name)
    {
        if (!driverInfo.TryGet(name, out var value))
            return null;
        return value.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.String => value.GetString() is { Length: > 0 } text ? text : null,
            JsonValueKind.Number => value.GetRawText(),
            _ => throw new InvalidParameterException($"{name} of driver_info must be a string."),
        };
    }

    /// <exception cref="MissingParameterException">It is absent, null or empty.</exception>
    /// <exception cref="InvalidParameterException">It is something else.</exception>
    public string RequireText(string name) => ReadText(name) ?? throw new MissingParameterException($"Missing from driver_info: '{name}'.");

    /// <summary>An integer, decimal or hexadecimal with 0x before it; null when it is absent.</summary>
    /// <exception cref="InvalidParameterException">It is none, or out of the range.</exception>
    public int? ReadInteger(string name, int minimum, int maximum)
    {
        if (ReadText(name) is not { } text)
            return null;
        var isHexadecimal = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        var parsed = isHexadecimal
            ? int.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            : int.TryParse(text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out value);
        return parsed && value >= minimum && value <= maximum
            ? value
            : throw new InvalidParameterException(string.Create(CultureInfo.InvariantCulture, $"{name} of driver_info must be an integer from {minimum} to {maximum}, not '{text}'."));
    }

    /// <summary>A truth value, also as one of the words for it; null when it is absent.</summary>
    /// <exception cref="InvalidParameterException">It is none.</exception>
    public bool? ReadBoolean(string name)
    {
        if (driverInfo.TryGet(name, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return value.GetBoolean();
        if (ReadText(name) is not { } text)
            return null;
        if (TrueWords.Contains(text.Trim(), StringComparer.OrdinalIgnoreCase))
            return true;
        return FalseWords.Contains(text.Trim(), StringComparer.OrdinalIgnoreCase)
            ? false
            : throw new InvalidParameterException($"{name} of driver_info must be true or false, not '{text}'.");
    }
}
