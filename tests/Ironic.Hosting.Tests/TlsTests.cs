using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ironic.Hosting.Endpoints;
using Ironic.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Ironic.Hosting.Tests;

public sealed class TlsTests : IDisposable
{
    private readonly TestDirectory _directory = new("tls");
    private readonly ManualTimeProvider _time = new();

    private string CertificatePath => _directory.Combine("tls.crt");

    private string KeyPath => _directory.Combine("tls.key");

    [Fact]
    public async Task An_https_endpoint_serves_http2_with_the_configured_certificate()
    {
        WriteCertificate("first");
        await using var host = await TestHost.StartAsync(
            "https://127.0.0.1:0", args: [$"--Tls:CertificatePath={CertificatePath}", $"--Tls:KeyPath={KeyPath}"]);

        using var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { X509CertificateLoader.LoadCertificateFromFile(CertificatePath) },
            RevocationMode = X509RevocationMode.NoCheck,
        };
        using var client = new HttpClient(handler) { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var response = await client.GetAsync(new Uri(host.Url + "/nothing"));

        Assert.Equal(HttpVersion.Version20, response.Version);
    }

    [Fact]
    public void A_replaced_certificate_is_served_without_a_restart()
    {
        WriteCertificate("first");
        var certificate = Create();
        Assert.Equal("CN=first", certificate.Get().TargetCertificate.Subject);

        WriteCertificate("second");
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal("CN=first", certificate.Get().TargetCertificate.Subject);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("CN=second", certificate.Get().TargetCertificate.Subject);
    }

    [Fact]
    public void The_old_certificate_stays_while_the_new_one_cannot_be_used()
    {
        WriteCertificate("first");
        var certificate = Create();
        certificate.Get();

        File.WriteAllText(CertificatePath, "half written");
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal("CN=first", certificate.Get().TargetCertificate.Subject);

        WriteCertificate("second");
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal("CN=second", certificate.Get().TargetCertificate.Subject);
    }

    [Fact]
    public async Task An_https_endpoint_without_a_certificate_does_not_start() =>
        Assert.Contains("Tls:CertificatePath is required", (await Assert.ThrowsAsync<FormatException>(() => TestHost.StartAsync("https://127.0.0.1:0"))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_certificate_that_no_endpoint_uses_is_a_mistake()
    {
        WriteCertificate("first");

        var error = await Assert.ThrowsAsync<FormatException>(() =>
            TestHost.StartAsync(args: [$"--Tls:CertificatePath={CertificatePath}", $"--Tls:KeyPath={KeyPath}"]));

        Assert.Contains("no endpoint", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _directory.Dispose();

    private ServerCertificate Create() =>
        new(Options.Create(new TlsOptions { CertificatePath = CertificatePath, KeyPath = KeyPath }), _time, NullLogger<ServerCertificate>.Instance);

    private void WriteCertificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(CertificatePath, certificate.ExportCertificatePem());
        File.WriteAllText(KeyPath, key.ExportPkcs8PrivateKeyPem());
    }
}
