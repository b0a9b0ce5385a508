namespace Ironic.Drivers.Ipmi.Protocol;

/// <summary>The first bytes of every packet (IPMI 2.0, section 13.1.3): version 6, no RMCP sequence, class IPMI.</summary>
internal static class Rmcp
{
    public const int DefaultPort = 623;

    public const int HeaderLength = 4;

    // Larger packets than this cannot be IPMI's: a payload has at most 255 bytes in practice, and SOL's little more.
    public const int MaximumPacketLength = 1500;

    /// <summary>The authentication type by which an IPMI 2.0 packet is told from one of 1.5.</summary>
    public const byte Format20 = 0x06;

    public static ReadOnlySpan<byte> Header => [0x06, 0x00, 0xFF, 0x07];

    /// <summary>Whether the packet is an IPMI message of the given format (2.0 or not).</summary>
    public static bool IsIpmi(ReadOnlySpan<byte> packet, bool is20) =>
        packet.Length > HeaderLength && packet[0] == Header[0] && (packet[3] & 0x1F) == 0x07 && (packet[3] & 0x80) == 0 && packet[HeaderLength] == Format20 == is20;
}
