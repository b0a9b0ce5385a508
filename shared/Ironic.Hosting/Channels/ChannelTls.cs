using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Ironic.Hosting.Endpoints;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ironic.Hosting.Channels;

/// <summary>Whom the process's channels trust, and as whom they introduce themselves.</summary>
public sealed class ChannelTls
{
    private readonly X509ChainPolicy? _authorities;
    private readonly CertificateFile? _certificate;

    /// <exception cref="FormatException">A file does not hold what it should.</exception>
    public ChannelTls(IOptions<ChannelTlsOptions> options, TimeProvider timeProvider, ILogger<ChannelTls> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Value.AuthorityPath is { } authorities)
            _authorities = TrustedAuthorities.Load("Channels:AuthorityPath", authorities);
        if (options.Value.CertificatePath is not { } path)
            return;
        _certificate = new CertificateFile("Channels:CertificatePath", path, options.Value.KeyPath, timeProvider, logger);
        // Fails at start, not at the first handshake.
        _certificate.Get();
    }

    internal void Apply(SslClientAuthenticationOptions handshake)
    {
        handshake.CertificateChainPolicy = _authorities;
        if (_certificate is { } certificate)
            handshake.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate.Get().TargetCertificate;
    }
}
