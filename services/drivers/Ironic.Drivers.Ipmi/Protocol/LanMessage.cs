namespace Ironic.Drivers.Ipmi.Protocol;

/// <summary>
/// The message inside of a LAN packet, and on the IPMB (IPMI 2.0, section 13.8): two headers with checksums. A request goes from the requester to the
/// responder, a response the other way.
/// </summary>
/// <param name="Destination">Whose message it is: a slave address, or a software id.</param>
/// <param name="NetFn">The network function; odd in a response.</param>
/// <param name="DestinationLun">Logical unit of the destination.</param>
/// <param name="Source">Who sent it.</param>
/// <param name="Sequence">Chosen by the requester, 6 bits; the response repeats it.</param>
/// <param name="SourceLun">Logical unit of the source.</param>
/// <param name="Command">The command.</param>
/// <param name="Data">What follows; in a response the completion code first.</param>
internal readonly record struct LanMessage(
    byte Destination, byte NetFn, byte DestinationLun, byte Source, byte Sequence, byte SourceLun, byte Command, ReadOnlyMemory<byte> Data)
{
    /// <summary>The management controller's address (IPMI 2.0, section 13.8).</summary>
    public const byte BmcAddress = 0x20;

    /// <summary>The software id of a remote console.</summary>
    public const byte ConsoleAddress = 0x81;

    public const byte MaximumSequence = 0x3F;

    private const int FirstHeaderLength = 2;
    private const int HeaderLength = 6;
    private const int MinimumLength = HeaderLength + 1;

    public byte[] Encode()
    {
        var bytes = new byte[MinimumLength + Data.Length];
        bytes[0] = Destination;
        bytes[1] = (byte)((NetFn << 2) | DestinationLun);
        bytes[2] = Checksum(bytes.AsSpan(0, FirstHeaderLength));
        bytes[3] = Source;
        bytes[4] = (byte)((Sequence << 2) | SourceLun);
        bytes[5] = Command;
        Data.Span.CopyTo(bytes.AsSpan(HeaderLength));
        bytes[^1] = Checksum(bytes.AsSpan(3, bytes.Length - 4));
        return bytes;
    }

    /// <summary>Reads a message; false when it is too short or a checksum is wrong.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> bytes, out LanMessage message)
    {
        message = default;
        var span = bytes.Span;
        if (span.Length < MinimumLength || Checksum(span[..FirstHeaderLength]) != span[2] || Checksum(span[3..^1]) != span[^1])
            return false;
        message = new LanMessage(
            span[0], (byte)(span[1] >> 2), (byte)(span[1] & 3), span[3], (byte)(span[4] >> 2), (byte)(span[4] & 3), span[5], bytes[HeaderLength..^1]);
        return true;
    }

    /// <summary>The two's complement of the sum: with it, the bytes add up to zero (IPMI 2.0, section 13.8).</summary>
    public static byte Checksum(ReadOnlySpan<byte> bytes)
    {
        var sum = 0;
        foreach (var value in bytes)
            sum += value;
        return (byte)-sum;
    }
}
