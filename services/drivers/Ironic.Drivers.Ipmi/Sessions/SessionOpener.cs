using Ironic.Driver.Sdk;
using Ironic.Drivers.Ipmi.Configuration;
using Ironic.Drivers.Ipmi.Protocol;

namespace Ironic.Drivers.Ipmi.Sessions;

/// <summary>Opens sessions with one management controller, in the newest protocol and with the best algorithms that it knows.</summary>
internal sealed class SessionOpener(string address, Exchange exchange, IpmiOptions options)
{
    // This channel, and: tell also what 2.0 has (IPMI 2.0, table 22-15).
    private const byte ThisChannel = 0x0E;
    private const byte Extended = 0x80;
    private const byte Supports20 = 0x02;

    private CipherSuite? _known;

    /// <summary>Opens a session with the privilege level of the profile.</summary>
    /// <exception cref="NoAnswerException">The controller does not answer.</exception>
    /// <exception cref="DriverException">It refuses.</exception>
    public async Task<ISessionCodec> OpenAsync(SessionProfile profile, CancellationToken cancellationToken)
    {
        var capabilities = await AskCapabilitiesAsync(profile, cancellationToken);
        var codec = capabilities.Speaks20 && profile.Version != IpmiVersion.OnePointFive
            ? await Open20Async(profile, cancellationToken)
            : profile.Version == IpmiVersion.Two
                ? throw new PermanentFailureException($"{address} does not speak IPMI 2.0, which ipmi_protocol_version asks for.")
                : await new Session15Opener(address, exchange, options).OpenAsync(profile, capabilities.AuthenticationTypes, cancellationToken);
        try
        {
            await RaisePrivilegeAsync(codec, profile.Privilege, cancellationToken);
            return codec;
        }
        catch
        {
            await CloseAsync(codec, CancellationToken.None);
            throw;
        }
    }

    /// <summary>Closes a session, and forgets its keys. A controller that does not answer any more ends it by itself.</summary>
    /// <returns>Whether the controller has confirmed it.</returns>
    public async Task<bool> CloseAsync(ISessionCodec codec, CancellationToken cancellationToken)
    {
        const int attempts = 2;
        try
        {
            var id = BitConverter.GetBytes(codec.ControllerSessionId);
            if (!BitConverter.IsLittleEndian)
                Array.Reverse(id);
            var response = await exchange.CommandAsync(codec, new IpmiRequest(NetworkFunction.Application, Command.CloseSession, id), bridging: null, attempts, cancellationToken);
            return response.Code == CompletionCode.Ok;
        }
        catch (Exception exception) when (exception is NoAnswerException or OperationCanceledException)
        {
            return false;
        }
        finally
        {
            codec.Dispose();
        }
    }

    private async Task<(bool Speaks20, byte AuthenticationTypes)> AskCapabilitiesAsync(SessionProfile profile, CancellationToken cancellationToken)
    {
        var response = await AskAsync(Extended);
        // Controllers of 1.5 do not know the bit.
        if (response.Code == CompletionCode.InvalidDataField)
            response = await AskAsync(0);
        response.EnsureSuccess(address, "Get Channel Authentication Capabilities");
        var data = response.RequireData(4, address, "Get Channel Authentication Capabilities").Span;
        return ((data[1] & Extended) != 0 && (data[3] & Supports20) != 0, data[1]);

        Task<IpmiResponse> AskAsync(byte extended) => exchange.CommandAsync(
            SessionlessCodec.Instance,
            new IpmiRequest(NetworkFunction.Application, Command.GetChannelAuthenticationCapabilities, (byte)(ThisChannel | extended), (byte)profile.Privilege),
            bridging: null,
            options.Attempts,
            cancellationToken);
    }

    private async Task<ISessionCodec> Open20Async(SessionProfile profile, CancellationToken cancellationToken)
    {
        var candidates = await ChooseCandidatesAsync(profile, cancellationToken);
        for (var i = 0; i < candidates.Count; i++)
        {
            var opener = new Session20Opener(address, exchange, options, candidates[i], profile);
            if (await opener.TryOpenAsync(isLast: i == candidates.Count - 1, cancellationToken) is not { } codec)
                continue;
            _known = candidates[i];
            return codec;
        }

        throw new PermanentFailureException($"{address} speaks none of the cipher suites {string.Join(", ", candidates.Select(suite => suite.Id))}.");
    }

    /// <summary>The suites to try, in this order.</summary>
    private async Task<List<CipherSuite>> ChooseCandidatesAsync(SessionProfile profile, CancellationToken cancellationToken)
    {
        if (profile.CipherSuite is { } only)
            return [only];
        List<CipherSuite> configured = options.CipherSuites.Count > 0 ? [.. options.CipherSuites.Select(id => CipherSuite.Find(id)!)] : [.. CipherSuite.All];
        if (configured.Count == 1)
            return configured;
        if (_known is { } known)
            return [.. configured.OrderByDescending(suite => suite == known)];
        if (await new CipherSuiteQuery(exchange).AskAsync(cancellationToken) is { } offered && configured.Any(suite => offered.Contains(suite.Id)))
            return [.. configured.Where(suite => offered.Contains(suite.Id))];
        // Controllers that do not tell are older than the newer suites, and many say nothing at all to a suite that they do not know.
        return [.. configured.OrderBy(suite => suite.Id)];
    }

    /// <summary>A session begins with the level User (IPMI 2.0, section 22.18).</summary>
    private async Task RaisePrivilegeAsync(ISessionCodec codec, PrivilegeLevel privilege, CancellationToken cancellationToken)
    {
        if (privilege <= PrivilegeLevel.User)
            return;
        var request = new IpmiRequest(NetworkFunction.Application, Command.SetSessionPrivilegeLevel, (byte)privilege);
        var response = await exchange.CommandAsync(codec, request, bridging: null, options.Attempts, cancellationToken);
        const CompletionCode notAvailableToUser = (CompletionCode)0x80;
        const CompletionCode exceedsLimit = (CompletionCode)0x81;
        if (response.Code is notAvailableToUser or exceedsLimit)
            throw new BmcAuthenticationException($"{address} does not give this user the privilege level {privilege.ToString().ToUpperInvariant()}.");
        response.EnsureSuccess(address, "Set Session Privilege Level");
    }
}
