using System.Globalization;
using System.Text;

namespace Ironic.Rest.Routing;

/// <summary>Decoding of %XX in paths and queries. What looks like an escape and is none stays as it is.</summary>
internal static class PercentEncoding
{
    /// <summary>Decodes into bytes; there must be room for three times the text's length.</summary>
    public static int Decode(ReadOnlySpan<char> text, Span<byte> bytes, bool plusIsSpace)
    {
        var length = 0;
        for (var index = 0; index < text.Length; index++)
        {
            var letter = text[index];
            if (letter == '%' && index + 2 < text.Length && byte.TryParse(text.Slice(index + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            {
                bytes[length++] = value;
                index += 2;
            }
            else if (letter == '+' && plusIsSpace)
            {
                bytes[length++] = (byte)' ';
            }
            else if (letter < 0x80)
            {
                bytes[length++] = (byte)letter;
            }
            else
            {
                length += Encoding.UTF8.GetBytes(text.Slice(index, 1), bytes[length..]);
            }
        }

        return length;
    }

    /// <summary>Decodes a part of a query; bytes that are no UTF-8 become replacement characters.</summary>
    public static string DecodeQuery(ReadOnlySpan<char> text)
    {
        if (text.IndexOfAny('%', '+') < 0)
            return new string(text);
        var bytes = new byte[text.Length * 3];
        return Encoding.UTF8.GetString(bytes, 0, Decode(text, bytes, plusIsSpace: true));
    }
}
