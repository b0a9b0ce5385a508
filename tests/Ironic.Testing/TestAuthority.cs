using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Ironic.Testing;

/// <summary>A certificate authority that a test makes.</summary>
public sealed class TestAuthority : IDisposable
{
    private static readonly DateTimeOffset NotBefore = DateTimeOffset.UtcNow.AddDays(-1);

    private readonly TestDirectory _directory;
    private readonly X509Certificate2 _certificate;

    public TestAuthority(TestDirectory directory, string name)
    {
        _directory = directory;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _certificate = request.CreateSelfSigned(NotBefore, NotBefore.AddDays(30));
        Path = directory.Combine(name + ".crt");
        File.WriteAllText(Path, _certificate.ExportCertificatePem());
    }

    /// <summary>The file with its own certificate.</summary>
    public string Path { get; }

    /// <summary>Issues a certificate for a DNS name and 127.0.0.1, to servers and clients alike.</summary>
    /// <param name="name">The name.</param>
    /// <param name="file">The files' name without extension; null: the name.</param>
    /// <returns>The files of the certificate and its key.</returns>
    public (string Certificate, string Key) Issue(string name, string? file = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("O=Test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(_certificate, NotBefore, NotBefore.AddDays(20), Guid.NewGuid().ToByteArray());
        var (certificatePath, keyPath) = (_directory.Combine($"{file ?? name}.crt"), _directory.Combine($"{file ?? name}.key"));
        File.WriteAllText(certificatePath, certificate.ExportCertificatePem());
        File.WriteAllText(keyPath, key.ExportPkcs8PrivateKeyPem());
        return (certificatePath, keyPath);
    }

    public void Dispose() => _certificate.Dispose();
}
