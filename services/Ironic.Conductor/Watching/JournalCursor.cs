using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using Ironic.Conductor.Storage;

namespace Ironic.Conductor.Watching;

/// <summary>A position as callers have it: an opaque text that knows its era.</summary>
internal static class JournalCursor
{
    private const byte Version = 1;
    private const int Length = sizeof(byte) + sizeof(uint) + (2 * sizeof(long));

    public static string Format(string era, JournalPosition position)
    {
        Span<byte> bytes = stackalloc byte[Length];
        bytes[0] = Version;
        BinaryPrimitives.WriteUInt32BigEndian(bytes[1..], uint.Parse(era, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        BinaryPrimitives.WriteInt64BigEndian(bytes[5..], position.Xid);
        BinaryPrimitives.WriteInt64BigEndian(bytes[13..], position.Id);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Null when the text is no cursor.</summary>
    public static (string Era, JournalPosition Position)? Parse(string text)
    {
        Span<byte> bytes = stackalloc byte[Length];
        if (text.Length != Base64Url.GetEncodedLength(Length) || !Base64Url.IsValid(text) || !Base64Url.TryDecodeFromChars(text, bytes, out _) || bytes[0] != Version)
            return null;
        var position = new JournalPosition(BinaryPrimitives.ReadInt64BigEndian(bytes[5..]), BinaryPrimitives.ReadInt64BigEndian(bytes[13..]));
        return position.Xid < 0 || position.Id < 0 ? null : (BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]).ToString("x8", CultureInfo.InvariantCulture), position);
    }
}
