using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Ironic.Hosting.Endpoints;

/// <summary>Certificate authorities of an operator's own, in place of the system's.</summary>
internal static class TrustedAuthorities
{
    /// <summary>The policy by which a peer's certificate must come from an authority in the file.</summary>
    /// <param name="setting">Who names the file, for the message.</param>
    /// <param name="path">PEM, one or more certificates; intermediates may be among them.</param>
    /// <exception cref="FormatException">The file holds no certificate.</exception>
    public static X509ChainPolicy Load(string setting, string path)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(path);
        }
        catch (CryptographicException e)
        {
            throw new FormatException($"{setting}: {path} cannot be used: {e.Message}", e);
        }

        return policy.CustomTrustStore.Count > 0 ? policy : throw new FormatException($"{setting}: {path} holds no certificate");
    }
}
