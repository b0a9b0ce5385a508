using System.Diagnostics.CodeAnalysis;
using Ironic.Drivers.Ipmi.Protocol;

namespace Ironic.Drivers.Ipmi.Sessions;

/// <summary>Puts messages into packets of a session, and takes them out again. Used by one caller at a time.</summary>
internal interface ISessionCodec : IDisposable
{
    /// <summary>How logs call the protocol.</summary>
    string Protocol { get; }

    /// <summary>The session's id at the controller.</summary>
    uint ControllerSessionId { get; }

    /// <summary>The next packet; every packet has a session sequence number of its own, also one that is sent again.</summary>
    byte[] Wrap(ReadOnlyMemory<byte> message);

    /// <summary>Takes the message out of a packet; false for one that is not this session's, is not authentic, or has been there before.</summary>
    bool TryUnwrap(ReadOnlyMemory<byte> datagram, out ReadOnlyMemory<byte> message);
}

/// <summary>Outside of sessions: packets of IPMI 1.5 without authentication.</summary>
internal sealed class SessionlessCodec : ISessionCodec
{
    public static readonly SessionlessCodec Instance = new();

    public string Protocol => "none";

    public uint ControllerSessionId => 0;

    public byte[] Wrap(ReadOnlyMemory<byte> message) => new Ipmi15Packet(AuthenticationType.None, Sequence: 0, SessionId: 0, message).Encode();

    public bool TryUnwrap(ReadOnlyMemory<byte> datagram, out ReadOnlyMemory<byte> message)
    {
        var read = Ipmi15Packet.TryDecode(datagram, [], out var packet) && packet is { Authentication: AuthenticationType.None, SessionId: 0 };
        message = packet.Payload;
        return read;
    }

    public void Dispose()
    {
    }
}

/// <summary>
/// A session of IPMI 2.0: authenticated, encrypted packets. Commands and the serial console share its keys and its sequence numbers (IPMI 2.0, section
/// 6.12.13), so both may use it at the same time, and the console also when it has ended.
/// </summary>
internal sealed class Session20Codec(SessionKeys keys, uint consoleSessionId, uint controllerSessionId) : ISessionCodec
{
    private readonly Lock _lock = new();
    private readonly SequenceWindow _window = new(ahead: 16, behind: 15);
    private uint _sequence;
    private bool _ended;

    public string Protocol => $"2.0 {keys.Suite}";

    public uint ControllerSessionId => controllerSessionId;

    public byte[] Wrap(ReadOnlyMemory<byte> message) =>
        TryWrap(PayloadType.IpmiMessage, message, out var packet) ? packet : throw new ObjectDisposedException(nameof(Session20Codec));

    /// <summary>The next packet with a payload of a type; false when the session has ended.</summary>
    public bool TryWrap(PayloadType type, ReadOnlyMemory<byte> payload, [NotNullWhen(true)] out byte[]? packet)
    {
        lock (_lock)
        {
            packet = null;
            if (_ended)
                return false;
            // 0 means "outside of a session" (IPMI 2.0, section 6.12.13).
            _sequence = _sequence == uint.MaxValue ? 1 : _sequence + 1;
            packet = new Ipmi20Packet(type, controllerSessionId, _sequence, payload).Encode(keys);
            return true;
        }
    }

    public bool TryUnwrap(ReadOnlyMemory<byte> datagram, out ReadOnlyMemory<byte> message) => TryUnwrap(PayloadType.IpmiMessage, datagram, out message);

    /// <summary>Takes a payload of a type out of a packet; false also when the session has ended.</summary>
    /// <inheritdoc cref="ISessionCodec.TryUnwrap"/>
    public bool TryUnwrap(PayloadType type, ReadOnlyMemory<byte> datagram, out ReadOnlyMemory<byte> payload)
    {
        lock (_lock)
        {
            payload = default;
            if (_ended
                || !Ipmi20Packet.TryDecode(datagram, keys, out var packet)
                || packet.Type != type || packet.SessionId != consoleSessionId || !_window.Accept(packet.Sequence))
                return false;
            payload = packet.Payload;
            return true;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _ended = true;
            keys.Dispose();
        }
    }
}

/// <summary>A session of IPMI 1.5.</summary>
/// <param name="authentication">How its packets are authenticated.</param>
/// <param name="password">16 bytes.</param>
/// <param name="sessionId">The same on both sides.</param>
/// <param name="firstSequence">The sequence number that the controller expects first.</param>
internal sealed class Session15Codec(AuthenticationType authentication, byte[] password, uint sessionId, uint firstSequence) : ISessionCodec
{
    private readonly SequenceWindow _window = new(ahead: 8, behind: 8);
    private uint _sequence = firstSequence;

    public string Protocol => $"1.5 {authentication}";

    public uint ControllerSessionId => sessionId;

    public byte[] Wrap(ReadOnlyMemory<byte> message)
    {
        var packet = new Ipmi15Packet(authentication, _sequence, sessionId, message).Encode(password);
        _sequence = _sequence == uint.MaxValue ? 1 : _sequence + 1;
        return packet;
    }

    public bool TryUnwrap(ReadOnlyMemory<byte> datagram, out ReadOnlyMemory<byte> message)
    {
        var read = Ipmi15Packet.TryDecode(datagram, password, out var packet)
            && packet.Authentication == authentication && packet.SessionId == sessionId && _window.Accept(packet.Sequence);
        message = packet.Payload;
        return read;
    }

    public void Dispose() => System.Security.Cryptography.CryptographicOperations.ZeroMemory(password);
}
