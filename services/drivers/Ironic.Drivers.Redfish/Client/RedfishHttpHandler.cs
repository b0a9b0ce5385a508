using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Configuration;

namespace Ironic.Drivers.Redfish.Client;

/// <summary>Connections to one controller, secured as its node says.</summary>
internal sealed class RedfishHttpHandler : DelegatingHandler
{
    private readonly TlsSettings _tls;
    private readonly X509Certificate2Collection? _authorities;

    /// <exception cref="InvalidParameterException">The certificates of the authorities cannot be read.</exception>
    public RedfishHttpHandler(RedfishTarget target, RedfishOptions options)
    {
        _tls = target.Tls;
        _authorities = _tls.AuthoritiesPath is { } path ? LoadAuthorities(path) : null;
        InnerHandler = CreateSockets(options);
    }

    /// <summary>Why the last certificate was not trusted; null: it was.</summary>
    public string? CertificateProblem { get; private set; }

    protected override void Dispose(bool disposing)
    {
        foreach (var certificate in disposing ? _authorities ?? [] : [])
            certificate.Dispose();
        base.Dispose(disposing);
    }

    private SocketsHttpHandler CreateSockets(RedfishOptions options) => new()
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.All,
        ConnectTimeout = options.ConnectTimeout,
        MaxConnectionsPerServer = 2,
        MaxResponseHeadersLength = 64,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        UseCookies = false,
        UseProxy = false,
        SslOptions = new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = _tls.Protocols,
#pragma warning disable CA1416 // The driver runs where OpenSSL is.
            CipherSuitesPolicy = _tls.FindCiphers() is { } ciphers ? new CipherSuitesPolicy(ciphers) : null,
#pragma warning restore CA1416
            CertificateChainPolicy = _authorities is null ? null : TrustOnly(_authorities),
            RemoteCertificateValidationCallback = Verify,
        },
    };

    private bool Verify(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        var problems = chain?.ChainStatus.Select(status => status.StatusInformation.Trim()).Where(text => text.Length > 0).Distinct() ?? [];
        CertificateProblem = errors == SslPolicyErrors.None || !_tls.Verify ? null : $"{errors} {string.Join(" ", problems)}".Trim();
        return CertificateProblem is null;
    }

    private static X509ChainPolicy TrustOnly(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }

    private static X509Certificate2Collection LoadAuthorities(string path)
    {
        var found = new X509Certificate2Collection();
        try
        {
            string[] files = Directory.Exists(path) ? [.. Directory.EnumerateFiles(path).Order(StringComparer.Ordinal)] : [path];
            foreach (var file in files)
                found.ImportFromPemFile(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new InvalidParameterException($"The certificates in {path}, which {RedfishProperties.VerifyCa} of driver_info names, cannot be read: {exception.Message}", exception);
        }

        return found.Count > 0 ? found : throw new InvalidParameterException($"There is no certificate in {path}, which {RedfishProperties.VerifyCa} of driver_info names.");
    }
}
