using Microsoft.Extensions.Options;

namespace Ironic.Hosting.Endpoints;

/// <summary>TLS of the main endpoints whose URL begins with https: section <c>Tls</c>.</summary>
public sealed class TlsOptions
{
    /// <summary>PEM file with the server's certificate, its intermediates after it. Read again when it changes.</summary>
    public string? CertificatePath { get; set; }

    /// <summary>PEM file with the certificate's private key, unencrypted. Null: the key is in <see cref="CertificatePath"/>.</summary>
    public string? KeyPath { get; set; }

    /// <summary>PEM file with the authorities of which a client must have a certificate. Null: no client is asked for one. Read at start.</summary>
    public string? ClientAuthorityPath { get; set; }

    /// <summary>DNS names, of which a client's certificate must have one. Empty: any certificate of the authorities will do.</summary>
    public IList<string> ClientNames { get; } = [];
}

internal sealed class TlsOptionsValidator : IValidateOptions<TlsOptions>
{
    public ValidateOptionsResult Validate(string? name, TlsOptions options)
    {
        var failures = new List<string>();
        if (options.CertificatePath is null)
        {
            if (options.KeyPath is not null)
                failures.Add("Tls:KeyPath is set but Tls:CertificatePath is not");
            if (options.ClientAuthorityPath is not null)
                failures.Add("Tls:ClientAuthorityPath is set but Tls:CertificatePath is not");
        }

        // Whoever lists names believes that others are refused.
        if (options.ClientNames.Count > 0 && options.ClientAuthorityPath is null)
            failures.Add("Tls:ClientNames is set but Tls:ClientAuthorityPath is not");
        CheckFile("Tls:CertificatePath", options.CertificatePath, failures);
        CheckFile("Tls:KeyPath", options.KeyPath, failures);
        CheckFile("Tls:ClientAuthorityPath", options.ClientAuthorityPath, failures);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    internal static void CheckFile(string setting, string? path, List<string> failures)
    {
        if (path is not null && !File.Exists(path))
            failures.Add($"{setting}: there is no file {path}");
    }
}
