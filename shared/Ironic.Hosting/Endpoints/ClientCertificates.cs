using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ironic.Hosting.Endpoints;

/// <summary>Who may connect to the https endpoints: everybody, or who shows a certificate of an authority, under one of the names if there are any.</summary>
internal sealed partial class ClientCertificates(IOptions<TlsOptions> options, ILogger<ClientCertificates> logger)
{
    private readonly IReadOnlyCollection<string> _names = [.. options.Value.ClientNames];

    private readonly X509ChainPolicy? _policy =
        options.Value.ClientAuthorityPath is { } path ? TrustedAuthorities.Load("Tls:ClientAuthorityPath", path) : null;

    /// <summary>Sets up the handshake of a connection.</summary>
    public void Apply(SslServerAuthenticationOptions handshake)
    {
        if (_policy is null)
            return;
        handshake.ClientCertificateRequired = true;
        handshake.CertificateChainPolicy = _policy;
        handshake.RemoteCertificateValidationCallback = (_, certificate, _, errors) => IsAllowed(certificate, errors);
    }

    private bool IsAllowed(X509Certificate? certificate, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None && certificate is X509Certificate2 client
            && (_names.Count == 0 || _names.Any(name => client.MatchesHostname(name, allowWildcards: false))))
            return true;
        LogRefused(certificate?.Subject ?? "none", errors == SslPolicyErrors.None ? "it has none of the allowed names" : errors.ToString());
        return false;
    }

    [LoggerMessage(EventId = 202, EventName = "ClientRefused", Level = LogLevel.Warning, Message = "a client was refused, its certificate being {Subject}: {Reason}")]
    private partial void LogRefused(string subject, string reason);
}
