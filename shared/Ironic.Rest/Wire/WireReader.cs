using System.Runtime.CompilerServices;

namespace Ironic.Rest.Wire;

/// <summary>The wire types of the protobuf encoding.</summary>
internal enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    LengthDelimited = 2,
    Fixed32 = 5,
}

/// <summary>The bytes of a message do not follow the protobuf encoding.</summary>
internal sealed class MalformedWireException(string message) : Exception(message);

/// <summary>Reads the protobuf encoding of one message from a span, field by field, without making objects.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>Offset of the next byte to read.</summary>
    public int Position { get; private set; }

    /// <summary>Whether the whole message was read.</summary>
    public readonly bool AtEnd => Position >= _bytes.Length;

    /// <summary>Reads the number and wire type of the next field.</summary>
    /// <exception cref="MalformedWireException">The tag is none.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (int Number, WireType Type) ReadTag()
    {
        var tag = ReadVarint();
        var number = tag >> 3;
        if (number is 0 or > 536870911)
            throw new MalformedWireException("A field number is out of range.");
        return ((int)number, (WireType)(tag & 7));
    }

    /// <summary>Reads a base-128 integer.</summary>
    /// <exception cref="MalformedWireException">It is cut off or has more than ten bytes.</exception>
    public ulong ReadVarint()
    {
        var position = Position;
        if (position < _bytes.Length && _bytes[position] < 0x80)
        {
            Position = position + 1;
            return _bytes[position];
        }

        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (position >= _bytes.Length)
                throw new MalformedWireException("An integer is cut off.");
            var part = _bytes[position++];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                Position = position;
                return value;
            }
        }

        throw new MalformedWireException("An integer has too many bytes.");
    }

    /// <summary>Reads four bytes, little endian.</summary>
    public uint ReadFixed32() => BitConverter.ToUInt32(Take(sizeof(uint)));

    /// <summary>Reads eight bytes, little endian.</summary>
    public ulong ReadFixed64() => BitConverter.ToUInt64(Take(sizeof(ulong)));

    /// <summary>Reads a text, byte string, message or packed list.</summary>
    /// <exception cref="MalformedWireException">It is cut off.</exception>
    public ReadOnlySpan<byte> ReadBytes()
    {
        var length = ReadVarint();
        if (length > int.MaxValue)
            throw new MalformedWireException("A length is out of range.");
        return Take((int)length);
    }

    /// <summary>Passes over the value of a field.</summary>
    /// <exception cref="MalformedWireException">The value is cut off, or of an unknown wire type.</exception>
    public void Skip(WireType type)
    {
        switch (type)
        {
            case WireType.Varint:
                ReadVarint();
                break;
            case WireType.Fixed64:
                Take(sizeof(ulong));
                break;
            case WireType.LengthDelimited:
                ReadBytes();
                break;
            case WireType.Fixed32:
                Take(sizeof(uint));
                break;
            default:
                throw new MalformedWireException("A field has an unknown wire type.");
        }
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _bytes.Length - Position)
            throw new MalformedWireException("A value is cut off.");
        var taken = _bytes.Slice(Position, length);
        Position += length;
        return taken;
    }
}
