using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Ironic.Drivers.Ipmi.Protocol;

/// <summary>
/// The messages of the remote console by which an IPMI 2.0 session is opened, and what is checked of the answers (IPMI 2.0, sections 13.17 to 13.23
/// and 13.31). What is read is the payload of a packet; a message that is too short, or that is not for this exchange, is none.
/// </summary>
/// <param name="suite">The algorithms.</param>
/// <param name="privilege">The level that the session asks for.</param>
/// <param name="credentials">Who opens it.</param>
/// <param name="tag">Tells its messages apart from those of another exchange.</param>
/// <param name="consoleSessionId">The session's id at the console; not 0.</param>
/// <param name="consoleRandom">16 bytes that nobody can guess.</param>
internal sealed class RakpExchange(CipherSuite suite, PrivilegeLevel privilege, IpmiCredentials credentials, byte tag, uint consoleSessionId, byte[] consoleRandom)
{
    public const int RandomLength = 16;

    private const int HeaderLength = 8;
    private const int OpenSessionResponseLength = 36;
    private const int Message2Length = 40;

    // "Name-only lookup": the user is found by his name alone (table 13-11).
    private const byte NameOnlyLookup = 0x10;

    private byte[] _controllerRandom = [];
    private byte[] _controllerGuid = [];
    private byte[] _sessionIntegrityKey = [];

    /// <summary>The session's id at the controller, which it chooses.</summary>
    public uint ControllerSessionId { get; private set; }

    private byte Role => (byte)((byte)privilege | NameOnlyLookup);

