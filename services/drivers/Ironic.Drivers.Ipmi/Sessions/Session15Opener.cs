using System.Buffers.Binary;
using System.Security.Cryptography;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Ipmi.Configuration;
using Ironic.Drivers.Ipmi.Protocol;

namespace Ironic.Drivers.Ipmi.Sessions;

/// <summary>Opens sessions of IPMI 1.5 (IPMI 2.0, sections 22.16 and 22.17).</summary>
internal sealed class Session15Opener(string address, Exchange exchange, IpmiOptions options)
{
    private const int ChallengeLength = 16;
    private const int SessionIdLength = sizeof(uint);

    /// <param name="profile">Who opens it.</param>
    /// <param name="offered">The authentication types of the controller, as it tells them among its capabilities.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="NoAnswerException">The controller does not answer.</exception>
    /// <exception cref="DriverException">It refuses.</exception>
    public async Task<ISessionCodec> OpenAsync(SessionProfile profile, byte offered, CancellationToken cancellationToken)
    {
        var type = Choose(offered);
        var password = profile.Credentials.PaddedPassword();
        var (temporaryId, challenge) = await AskChallengeAsync(type, profile.Credentials, cancellationToken);
        return await ActivateAsync(type, password, temporaryId, challenge, profile.Privilege, cancellationToken);
    }

    private AuthenticationType Choose(byte offered)
    {
        foreach (var type in (ReadOnlySpan<AuthenticationType>)[AuthenticationType.Md5, AuthenticationType.Password, AuthenticationType.None])
        {
            if ((offered & (1 << (int)type)) != 0)
                return type;
        }

        throw new PermanentFailureException($"{address} offers none of the authentication types MD5, PASSWORD and NONE.");
    }

    private async Task<(uint TemporaryId, byte[] Challenge)> AskChallengeAsync(AuthenticationType type, IpmiCredentials credentials, CancellationToken cancellationToken)
    {
        const string name = "Get Session Challenge";
        const CompletionCode invalidUserName = (CompletionCode)0x81;
        const CompletionCode nullUserDisabled = (CompletionCode)0x82;
        var data = new byte[1 + IpmiCredentials.MaximumUsernameLength];
        data[0] = (byte)type;
        credentials.Username.CopyTo(data.AsSpan(1));
        var request = new IpmiRequest(NetworkFunction.Application, Command.GetSessionChallenge, data);
        var response = await exchange.CommandAsync(SessionlessCodec.Instance, request, bridging: null, options.Attempts, cancellationToken);
        if (response.Code is invalidUserName or nullUserDisabled)
            throw new BmcAuthenticationException($"{address} refuses a session ({name}): {(response.Code == invalidUserName ? "unauthorized name" : "the null user is not enabled")}.");
        response.EnsureSuccess(address, name);
        var answer = response.RequireData(SessionIdLength + ChallengeLength, address, name);
        return (BinaryPrimitives.ReadUInt32LittleEndian(answer.Span), answer.Slice(SessionIdLength, ChallengeLength).ToArray());
    }

    private async Task<ISessionCodec> ActivateAsync(
        AuthenticationType type, byte[] password, uint temporaryId, byte[] challenge, PrivilegeLevel privilege, CancellationToken cancellationToken)
    {
        const string name = "Activate Session";
        byte[] data = [(byte)type, (byte)privilege, .. challenge, .. RandomNumberGenerator.GetBytes(sizeof(uint))];
        using var activation = new ActivationCodec(type, [.. password], temporaryId);
        IpmiResponse response;
        try
        {
            response = await exchange.CommandAsync(
                activation, new IpmiRequest(NetworkFunction.Application, Command.ActivateSession, data), bridging: null, options.Attempts, cancellationToken);
        }
        catch (NoAnswerException exception)
        {
            // The controller has just answered; it drops packets whose code is wrong (section 6.12.1).
            throw new BmcAuthenticationException($"{address} does not take the session's first authenticated packet: most likely the password is wrong.", exception);
        }

        ThrowIfRefused(response.Code);
        response.EnsureSuccess(address, name);
        var answer = response.RequireData(10, address, name).Span;
        var remaining = (AuthenticationType)(answer[0] & 0x0F);
        if (remaining != type && remaining != AuthenticationType.None)
            throw new PermanentFailureException($"{address} answers {name} with an authentication type that was not asked for.");
        return new Session15Codec(remaining, password, BinaryPrimitives.ReadUInt32LittleEndian(answer[1..]), BinaryPrimitives.ReadUInt32LittleEndian(answer[5..]));
    }

    private void ThrowIfRefused(CompletionCode code)
    {
        switch ((byte)code)
        {
            case 0x81 or 0x82 or 0x83:
                throw new RetryableException($"{address} refuses a session: no slot is free.");
            case 0x86:
                throw new BmcAuthenticationException($"{address} refuses a session: the privilege level is not allowed to this user.");
        }
    }

    /// <summary>The packets between the challenge and the session: authenticated, with the temporary session id, outside of any sequence.</summary>
    private sealed class ActivationCodec(AuthenticationType type, byte[] password, uint temporaryId) : ISessionCodec
    {
        public string Protocol => "1.5";

        public uint ControllerSessionId => temporaryId;

        public byte[] Wrap(ReadOnlyMemory<byte> message) => new Ipmi15Packet(type, Sequence: 0, temporaryId, message).Encode(password);

        public bool TryUnwrap(ReadOnlyMemory<byte> datagram, out ReadOnlyMemory<byte> message)
        {
            var read = Ipmi15Packet.TryDecode(datagram, password, out var packet);
            message = packet.Payload;
            return read;
        }

        public void Dispose() => CryptographicOperations.ZeroMemory(password);
    }
}
