using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Ironic.BmcSimulator.Ipmi;

/// <summary>A packet of IPMI 1.5 (section 13.6 of IPMI 2.0), which is also how both versions ask outside of sessions.</summary>
/// <param name="Authentication">How it is authenticated: 0 not, 2 MD5, 4 by the password itself.</param>
/// <param name="Sequence">Its number in the session.</param>
/// <param name="Session">The session; 0: none.</param>
/// <param name="Code">The code, of 16 bytes; empty without authentication.</param>
/// <param name="Payload">The message.</param>
internal sealed record Packet15(byte Authentication, uint Sequence, uint Session, byte[] Code, byte[] Payload)
{
    public const byte None = 0;
    public const byte Md5 = 2;
    public const byte Password = 4;

    private const int CodeLength = 16;

    public static Packet15? Decode(ReadOnlySpan<byte> packet)
    {
        if (packet.Length < 14 || packet[4] is not (None or Md5 or Password))
            return null;
        var code = packet[4] == None ? [] : packet[13..Math.Min(packet.Length, 13 + CodeLength)];
        var start = 13 + code.Length;
        if (packet.Length <= start || packet.Length < start + 1 + packet[start])
            return null;
        return new Packet15(
            packet[4], BinaryPrimitives.ReadUInt32LittleEndian(packet[5..]), BinaryPrimitives.ReadUInt32LittleEndian(packet[9..]), code.ToArray(), packet.Slice(start + 1, packet[start]).ToArray());
    }

    public static byte[] Wrap(byte authentication, uint sequence, uint session, ReadOnlySpan<byte> password, ReadOnlySpan<byte> payload)
    {
        var code = Sign(authentication, sequence, session, password, payload);
        var packet = new byte[14 + code.Length + payload.Length];
        Rmcp.Header.CopyTo(packet);
        packet[4] = authentication;
        BinaryPrimitives.WriteUInt32LittleEndian(packet.AsSpan(5), sequence);
        BinaryPrimitives.WriteUInt32LittleEndian(packet.AsSpan(9), session);
        code.CopyTo(packet, 13);
        packet[13 + code.Length] = (byte)payload.Length;
        payload.CopyTo(packet.AsSpan(14 + code.Length));
        return packet;
    }

    public bool IsSignedWith(ReadOnlySpan<byte> password) => CryptographicOperations.FixedTimeEquals(Code, Sign(Authentication, Sequence, Session, password, Payload));

    [SuppressMessage("Security", "CA5351:Do Not Use Broken Cryptographic Algorithms", Justification = "IPMI 1.5 is this.")]
    private static byte[] Sign(byte authentication, uint sequence, uint session, ReadOnlySpan<byte> password, ReadOnlySpan<byte> payload)
    {
        if (authentication == None)
            return [];
        Span<byte> key = stackalloc byte[CodeLength];
        password[..Math.Min(password.Length, CodeLength)].CopyTo(key);
        if (authentication == Password)
            return key.ToArray();
        Span<byte> numbers = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(numbers, session);
        BinaryPrimitives.WriteUInt32LittleEndian(numbers[4..], sequence);
        byte[] text = [.. key, .. numbers[..4], .. payload, .. numbers[4..], .. key];
        return MD5.HashData(text);
    }
}

/// <summary>The outermost layer (ASF 2.0): what a packet is of, and the ping that finds controllers.</summary>
internal static class Rmcp
{
    private static readonly byte[] PongBody = [0, 0, 0x11, 0xBE, 0, 0, 0, 0, 0x81, 0, 0, 0, 0, 0, 0, 0];

    public static ReadOnlySpan<byte> Header => [6, 0, 0xFF, 7];

    public static bool IsIpmi(ReadOnlySpan<byte> packet) => packet.Length > 4 && packet[0] == 6 && (packet[3] & 0x1F) == 7;

    /// <summary>The answer to a ping; null when it is none.</summary>
    public static byte[]? AnswerPing(ReadOnlySpan<byte> packet) => packet.Length >= 12 && packet[0] == 6 && packet[3] == 6 && packet[8] == 0x80
        ? [6, 0, 0xFF, 6, 0, 0, 0x11, 0xBE, 0x40, packet[9], 0, (byte)PongBody.Length, .. PongBody]
        : null;
}
