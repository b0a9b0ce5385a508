using System.Text;

namespace Ironic.Rest.Wire;

/// <summary>Writes fields in the protobuf encoding.</summary>
internal static class WireWriter
{
    public static void WriteVarint(this PooledBuffer buffer, ulong value)
    {
        var span = buffer.GetSpan(10);
        var length = 0;
        while (value >= 0x80)
        {
            span[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        span[length++] = (byte)value;
        buffer.Advance(length);
    }

    public static void WriteVarintField(this PooledBuffer buffer, int number, ulong value)
    {
        buffer.WriteTag(number, WireType.Varint);
        buffer.WriteVarint(value);
    }

    public static void WriteBytesField(this PooledBuffer buffer, int number, ReadOnlySpan<byte> bytes)
    {
        buffer.WriteTag(number, WireType.LengthDelimited);
        buffer.WriteVarint((ulong)bytes.Length);
        buffer.Write(bytes);
    }

    /// <exception cref="EncoderFallbackException">The text has half of a surrogate pair.</exception>
    public static void WriteStringField(this PooledBuffer buffer, int number, string text)
    {
        buffer.WriteTag(number, WireType.LengthDelimited);
        var length = StrictUtf8.GetByteCount(text);
        buffer.WriteVarint((ulong)length);
        StrictUtf8.GetBytes(text, buffer.GetSpan(length));
        buffer.Advance(length);
    }

    /// <summary>Writes a field of the message <c>ironic.type.v1.Json</c>, whose only field is its text.</summary>
    public static void WriteJsonField(this PooledBuffer buffer, int number, ReadOnlySpan<byte> text)
    {
        buffer.WriteTag(number, WireType.LengthDelimited);
        buffer.WriteVarint((ulong)(1 + VarintLength((ulong)text.Length) + text.Length));
        buffer.WriteBytesField(Types.V1.Json.TextFieldNumber, text);
    }

    public static void WriteTag(this PooledBuffer buffer, int number, WireType type) => buffer.WriteVarint(((ulong)number << 3) | (uint)type);

    /// <summary>UTF-8 that refuses what is no text, instead of replacing it.</summary>
    public static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static int VarintLength(ulong value)
    {
        var length = 1;
        while ((value >>= 7) != 0)
            length++;
        return length;
    }
}
