using System.Net.Security;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ironic.Hosting.Endpoints;

/// <summary>The certificate of the process's https endpoints.</summary>
internal sealed class ServerCertificate(IOptions<TlsOptions> options, TimeProvider timeProvider, ILogger<ServerCertificate> logger)
{
    private readonly CertificateFile? _file = options.Value.CertificatePath is { } path
        ? new CertificateFile("Tls:CertificatePath", path, options.Value.KeyPath, timeProvider, logger)
        : null;

    /// <summary>The certificate with its chain.</summary>
    /// <exception cref="FormatException">There is none, or the files do not hold one with its key. Only before the first success.</exception>
    public SslStreamCertificateContext Get() =>
        _file?.Get() ?? throw new FormatException("Tls:CertificatePath is required for https endpoints");
}
