using Google.Protobuf.WellKnownTypes;
using Ironic.Rest.Plans;

namespace Ironic.Rest.Wire;

/// <summary>Where a field's value lies within its message.</summary>
/// <param name="Start">Offset of the value; for a repeated field, of the first tag.</param>
/// <param name="Count">How often the field occurs; 0 when it is missing.</param>
/// <param name="Type">Wire type of the value.</param>
internal readonly record struct FieldSlot(int Start, int Count, WireType Type)
{
    /// <summary>The slot after one more occurrence of the field. Of a field that is not repeated the last one counts.</summary>
    public FieldSlot Next(FieldPlan field, int tagStart, int valueStart, WireType type) =>
        field.Descriptor.IsRepeated ? new FieldSlot(Count == 0 ? tagStart : Start, Count + 1, type) : new FieldSlot(valueStart, 1, type);
}

/// <summary>Reads single fields out of a message's wire bytes.</summary>
internal static class WireFields
{
    /// <summary>Finds a field.</summary>
    /// <exception cref="MalformedWireException">The bytes are no message.</exception>
    public static FieldSlot Find(ReadOnlySpan<byte> wire, FieldPlan field)
    {
        var slot = default(FieldSlot);
        var reader = new WireReader(wire);
        while (!reader.AtEnd)
        {
            var tagStart = reader.Position;
            var (number, type) = reader.ReadTag();
            if (number == field.Number)
                slot = slot.Next(field, tagStart, reader.Position, type);
            reader.Skip(type);
        }

        return slot;
    }

    /// <summary>The value of a text, byte string or message field; empty when it is missing.</summary>
    /// <exception cref="MalformedWireException">The bytes are no message of this type.</exception>
    public static ReadOnlySpan<byte> FindBytes(ReadOnlySpan<byte> wire, FieldPlan field)
    {
        var slot = Find(wire, field);
        return slot.Count == 0 ? default : BytesAt(wire, slot);
    }

    /// <summary>Whether a bool field is true.</summary>
    /// <exception cref="MalformedWireException">The bytes are no message of this type.</exception>
    public static bool IsTrue(ReadOnlySpan<byte> wire, FieldPlan field)
    {
        var slot = Find(wire, field);
        return slot.Count > 0 && VarintAt(wire, slot) != 0;
    }

    public static ReadOnlySpan<byte> BytesAt(ReadOnlySpan<byte> wire, FieldSlot slot) =>
        slot.Type == WireType.LengthDelimited ? BytesAt(wire, slot.Start) : throw WrongType();

    public static ReadOnlySpan<byte> BytesAt(ReadOnlySpan<byte> wire, int start) => new WireReader(wire[start..]).ReadBytes();

    public static ulong VarintAt(ReadOnlySpan<byte> wire, FieldSlot slot) =>
        slot.Type == WireType.Varint ? new WireReader(wire[slot.Start..]).ReadVarint() : throw WrongType();

    public static ulong FixedAt(ReadOnlySpan<byte> wire, FieldSlot slot, WireType expected)
    {
        if (slot.Type != expected)
            throw WrongType();
        var reader = new WireReader(wire[slot.Start..]);
        return expected == WireType.Fixed64 ? reader.ReadFixed64() : reader.ReadFixed32();
    }

    /// <summary>The seconds and nanoseconds of a google.protobuf.Timestamp.</summary>
    public static (long Seconds, int Nanoseconds) TimeOf(ReadOnlySpan<byte> timestamp)
    {
        long seconds = 0;
        var nanoseconds = 0;
        var reader = new WireReader(timestamp);
        while (!reader.AtEnd)
        {
            var (number, type) = reader.ReadTag();
            if (number == Timestamp.SecondsFieldNumber && type == WireType.Varint)
                seconds = unchecked((long)reader.ReadVarint());
            else if (number == Timestamp.NanosFieldNumber && type == WireType.Varint)
                nanoseconds = unchecked((int)reader.ReadVarint());
            else
                reader.Skip(type);
        }

        return (seconds, nanoseconds);
    }

    private static MalformedWireException WrongType() => new("A field has a wrong wire type.");
}
