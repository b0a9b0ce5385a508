using System.Globalization;
using System.Numerics;
using System.Text;

namespace Ironic.Rest.Versions;

/// <summary>Integers written as Python's <c>int()</c> reads them, which is what clients of Ironic may rely on.</summary>
internal static class PythonInteger
{
    // Longer numbers are out of every range; the limit keeps the work of reading them small.
    private const int MaximumDigits = 100;

    /// <summary>Reads decimal digits with an optional sign, surrounding white space and single underscores between digits.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out BigInteger value)
    {
        value = default;
        text = text.Trim();
        if (text.Length is 0 or > MaximumDigits)
            return false;
        if (!text.Contains('_'))
            return IsNumber(text) && BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
        var plain = new StringBuilder(text.Length);
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] != '_')
                plain.Append(text[index]);
            else if (index == 0 || index == text.Length - 1 || !char.IsAsciiDigit(text[index - 1]) || !char.IsAsciiDigit(text[index + 1]))
                return false;
        }

        return TryParse(plain.ToString(), out value);
    }

    private static bool IsNumber(ReadOnlySpan<char> text)
    {
        var digits = text[0] is '+' or '-' ? text[1..] : text;
        return !digits.IsEmpty && !digits.ContainsAnyExceptInRange('0', '9');
    }
}
