namespace Ironic.Drivers.Ipmi.Protocol;

/// <summary>What a packet of the serial console says beside its text (IPMI 2.0, tables 15-2 and 15-3). Both directions have the bits for themselves.</summary>
[Flags]
internal enum SolStatus : byte
{
    None = 0,

    /// <summary>From the controller: output of the machine was lost, for it came too fast.</summary>
    TransmitOverrun = 0x08,

    /// <summary>From the controller: the payload is deactivated, or will be at once.</summary>
    Deactivating = 0x10,

    /// <summary>From the controller: it can pass no characters on to the machine now.</summary>
    TransferUnavailable = 0x20,

    /// <summary>Both: of the packet that is named, only the counted characters were taken.</summary>
    Nack = 0x40,
}

/// <summary>A payload of serial over LAN (IPMI 2.0, section 15.9).</summary>
/// <param name="Sequence">1 to 15, counted by each sender; 0: it carries no text, and is not acknowledged.</param>
/// <param name="Acknowledged">The sequence number of the packet that is acknowledged; 0: none.</param>
/// <param name="Accepted">How many characters of that packet were taken.</param>
/// <param name="Status">What else it says.</param>
/// <param name="Text">Characters of the serial line.</param>
internal readonly record struct SolPacket(byte Sequence, byte Acknowledged, byte Accepted, SolStatus Status, ReadOnlyMemory<byte> Text)
{
    public const int HeaderLength = 4;
    public const byte MaximumSequence = 0x0F;

    /// <summary>An acknowledgement counts characters in one byte.</summary>
    public const int MaximumText = byte.MaxValue;

    public byte[] Encode()
    {
        var bytes = new byte[HeaderLength + Text.Length];
        (bytes[0], bytes[1], bytes[2], bytes[3]) = (Sequence, Acknowledged, Accepted, (byte)Status);
        Text.Span.CopyTo(bytes.AsSpan(HeaderLength));
        return bytes;
    }

    /// <summary>Reads a payload; false when it is too short, or has more text than can be acknowledged.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> bytes, out SolPacket packet)
    {
        packet = default;
        if (bytes.Length is < HeaderLength or > HeaderLength + MaximumText)
            return false;
        var header = bytes.Span;
        packet = new SolPacket((byte)(header[0] & MaximumSequence), (byte)(header[1] & MaximumSequence), header[2], (SolStatus)header[3], bytes[HeaderLength..]);
        return true;
    }
}
