using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Ironic.Rest.Wire;

namespace Ironic.Rest.Responses;

/// <summary>Appends JSON to a buffer. The caller writes the punctuation; texts are escaped here.</summary>
internal static class JsonOutput
{
    // RFC 8259: quotation mark, reverse solidus and the control characters must be escaped; everything else may stay as it is.
    private static readonly SearchValues<byte> Escaped = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(value => (byte)value), (byte)'"', (byte)'\\']);

    /// <summary>Writes a text that is UTF-8 already, with its quotation marks.</summary>
    public static void WriteText(this PooledBuffer output, ReadOnlySpan<byte> utf8)
    {
        output.WriteByte((byte)'"');
        output.WriteTextPart(utf8);
        output.WriteByte((byte)'"');
    }

    /// <summary>Writes a text with its quotation marks.</summary>
    public static void WriteText(this PooledBuffer output, string text)
    {
        output.WriteByte((byte)'"');
        output.WriteTextPart(text);
        output.WriteByte((byte)'"');
    }

    /// <summary>Writes a piece of a text, without quotation marks.</summary>
    public static void WriteTextPart(this PooledBuffer output, string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        if (length <= 512)
        {
            Span<byte> bytes = stackalloc byte[length];
            Encoding.UTF8.GetBytes(text, bytes);
            output.WriteTextPart(bytes);
            return;
        }

        output.WriteTextPart(Encoding.UTF8.GetBytes(text).AsSpan());
    }

    /// <summary>Writes a piece of a text, without quotation marks.</summary>
    public static void WriteTextPart(this PooledBuffer output, ReadOnlySpan<byte> utf8)
    {
        while (true)
        {
            var plain = utf8.IndexOfAny(Escaped);
            if (plain < 0)
            {
                output.Write(utf8);
                return;
            }

            output.Write(utf8[..plain]);
            WriteEscape(output, utf8[plain]);
            utf8 = utf8[(plain + 1)..];
        }
    }

    public static void WriteNumber(this PooledBuffer output, long value)
    {
        Utf8Formatter.TryFormat(value, output.GetSpan(20), out var written);
        output.Advance(written);
    }

    public static void WriteNumber(this PooledBuffer output, ulong value)
    {
        Utf8Formatter.TryFormat(value, output.GetSpan(20), out var written);
        output.Advance(written);
    }

    /// <summary>Writes a floating-point number; JSON has none for infinities and NaN, which become null.</summary>
    public static void WriteNumber(this PooledBuffer output, double value)
    {
        if (!double.IsFinite(value))
        {
            output.Write("null"u8);
            return;
        }

        Utf8Formatter.TryFormat(value, output.GetSpan(32), out var written);
        output.Advance(written);
    }

    /// <summary>Writes a moment in UTC as <c>"2026-01-31T12:00:00+00:00"</c>, with six digits after the seconds when there are microseconds.</summary>
    /// <exception cref="MalformedWireException">The moment is outside of the years 1 to 9999.</exception>
    public static void WriteTimestamp(this PooledBuffer output, long unixSeconds, int microseconds)
    {
        if (unixSeconds is < -62135596800 or > 253402300799 || microseconds is < 0 or > 999_999)
            throw new MalformedWireException("A timestamp is out of range.");
        var moment = DateTime.UnixEpoch.AddSeconds(unixSeconds).AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);
        var span = output.GetSpan(34);
        span[0] = (byte)'"';
        var format = microseconds == 0 ? "yyyy-MM-ddTHH:mm:ss" : "yyyy-MM-ddTHH:mm:ss.ffffff";
        moment.TryFormat(span[1..], out var length, format, System.Globalization.CultureInfo.InvariantCulture);
        "+00:00\""u8.CopyTo(span[(length + 1)..]);
        output.Advance(length + 8);
    }

    private static void WriteEscape(PooledBuffer output, byte value)
    {
        switch (value)
        {
            case (byte)'"':
                output.Write("\\\""u8);
                break;
            case (byte)'\\':
                output.Write("\\\\"u8);
                break;
            case (byte)'\n':
                output.Write("\\n"u8);
                break;
            case (byte)'\r':
                output.Write("\\r"u8);
                break;
            case (byte)'\t':
                output.Write("\\t"u8);
                break;
            default:
                output.Write("\\u00"u8);
                output.WriteByte((byte)(value < 0x10 ? '0' : '1'));
                output.WriteByte("0123456789abcdef"u8[value & 0xf]);
                break;
        }
    }
}
