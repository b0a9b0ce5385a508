using Microsoft.Extensions.Options;

namespace Ironic.Hosting.Endpoints;

/// <summary>TLS of the main endpoints whose URL begins with https: section <c>Tls</c>.</summary>
public sealed class TlsOptions
{
    /// <summary>PEM file with the server's certificate, its intermediates after it. Read again when it changes.</summary>
    public string? CertificatePath { get; set; }

    /// <summary>PEM file with the certificate's private key, unencrypted. Null: the key is in <see cref="CertificatePath"/>.</summary>
    public string? KeyPath { get; set; }
}

internal sealed class TlsOptionsValidator : IValidateOptions<TlsOptions>
{
    public ValidateOptionsResult Validate(string? name, TlsOptions options)
    {
        if (options.CertificatePath is null)
            return options.KeyPath is null ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail("Tls:KeyPath is set but Tls:CertificatePath is not");
        if (!File.Exists(options.CertificatePath))
            return ValidateOptionsResult.Fail($"Tls:CertificatePath: there is no file {options.CertificatePath}");
        return options.KeyPath is null || File.Exists(options.KeyPath)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"Tls:KeyPath: there is no file {options.KeyPath}");
    }
}
