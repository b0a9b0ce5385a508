using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Ironic.Hosting.Endpoints;

/// <summary>
/// A certificate with its key, read again when its files change. Files are compared at handshakes, not watched: a certificate that is
/// replaced through a symbolic link, as Kubernetes does it, raises no event for the file itself.
/// </summary>
internal sealed partial class CertificateFile(string setting, string certificatePath, string? keyPath, TimeProvider timeProvider, ILogger logger)
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private SslStreamCertificateContext? _context;
    private (DateTime Certificate, DateTime Key) _stamp;
    private long _checkedAt;

    /// <summary>The certificate with its chain.</summary>
    /// <exception cref="FormatException">The files do not hold one with its key. Only before the first success.</exception>
    public SslStreamCertificateContext Get()
    {
        lock (_lock)
        {
            if (_context is not null && timeProvider.GetElapsedTime(_checkedAt) < CheckInterval)
                return _context;
            _checkedAt = timeProvider.GetTimestamp();
            var stamp = (ReadStamp(certificatePath), ReadStamp(keyPath ?? certificatePath));
            if (_context is not null && stamp == _stamp)
                return _context;
            try
            {
                _context = Load(certificatePath, keyPath);
                _stamp = stamp;
                LogLoaded(certificatePath, _context.TargetCertificate.NotAfter.ToUniversalTime());
            }
            catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
            {
                if (_context is null)
                    throw new FormatException($"{setting}: {certificatePath} and its key cannot be used: {e.Message}", e);
                // Certificate and key are two files: between the two writes they do not match. The old pair serves until they do.
                LogReloadFailed(e, certificatePath);
            }

            return _context;
        }
    }

    private static DateTime ReadStamp(string path) => File.GetLastWriteTimeUtc(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path);

    private static SslStreamCertificateContext Load(string certificatePath, string? keyPath)
    {
        var certificate = X509Certificate2.CreateFromPemFile(certificatePath, keyPath);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(certificatePath);
        chain.RemoveAt(0);
        return SslStreamCertificateContext.Create(certificate, chain, offline: true);
    }

    [LoggerMessage(EventId = 200, EventName = "CertificateLoaded", Level = LogLevel.Information, Message = "using the certificate of {Path}, valid until {NotAfter:O}")]
    private partial void LogLoaded(string path, DateTime notAfter);

    [LoggerMessage(EventId = 201, EventName = "CertificateReloadFailed", Level = LogLevel.Error, Message = "{Path} changed but cannot be used; the certificate before it stays")]
    private partial void LogReloadFailed(Exception exception, string path);
}
