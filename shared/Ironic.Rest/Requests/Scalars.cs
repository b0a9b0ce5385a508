using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ironic.Rest.Errors;
using Ironic.Rest.Versions;

namespace Ironic.Rest.Requests;

/// <summary>Ironic's rules for the values of parameters.</summary>
internal static partial class Scalars
{
    /// <summary>A text of JSON.</summary>
    /// <exception cref="RestException">400: it is no Unicode text, or has a NUL, which no database column takes.</exception>
    public static string TextOf(string name, JsonElement json)
    {
        string text;
        try
        {
            text = json.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw RestException.BadRequest($"The value of {name} is not a valid text.");
        }

        return CheckText(name, text);
    }

    /// <exception cref="RestException">400: the text has a NUL or half of a surrogate pair.</exception>
    public static string CheckText(string name, string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal) || HasLoneSurrogate(text))
            throw RestException.BadRequest($"The value of {name} is not a valid text.");
        return text;
    }

    /// <summary>A truth value: true, false, or one of the words and numbers that stand for them.</summary>
    /// <exception cref="RestException">400: it is none of them.</exception>
    public static bool Boolean(string name, string? text, JsonElement json, string description)
    {
        if (text is null)
        {
            switch (json.ValueKind)
            {
                case JsonValueKind.True:
                    return true;
                case JsonValueKind.False:
                    return false;
                case JsonValueKind.String:
                    text = TextOf(name, json);
                    break;
                case JsonValueKind.Number:
                    text = json.GetRawText();
                    break;
            }
        }

        return text?.Trim().ToLowerInvariant() switch
        {
            "1" or "t" or "true" or "on" or "y" or "yes" => true,
            "0" or "f" or "false" or "off" or "n" or "no" => false,
            _ => throw RestException.BadRequest(
                $"Invalid {name}: Unrecognized value '{description}', acceptable values are: '0', '1', 'f', 'false', 'n', 'no', 'off', 'on', 't', 'true', 'y', 'yes'"),
        };
    }

    /// <summary>An integer: a number, whose fraction is cut off, a truth value, or a text of one.</summary>
    /// <exception cref="RestException">400: it is none, or does not fit.</exception>
    public static long Integer(string name, string? text, JsonElement json, string description, long minimum, long maximum)
    {
        BigInteger? value = null;
        if (text is null)
        {
            switch (json.ValueKind)
            {
                case JsonValueKind.Number:
                    value = FromNumber(json);
                    break;
                case JsonValueKind.True:
                    value = BigInteger.One;
                    break;
                case JsonValueKind.False:
                    value = BigInteger.Zero;
                    break;
                case JsonValueKind.String:
                    text = TextOf(name, json);
                    break;
            }
        }

        if (text is not null && PythonInteger.TryParse(text, out var parsed))
            value = parsed;
        return value >= minimum && value <= maximum ? (long)value : throw RestException.BadRequest($"Expected an integer for {name}: {description}");
    }

    /// <summary>The canonical form of a UUID, which may come in any case, without hyphens, in braces or as a URN; null when it is none.</summary>
    public static string? CanonicalUuid(string text)
    {
        if (text.Length > 64)
            return null;
        var digits = text.Replace("urn:", "", StringComparison.Ordinal).Replace("uuid:", "", StringComparison.Ordinal).Trim('{', '}').Replace("-", "", StringComparison.Ordinal);
        return digits.Length == 32 && Guid.TryParseExact(digits, "N", out var uuid) ? uuid.ToString("D") : null;
    }

    /// <summary>The canonical form of a MAC address; null when it is none.</summary>
    public static string? CanonicalMac(string text) => MacAddress().IsMatch(text) ? text.ToLowerInvariant() : null;

    /// <summary>Whether a text can be the name of a resource: up to 255 letters, digits and <c>-._~</c>.</summary>
    public static bool IsLogicalName(string text) => LogicalName().IsMatch(text);

    /// <summary>Whether a text can be a node's name below microversion 1.10: a host name.</summary>
    public static bool IsHostName(string text) => text.Length is > 0 and <= 255 && HostName().IsMatch(text);

    /// <summary>The items of a comma-separated list: lower case, without blanks, each once.</summary>
    public static string[] CommaList(string text) =>
        [.. text.ToLowerInvariant().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)];

    private static BigInteger? FromNumber(JsonElement json)
    {
        if (json.TryGetInt64(out var exact))
            return exact;
        return json.TryGetDouble(out var inexact) && double.IsFinite(inexact) ? new BigInteger(inexact) : null;
    }

    private static bool HasLoneSurrogate(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\ud800', '\udfff'))
            return false;
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var consumed) != System.Buffers.OperationStatus.Done)
                return true;
            rest = rest[consumed..];
        }

        return false;
    }

    [GeneratedRegex(@"\A[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}\z", RegexOptions.CultureInvariant)]
    private static partial Regex MacAddress();

    [GeneratedRegex(@"\A[a-zA-Z0-9._~-]{1,255}\z", RegexOptions.CultureInvariant)]
    private static partial Regex LogicalName();

    [GeneratedRegex(@"\A[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\.?\z", RegexOptions.CultureInvariant)]
    private static partial Regex HostName();
}