    /// <summary>Open Session Request (table 13-9).</summary>
    public byte[] CreateOpenSessionRequest()
    {
        var bytes = new byte[32];
        bytes[0] = tag;
        bytes[1] = (byte)privilege;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), consoleSessionId);
        Span<byte> algorithms = [suite.Authentication, suite.Integrity, CipherSuite.Confidentiality];
        for (var i = 0; i < algorithms.Length; i++)
        {
            bytes[HeaderLength + (8 * i)] = (byte)i;
            bytes[HeaderLength + (8 * i) + 3] = 8;
            bytes[HeaderLength + (8 * i) + 4] = algorithms[i];
        }

        return bytes;
    }

    /// <summary>Open Session Response (table 13-10).</summary>
    /// <returns>Its status; null when it is no answer to this request.</returns>
    public RakpStatus? ReadOpenSessionResponse(ReadOnlySpan<byte> bytes)
    {
        if (ReadStatus(bytes) is not { } status)
            return null;
        if (status != RakpStatus.Ok)
            return status;
        if (bytes.Length < OpenSessionResponseLength)
            return null;
        ControllerSessionId = BinaryPrimitives.ReadUInt32LittleEndian(bytes[HeaderLength..]);
        // The controller must not choose weaker algorithms than were asked for.
        var same = bytes[16] == suite.Authentication && bytes[24] == suite.Integrity && bytes[32] == CipherSuite.Confidentiality;
        return same ? RakpStatus.Ok : RakpStatus.NoCipherSuiteMatch;
    }

    /// <summary>RAKP Message 1 (table 13-11).</summary>
    public byte[] CreateMessage1()
    {
        var bytes = new byte[28 + credentials.Username.Length];
        bytes[0] = tag;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), ControllerSessionId);
        consoleRandom.CopyTo(bytes.AsSpan(HeaderLength));
        bytes[24] = Role;
        bytes[27] = (byte)credentials.Username.Length;
        credentials.Username.CopyTo(bytes.AsSpan(28));
        return bytes;
    }

    /// <summary>RAKP Message 2 (table 13-12). Its code proves that the controller knows the password.</summary>
    /// <returns>Its status, <see cref="RakpStatus.InvalidIntegrityCheck"/> also when the code is wrong; null when it is no answer to this exchange.</returns>
    public RakpStatus? ReadMessage2(ReadOnlySpan<byte> bytes)
    {
        if (ReadStatus(bytes) is not { } status)
            return null;
        if (status != RakpStatus.Ok)
            return status;
        if (bytes.Length < Message2Length + suite.MacLength)
            return null;
        _controllerRandom = bytes.Slice(HeaderLength, RandomLength).ToArray();
        _controllerGuid = bytes.Slice(HeaderLength + RandomLength, RandomLength).ToArray();
        // SIDM, SIDC, RM, RC, GUIDC, RoleM, ULengthM, UNameM (section 13.31).
        var text = Concatenate(Bytes(consoleSessionId), Bytes(ControllerSessionId), consoleRandom, _controllerRandom, _controllerGuid, NameAndRole());
        if (!CryptographicOperations.FixedTimeEquals(suite.Mac(credentials.Password, text), bytes.Slice(Message2Length, suite.MacLength)))
            return RakpStatus.InvalidIntegrityCheck;
        var key = credentials.GroupKey.Length > 0 ? credentials.GroupKey : credentials.Password;
        _sessionIntegrityKey = suite.Mac(key, Concatenate(consoleRandom, _controllerRandom, NameAndRole()));
        return RakpStatus.Ok;
    }

    /// <summary>RAKP Message 3 (table 13-13), which proves that the console knows the password.</summary>
    public byte[] CreateMessage3()
    {
        var bytes = new byte[HeaderLength + suite.MacLength];
        bytes[0] = tag;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), ControllerSessionId);
        suite.Mac(credentials.Password, Concatenate(_controllerRandom, Bytes(consoleSessionId), NameAndRole()), bytes.AsSpan(HeaderLength));
        return bytes;
    }

    /// <summary>RAKP Message 3 that gives up, so that the controller need not keep the half of a session until it times out.</summary>
    public byte[] CreateMessage3(RakpStatus reason)
    {
        var bytes = new byte[HeaderLength];
        bytes[0] = tag;
        bytes[1] = (byte)reason;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), ControllerSessionId);
        return bytes;
    }

    /// <summary>RAKP Message 4 (table 13-14). Its code proves that both have made the same key.</summary>
    /// <inheritdoc cref="ReadMessage2" path="/returns"/>
    public RakpStatus? ReadMessage4(ReadOnlySpan<byte> bytes)
    {
        if (ReadStatus(bytes) is not { } status)
            return null;
        if (status != RakpStatus.Ok)
            return status;
        if (bytes.Length < HeaderLength + suite.TruncatedLength)
            return null;
        var expected = suite.Mac(_sessionIntegrityKey, Concatenate(consoleRandom, Bytes(ControllerSessionId), _controllerGuid));
        return CryptographicOperations.FixedTimeEquals(expected.AsSpan(0, suite.TruncatedLength), bytes.Slice(HeaderLength, suite.TruncatedLength))
            ? RakpStatus.Ok
            : RakpStatus.InvalidIntegrityCheck;
    }

    /// <summary>The session's keys, when all messages have been exchanged.</summary>
    public SessionKeys CreateKeys()
    {
        var keys = new SessionKeys(suite, _sessionIntegrityKey);
        CryptographicOperations.ZeroMemory(_sessionIntegrityKey);
        return keys;
    }

    private RakpStatus? ReadStatus(ReadOnlySpan<byte> bytes)
    {
        // A refusal may be shorter than what it refuses, but always names the tag and the console's session.
        if (bytes.Length < HeaderLength || bytes[0] != tag || BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) != consoleSessionId)
            return null;
        return (RakpStatus)bytes[1];
    }

    private byte[] NameAndRole() => [Role, (byte)credentials.Username.Length, .. credentials.Username];

    private static byte[] Bytes(uint value)
    {
        var bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] Concatenate(params ReadOnlySpan<byte[]> parts)
    {
        var length = 0;
        foreach (var part in parts)
            length += part.Length;
        var bytes = new byte[length];
        var offset = 0;
        foreach (var part in parts)
        {
            part.CopyTo(bytes, offset);
            offset += part.Length;
        }

        return bytes;
    }
}
