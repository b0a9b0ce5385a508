using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Ironic.Drivers.Ipmi.Protocol;

/// <summary>What a packet of IPMI 2.0 carries (table 13-16).</summary>
internal enum PayloadType : byte
{
    IpmiMessage = 0x00,
    SerialOverLan = 0x01,
    OpenSessionRequest = 0x10,
    OpenSessionResponse = 0x11,
    RakpMessage1 = 0x12,
    RakpMessage2 = 0x13,
    RakpMessage3 = 0x14,
    RakpMessage4 = 0x15,
}

/// <summary>A packet in the RMCP+ format (IPMI 2.0, table 13-8).</summary>
/// <param name="Type">What the payload is.</param>
/// <param name="SessionId">The receiver's session id; 0 outside of a session.</param>
/// <param name="Sequence">The session sequence number; 0 outside of a session.</param>
/// <param name="Payload">In the clear.</param>
internal readonly record struct Ipmi20Packet(PayloadType Type, uint SessionId, uint Sequence, ReadOnlyMemory<byte> Payload)
{
    private const byte EncryptedFlag = 0x80;
    private const byte AuthenticatedFlag = 0x40;
    private const byte TypeMask = 0x3F;
    private const byte NextHeader = 0x07;
    private const int HeaderLength = 16;
    private const int BlockLength = 16;

    /// <summary>Whether a packet says that it carries the serial console. What is not authenticated may say anything.</summary>
    public static bool IsSerialOverLan(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= HeaderLength && Rmcp.IsIpmi(bytes, is20: true) && (bytes[5] & TypeMask) == (byte)PayloadType.SerialOverLan;

    /// <summary>The packet outside of a session.</summary>
    public byte[] Encode()
    {
        var bytes = new byte[HeaderLength + Payload.Length];
        WriteHeader(bytes, (byte)Type, Payload.Length);
        Payload.Span.CopyTo(bytes.AsSpan(HeaderLength));
        return bytes;
    }

    /// <summary>The packet inside of a session, encrypted and authenticated.</summary>
    public byte[] Encode(SessionKeys keys)
    {
        // AES-CBC: the initialization vector, then the payload, 1, 2, 3, ... up to a whole block, and how many those are (section 13.29).
        var pad = (BlockLength - ((Payload.Length + 1) % BlockLength)) % BlockLength;
        var encryptedLength = BlockLength + Payload.Length + pad + 1;
        // Integrity: from the format byte to the next header, a multiple of four (section 13.28.4).
        var integrityPad = (4 - ((HeaderLength - Rmcp.HeaderLength + encryptedLength + 2) % 4)) % 4;
        var bytes = new byte[HeaderLength + encryptedLength + integrityPad + 2 + keys.Suite.TruncatedLength];
        WriteHeader(bytes, (byte)((byte)Type | EncryptedFlag | AuthenticatedFlag), encryptedLength);

        var vector = bytes.AsSpan(HeaderLength, BlockLength);
        RandomNumberGenerator.Fill(vector);
        var plain = new byte[encryptedLength - BlockLength];
        Payload.Span.CopyTo(plain);
        for (var i = 0; i < pad; i++)
            plain[Payload.Length + i] = (byte)(i + 1);
        plain[^1] = (byte)pad;
        keys.Cipher.EncryptCbc(plain, vector, bytes.AsSpan(HeaderLength + BlockLength, plain.Length), PaddingMode.None);

        var trailer = bytes.AsSpan(HeaderLength + encryptedLength);
        trailer[..integrityPad].Fill(0xFF);
        trailer[integrityPad] = (byte)integrityPad;
        trailer[integrityPad + 1] = NextHeader;
        var authenticated = bytes.AsSpan(Rmcp.HeaderLength..^keys.Suite.TruncatedLength);
        keys.Authenticate(authenticated, bytes.AsSpan(bytes.Length - keys.Suite.TruncatedLength));
        return bytes;
    }

    /// <summary>Reads a packet outside of a session; false when it is none.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> bytes, out Ipmi20Packet packet)
    {
        packet = default;
        if (!TryReadHeader(bytes.Span, out var flags, out var length) || (flags & (EncryptedFlag | AuthenticatedFlag)) != 0)
            return false;
        packet = Create(bytes.Span, flags, bytes.Slice(HeaderLength, length));
        return true;
    }

    /// <summary>Reads a packet inside of a session; false when it is none, or not both authenticated with the session's key and encrypted.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> bytes, SessionKeys keys, out Ipmi20Packet packet)
    {
        packet = default;
        var span = bytes.Span;
        if (!TryReadHeader(span, out var flags, out var length) || (flags & (EncryptedFlag | AuthenticatedFlag)) != (EncryptedFlag | AuthenticatedFlag))
            return false;
        var codeStart = span.Length - keys.Suite.TruncatedLength;
        // Pad length and next header lie between the payload and the code.
        if (codeStart < HeaderLength + length + 2 || !keys.Verify(span[Rmcp.HeaderLength..codeStart], span[codeStart..]))
            return false;
        if (length < 2 * BlockLength || length % BlockLength != 0)
            return false;
        var plain = new byte[length - BlockLength];
        keys.Cipher.DecryptCbc(span.Slice(HeaderLength + BlockLength, plain.Length), span.Slice(HeaderLength, BlockLength), plain, PaddingMode.None);
        var pad = plain[^1];
        if (pad >= plain.Length)
            return false;
        packet = Create(span, flags, plain.AsMemory(0, plain.Length - pad - 1));
        return true;
    }

    private void WriteHeader(Span<byte> bytes, byte typeAndFlags, int length)
    {
        Rmcp.Header.CopyTo(bytes);
        bytes[4] = Rmcp.Format20;
        bytes[5] = typeAndFlags;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[6..], SessionId);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[10..], Sequence);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[14..], (ushort)length);
    }

    private static bool TryReadHeader(ReadOnlySpan<byte> bytes, out byte flags, out int length)
    {
        flags = 0;
        length = 0;
        if (bytes.Length < HeaderLength || !Rmcp.IsIpmi(bytes, is20: true))
            return false;
        flags = bytes[5];
        length = BinaryPrimitives.ReadUInt16LittleEndian(bytes[14..]);
        return bytes.Length - HeaderLength >= length;
    }

    private static Ipmi20Packet Create(ReadOnlySpan<byte> bytes, byte flags, ReadOnlyMemory<byte> payload) => new(
        (PayloadType)(flags & TypeMask), BinaryPrimitives.ReadUInt32LittleEndian(bytes[6..]), BinaryPrimitives.ReadUInt32LittleEndian(bytes[10..]), payload);
}
