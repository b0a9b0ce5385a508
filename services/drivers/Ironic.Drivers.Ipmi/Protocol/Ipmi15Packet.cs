using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Ironic.Drivers.Ipmi.Protocol;

/// <summary>How packets of IPMI 1.5 are authenticated (IPMI 2.0, table 13-8). MD2 (1) and OEM (5) are not spoken.</summary>
internal enum AuthenticationType : byte
{
    None = 0,
    Md5 = 2,
    Password = 4,
}

/// <summary>A packet in the format of IPMI 1.5 (table 13-8), which also carries what is asked before there is a session.</summary>
/// <param name="Authentication">How it is authenticated.</param>
/// <param name="Sequence">The session sequence number; 0 outside of a session.</param>
/// <param name="SessionId">0 outside of a session.</param>
/// <param name="Payload">The message.</param>
internal readonly record struct Ipmi15Packet(AuthenticationType Authentication, uint Sequence, uint SessionId, ReadOnlyMemory<byte> Payload)
{
    public const int PasswordLength = 16;
    private const int CodeLength = 16;
    private const int CodeOffset = 13;

    /// <summary>Writes the packet.</summary>
    /// <param name="password">Padded to <see cref="PasswordLength"/>; not read without authentication.</param>
    public byte[] Encode(ReadOnlySpan<byte> password = default)
    {
        var payloadStart = CodeOffset + (Authentication == AuthenticationType.None ? 0 : CodeLength) + 1;
        var length = payloadStart + Payload.Length;
        // Old network controllers lose packets of these lengths (table 13-8, legacy pad).
        var pad = length is 56 or 84 or 112 or 128 or 156 ? 1 : 0;
        var bytes = new byte[length + pad];
        Rmcp.Header.CopyTo(bytes);
        bytes[4] = (byte)Authentication;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(5), Sequence);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(9), SessionId);
        if (Authentication != AuthenticationType.None)
            ComputeCode(password, bytes.AsSpan(CodeOffset, CodeLength));
        bytes[payloadStart - 1] = (byte)Payload.Length;
        Payload.Span.CopyTo(bytes.AsSpan(payloadStart));
        return bytes;
    }

    /// <summary>Reads a packet; false when it is none, or its code is not that of the password.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> bytes, ReadOnlySpan<byte> password, out Ipmi15Packet packet)
    {
        packet = default;
        var span = bytes.Span;
        if (!Rmcp.IsIpmi(span, is20: false) || span.Length <= CodeOffset)
            return false;
        var authentication = (AuthenticationType)span[4];
        if (authentication is not (AuthenticationType.None or AuthenticationType.Md5 or AuthenticationType.Password))
            return false;
        var lengthOffset = CodeOffset + (authentication == AuthenticationType.None ? 0 : CodeLength);
        if (span.Length <= lengthOffset || span.Length - lengthOffset - 1 < span[lengthOffset])
            return false;
        var read = new Ipmi15Packet(
            authentication,
            BinaryPrimitives.ReadUInt32LittleEndian(span[5..]),
            BinaryPrimitives.ReadUInt32LittleEndian(span[9..]),
            bytes.Slice(lengthOffset + 1, span[lengthOffset]));
        if (authentication != AuthenticationType.None)
        {
            Span<byte> expected = stackalloc byte[CodeLength];
            read.ComputeCode(password, expected);
            if (!CryptographicOperations.FixedTimeEquals(expected, span.Slice(CodeOffset, CodeLength)))
                return false;
        }

        packet = read;
        return true;
    }

    /// <summary>The code of a packet (IPMI 2.0, section 22.17.1).</summary>
    private void ComputeCode(ReadOnlySpan<byte> password, Span<byte> destination)
    {
        if (Authentication == AuthenticationType.Password)
        {
            password.CopyTo(destination);
            return;
        }

        var text = new byte[(2 * PasswordLength) + (2 * sizeof(uint)) + Payload.Length];
        password.CopyTo(text);
        BinaryPrimitives.WriteUInt32LittleEndian(text.AsSpan(PasswordLength), SessionId);
        Payload.Span.CopyTo(text.AsSpan(PasswordLength + sizeof(uint)));
        BinaryPrimitives.WriteUInt32LittleEndian(text.AsSpan(PasswordLength + sizeof(uint) + Payload.Length), Sequence);
        password.CopyTo(text.AsSpan(text.Length - PasswordLength));
#pragma warning disable CA5351 // IPMI 1.5 has nothing better.
        MD5.HashData(text, destination);
#pragma warning restore CA5351
        CryptographicOperations.ZeroMemory(text);
    }
}
