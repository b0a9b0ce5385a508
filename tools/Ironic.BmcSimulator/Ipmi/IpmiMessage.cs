namespace Ironic.BmcSimulator.Ipmi;

/// <summary>The message inside of a packet (IPMI 2.0, section 13.8).</summary>
/// <param name="Destination">Whose it is.</param>
/// <param name="NetFn">The network function; odd in a response.</param>
/// <param name="DestinationLun">Logical unit of the destination.</param>
/// <param name="Source">Who sent it.</param>
/// <param name="Sequence">Chosen by who asks; the response repeats it.</param>
/// <param name="SourceLun">Logical unit of the source.</param>
/// <param name="Command">The command.</param>
/// <param name="Data">What follows.</param>
internal sealed record IpmiMessage(byte Destination, byte NetFn, byte DestinationLun, byte Source, byte Sequence, byte SourceLun, byte Command, byte[] Data)
{
    private const int Overhead = 7;

    public static IpmiMessage? Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Overhead || Sum(bytes[..3]) != 0 || Sum(bytes[3..]) != 0)
            return null;
        return new IpmiMessage(bytes[0], (byte)(bytes[1] >> 2), (byte)(bytes[1] & 3), bytes[3], (byte)(bytes[4] >> 2), (byte)(bytes[4] & 3), bytes[5], bytes[6..^1].ToArray());
    }

    /// <summary>The response to this.</summary>
    /// <param name="data">The completion code, and what belongs to it.</param>
    public byte[] Answer(ReadOnlySpan<byte> data)
    {
        var bytes = new byte[Overhead + data.Length];
        bytes[0] = Source;
        bytes[1] = (byte)(((NetFn + 1) << 2) | SourceLun);
        bytes[2] = (byte)-Sum(bytes.AsSpan(0, 2));
        bytes[3] = Destination;
        bytes[4] = (byte)((Sequence << 2) | DestinationLun);
        bytes[5] = Command;
        data.CopyTo(bytes.AsSpan(6));
        bytes[^1] = (byte)-Sum(bytes.AsSpan(3, bytes.Length - 4));
        return bytes;
    }

    /// <summary>As it is written in tests: network function, command and data in hexadecimal.</summary>
    public override string ToString() => $"{NetFn:x2} {Command:x2}{string.Concat(Data.Select(value => $" {value:x2}"))}";

    private static byte Sum(ReadOnlySpan<byte> bytes)
    {
        var sum = 0;
        foreach (var value in bytes)
            sum += value;
        return (byte)sum;
    }
}
