using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Ironic.BmcSimulator.Ipmi;

/// <summary>Kinds of payload (IPMI 2.0, table 13-16).</summary>
internal static class PayloadType
{
    public const byte Ipmi = 0;
    public const byte Sol = 1;
    public const byte OpenSessionRequest = 0x10;
    public const byte OpenSessionResponse = 0x11;
    public const byte Rakp1 = 0x12;
    public const byte Rakp2 = 0x13;
    public const byte Rakp3 = 0x14;
    public const byte Rakp4 = 0x15;
}

/// <summary>Packets of IPMI 2.0 (section 13.6): RMCP header, session header, payload, and in a session the trailer with the code.</summary>
internal static class Packet20
{
    public const int HeaderLength = 16;

    private const byte Format = 6;
    private const byte Encrypted = 0x80;
    private const byte Authenticated = 0x40;
    private const int BlockLength = 16;

    // The code covers everything behind the RMCP header.
    private const int RmcpLength = 4;

    public static bool Is(ReadOnlySpan<byte> packet) => packet.Length >= HeaderLength && packet[4] == Format && PayloadLength(packet) + HeaderLength <= packet.Length;

    public static byte Type(ReadOnlySpan<byte> packet) => (byte)(packet[5] & 0x3F);

    public static uint SessionId(ReadOnlySpan<byte> packet) => BinaryPrimitives.ReadUInt32LittleEndian(packet[6..]);

    public static uint Sequence(ReadOnlySpan<byte> packet) => BinaryPrimitives.ReadUInt32LittleEndian(packet[10..]);

    /// <summary>The payload of a packet outside of sessions.</summary>
    public static ReadOnlySpan<byte> Payload(ReadOnlySpan<byte> packet) => packet.Slice(HeaderLength, PayloadLength(packet));

    /// <summary>The payload of a packet of a session; null when it is not signed as it must be, or not encrypted.</summary>
    public static byte[]? Open(ReadOnlySpan<byte> packet, SessionKeys keys)
    {
        if ((packet[5] & (Encrypted | Authenticated)) != (Encrypted | Authenticated) || packet.Length < HeaderLength + PayloadLength(packet) + keys.CodeLength + 2)
            return null;
        var signed = packet[RmcpLength..^keys.CodeLength];
        if (!CryptographicOperations.FixedTimeEquals(keys.Sign(signed), packet[^keys.CodeLength..]))
            return null;
        var payload = Payload(packet);
        if (payload.Length < 2 * BlockLength || payload.Length % BlockLength != 0)
            return null;
        var clear = keys.Cipher.DecryptCbc(payload[BlockLength..], payload[..BlockLength], PaddingMode.None);
        var padding = clear[^1];
        return padding >= clear.Length ? null : clear[..^(padding + 1)];
    }

    /// <summary>A packet outside of sessions.</summary>
    public static byte[] Wrap(byte type, ReadOnlySpan<byte> payload)
    {
        var packet = new byte[HeaderLength + payload.Length];
        WriteHeader(packet, type, 0, 0, payload.Length);
        payload.CopyTo(packet.AsSpan(HeaderLength));
        return packet;
    }

    /// <summary>A packet of a session, encrypted and signed.</summary>
    public static byte[] Wrap(byte type, ReadOnlySpan<byte> payload, uint session, uint sequence, SessionKeys keys)
    {
        var padding = (BlockLength - ((payload.Length + 1) % BlockLength)) % BlockLength;
        var clear = new byte[payload.Length + padding + 1];
        payload.CopyTo(clear);
        for (var i = 0; i < padding; i++)
            clear[payload.Length + i] = (byte)(i + 1);
        clear[^1] = (byte)padding;
        var start = RandomNumberGenerator.GetBytes(BlockLength);
        byte[] encrypted = [.. start, .. keys.Cipher.EncryptCbc(clear, start, PaddingMode.None)];

        // The signed part is filled up to a multiple of four bytes; its last two say by how many, and that a code follows.
        var filling = (4 - ((HeaderLength - RmcpLength + encrypted.Length + 2) % 4)) % 4;
        var packet = new byte[HeaderLength + encrypted.Length + filling + 2 + keys.CodeLength];
        WriteHeader(packet, (byte)(type | Encrypted | Authenticated), session, sequence, encrypted.Length);
        encrypted.CopyTo(packet, HeaderLength);
        var trailer = packet.AsSpan(HeaderLength + encrypted.Length);
        trailer[..filling].Fill(0xFF);
        trailer[filling] = (byte)filling;
        trailer[filling + 1] = 7;
        keys.Sign(packet.AsSpan(RmcpLength..^keys.CodeLength)).CopyTo(trailer[(filling + 2)..]);
        return packet;
    }

    private static int PayloadLength(ReadOnlySpan<byte> packet) => BinaryPrimitives.ReadUInt16LittleEndian(packet[14..]);

    private static void WriteHeader(Span<byte> packet, byte type, uint session, uint sequence, int length)
    {
        Rmcp.Header.CopyTo(packet);
        packet[4] = Format;
        packet[5] = type;
        BinaryPrimitives.WriteUInt32LittleEndian(packet[6..], session);
        BinaryPrimitives.WriteUInt32LittleEndian(packet[10..], sequence);
        BinaryPrimitives.WriteUInt16LittleEndian(packet[14..], (ushort)length);
    }
}

/// <summary>The keys of a session (IPMI 2.0, section 13.32).</summary>
internal sealed class SessionKeys : IDisposable
{
    private const int ConstantLength = 20;
    private const int AesKeyLength = 16;

    private readonly CipherSuite _suite;
    private readonly byte[] _first;

    public SessionKeys(CipherSuite suite, ReadOnlySpan<byte> sessionIntegrityKey)
    {
        _suite = suite;
        Span<byte> constant = stackalloc byte[ConstantLength];
        constant.Fill(1);
        _first = suite.Mac(sessionIntegrityKey, constant);
        constant.Fill(2);
        Cipher = Aes.Create();
        Cipher.Key = suite.Mac(sessionIntegrityKey, constant)[..AesKeyLength];
    }

    public int CodeLength => _suite.CodeLength;

    public Aes Cipher { get; }

    public byte[] Sign(ReadOnlySpan<byte> bytes) => _suite.Mac(_first, bytes)[..CodeLength];

    public void Dispose() => Cipher.Dispose();
}
