using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Ironic.BmcSimulator.Faults;

namespace Ironic.BmcSimulator.Ipmi;

/// <summary>How a session of IPMI 2.0 is opened: RMCP+ Open Session, and the RAKP messages 1 to 4 (sections 13.17 to 13.24).</summary>
/// <param name="controller">Whose sessions they are.</param>
internal sealed class Handshake20(IpmiController controller)
{
    private const int RandomLength = 16;

    private const byte InsufficientResources = 0x01;
    private const byte UnauthorizedName = 0x0D;
    private const byte InvalidIntegrityCheck = 0x0F;
    private const byte NoCipherSuiteMatch = 0x11;

    // RAKP message 1 without a name, and 3 without a code.
    private const int ShortestMessage1 = 28;
    private const int ShortestMessage3 = 8;
    private const int OpenRequestLength = 32;

    public byte[]? Answer(ReadOnlySpan<byte> packet)
    {
        var payload = Packet20.Payload(packet);
        return Packet20.Type(packet) switch
        {
            PayloadType.OpenSessionRequest when payload.Length >= OpenRequestLength => Open(payload),
            PayloadType.Rakp1 when payload.Length >= ShortestMessage1 && payload.Length >= ShortestMessage1 + payload[27] => AnswerMessage1(payload),
            PayloadType.Rakp3 when payload.Length >= ShortestMessage3 => AnswerMessage3(payload),
            _ => controller.Wrong(),
        };
    }

    private byte[] Open(ReadOnlySpan<byte> request)
    {
        var console = BinaryPrimitives.ReadUInt32LittleEndian(request[4..]);
        var (authentication, integrity, confidentiality) = (request[12], request[20], request[28]);
        var suite = CipherSuite.All.FirstOrDefault(suite =>
            suite.Authentication == authentication && suite.Integrity == integrity && confidentiality == CipherSuite.Confidentiality && controller.Behaviour.Suites.Contains(suite.Id));
        if (suite is null)
            return Refuse(PayloadType.OpenSessionResponse, request[0], NoCipherSuiteMatch, console);
        if (controller.OpenSessions >= controller.Slots || controller.Meets(FaultKind.SessionsExhausted))
        {
            controller.Counters.SessionRefused();
            return Refuse(PayloadType.OpenSessionResponse, request[0], InsufficientResources, console);
        }

        var session = controller.Add(console, suite);
        return Packet20.Wrap(PayloadType.OpenSessionResponse, [request[0], 0, request[1], 0, .. Bytes(console), .. Bytes(session.Id), .. request[8..OpenRequestLength]]);
    }

    private byte[]? AnswerMessage1(ReadOnlySpan<byte> message)
    {
        if (controller.Find(BinaryPrimitives.ReadUInt32LittleEndian(message[4..])) is not { Suite: { } suite } session)
            return controller.Wrong();
        var name = message.Slice(ShortestMessage1, message[27]);
        session.ConsoleRandom = message.Slice(8, RandomLength).ToArray();
        session.NameAndRole = [message[24], message[27], .. name];
        if (Encoding.UTF8.GetString(name) != controller.User || controller.Meets(FaultKind.WrongCredentials))
        {
            controller.Counters.AuthenticationFailed();
            return Refuse(PayloadType.Rakp2, message[0], UnauthorizedName, session.Console);
        }

        byte[] text = [.. Bytes(session.Console), .. Bytes(session.Id), .. session.ConsoleRandom, .. session.Random, .. controller.Guid, .. session.NameAndRole];
        return Packet20.Wrap(PayloadType.Rakp2, [message[0], 0, 0, 0, .. Bytes(session.Console), .. session.Random, .. controller.Guid, .. suite.Mac(controller.Password, text)]);
    }

    private byte[]? AnswerMessage3(ReadOnlySpan<byte> message)
    {
        if (controller.Find(BinaryPrimitives.ReadUInt32LittleEndian(message[4..])) is not { Suite: { } suite } session)
            return controller.Wrong();
        if (message[1] != 0)
        {
            // The console did not like message 2: mostly that was made with another password.
            controller.Counters.AuthenticationFailed();
            controller.Remove(session);
            return null;
        }

        byte[] text = [.. session.Random, .. Bytes(session.Console), .. session.NameAndRole];
        if (!CryptographicOperations.FixedTimeEquals(suite.Mac(controller.Password, text), message[ShortestMessage3..]))
        {
            controller.Counters.AuthenticationFailed();
            controller.Remove(session);
            return Refuse(PayloadType.Rakp4, message[0], InvalidIntegrityCheck, session.Console);
        }

        byte[] seed = [.. session.ConsoleRandom, .. session.Random, .. session.NameAndRole];
        var groupKey = controller.Behaviour.GroupKey;
        var sessionIntegrityKey = suite.Mac(groupKey.Count > 0 ? [.. groupKey] : controller.Password, seed);
        if (!session.IsOpen)
            session.Keys = new SessionKeys(suite, sessionIntegrityKey);
        session.UsedAt = controller.Time.GetUtcNow();
        controller.Opened(session);
        byte[] proof = [.. session.ConsoleRandom, .. Bytes(session.Id), .. controller.Guid];
        return Packet20.Wrap(PayloadType.Rakp4, [message[0], 0, 0, 0, .. Bytes(session.Console), .. suite.Mac(sessionIntegrityKey, proof).AsSpan(0, suite.CodeLength)]);
    }

    private static byte[] Refuse(byte type, byte tag, byte status, uint console) => Packet20.Wrap(type, [tag, status, 0, 0, .. Bytes(console)]);

    private static byte[] Bytes(uint value)
    {
        var bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }
}
