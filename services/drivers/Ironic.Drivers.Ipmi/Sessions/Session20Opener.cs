using System.Security.Cryptography;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Ipmi.Configuration;
using Ironic.Drivers.Ipmi.Protocol;

namespace Ironic.Drivers.Ipmi.Sessions;

/// <summary>Opens one session of IPMI 2.0 (sections 13.15 to 13.24).</summary>
internal sealed class Session20Opener(string address, Exchange exchange, IpmiOptions options, CipherSuite suite, SessionProfile profile)
{
    private readonly uint _consoleSessionId = NewSessionId();

    /// <returns>The session; null when the controller does not speak the cipher suite.</returns>
    /// <exception cref="NoAnswerException">It does not answer. Some say nothing to a suite that they do not know, so that is told only of the last one.</exception>
    /// <exception cref="DriverException">It refuses.</exception>
    public async Task<ISessionCodec?> TryOpenAsync(bool isLast, CancellationToken cancellationToken)
    {
        var tag = (byte)RandomNumberGenerator.GetInt32(byte.MaxValue + 1);
        var rakp = new RakpExchange(suite, profile.Privilege, profile.Credentials, tag, _consoleSessionId, RandomNumberGenerator.GetBytes(RakpExchange.RandomLength));
        RakpStatus opened;
        try
        {
            opened = await AskAsync(PayloadType.OpenSessionRequest, rakp.CreateOpenSessionRequest(), PayloadType.OpenSessionResponse, rakp.ReadOpenSessionResponse, cancellationToken);
        }
        catch (NoAnswerException) when (!isLast)
        {
            return null;
        }
        catch (NoAnswerException exception)
        {
            throw new NoAnswerException($"it answers, but not to Open Session with {suite}", exception);
        }

        if (opened.IsAboutAlgorithms())
            return null;
        Require(opened, "Open Session");

        var second = await AskAsync(PayloadType.RakpMessage1, rakp.CreateMessage1(), PayloadType.RakpMessage2, rakp.ReadMessage2, cancellationToken);
        if (second == RakpStatus.InvalidIntegrityCheck)
            exchange.Send(Packet(PayloadType.RakpMessage3, rakp.CreateMessage3(second)));
        Require(second, "RAKP Message 1");

        Require(await AskAsync(PayloadType.RakpMessage3, rakp.CreateMessage3(), PayloadType.RakpMessage4, rakp.ReadMessage4, cancellationToken), "RAKP Message 3");
        return new Session20Codec(rakp.CreateKeys(), _consoleSessionId, rakp.ControllerSessionId);
    }

    private async Task<RakpStatus> AskAsync(
        PayloadType type, byte[] payload, PayloadType answer, ReadPayload read, CancellationToken cancellationToken)
    {
        var packet = Packet(type, payload);
        return await exchange.AskAsync<RakpStatus>(
            () => packet,
            datagram => Ipmi20Packet.TryDecode(datagram, out var received) && received.Type == answer ? read(received.Payload.Span) : null,
            options.Attempts,
            cancellationToken);
    }

    private void Require(RakpStatus status, string message)
    {
        if (status == RakpStatus.Ok)
            return;
        var text = $"{address} refuses a session ({message}): {status.Describe()}.";
        throw status switch
        {
            _ when status.IsAboutCredentials() => new BmcAuthenticationException(text),
            _ when status.IsAboutAlgorithms() => new PermanentFailureException(text),
            RakpStatus.IllegalParameter or RakpStatus.InvalidPayloadType => new PermanentFailureException(text),
            // It has no room for a session, or has forgotten this one in the middle.
            _ => new RetryableException(text),
        };
    }

    private static byte[] Packet(PayloadType type, byte[] payload) => new Ipmi20Packet(type, SessionId: 0, Sequence: 0, payload).Encode();

    private static uint NewSessionId()
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        RandomNumberGenerator.Fill(bytes);
        // 0 means "outside of a session".
        return BitConverter.ToUInt32(bytes) | 1;
    }

    private delegate RakpStatus? ReadPayload(ReadOnlySpan<byte> payload);
}
