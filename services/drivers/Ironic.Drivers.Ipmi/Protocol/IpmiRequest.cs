namespace Ironic.Drivers.Ipmi.Protocol;

/// <summary>A command for a management controller.</summary>
/// <param name="NetFn">The network function, without the logical unit; even.</param>
/// <param name="Command">The command within it.</param>
/// <param name="Data">What follows the command.</param>
internal readonly record struct IpmiRequest(byte NetFn, byte Command, ReadOnlyMemory<byte> Data)
{
    public IpmiRequest(NetworkFunction netFn, byte command, params byte[] data)
        : this((byte)netFn, command, data.AsMemory())
    {
    }

    /// <summary>The logical unit that it is for.</summary>
    public byte Lun { get; init; }

    /// <summary>
    /// Whether it may be sent again in a new session when nobody has answered it in an old one, so that it may be done twice.
    /// A lost packet is sent again in any case, with its sequence number, by which the controller knows it.
    /// </summary>
    public bool Repeatable { get; init; } = true;

    /// <summary>How messages call it.</summary>
    public override string ToString() => $"0x{NetFn:x2} 0x{Command:x2}";
}

/// <summary>What a management controller answered.</summary>
/// <param name="Code">The completion code.</param>
/// <param name="Data">What follows the completion code.</param>
internal readonly record struct IpmiResponse(CompletionCode Code, ReadOnlyMemory<byte> Data);
