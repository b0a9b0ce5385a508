using Ironic.Hosting.Endpoints;
using Microsoft.Extensions.Options;

namespace Ironic.Hosting.Channels;

/// <summary>TLS of the connections that the process makes to others whose address begins with https: section <c>Channels</c>.</summary>
public sealed class ChannelTlsOptions
{
    /// <summary>PEM file with the authorities of which a server must have a certificate. Null: those that the system trusts. Read at start.</summary>
    public string? AuthorityPath { get; set; }

    /// <summary>PEM file with the certificate that is shown to servers that ask for one. Read again when it changes. Null: none is shown.</summary>
    public string? CertificatePath { get; set; }

    /// <summary>PEM file with the certificate's private key, unencrypted. Null: the key is in <see cref="CertificatePath"/>.</summary>
    public string? KeyPath { get; set; }
}

internal sealed class ChannelTlsOptionsValidator : IValidateOptions<ChannelTlsOptions>
{
    public ValidateOptionsResult Validate(string? name, ChannelTlsOptions options)
    {
        var failures = new List<string>();
        if (options.KeyPath is not null && options.CertificatePath is null)
            failures.Add("Channels:KeyPath is set but Channels:CertificatePath is not");
        TlsOptionsValidator.CheckFile("Channels:AuthorityPath", options.AuthorityPath, failures);
        TlsOptionsValidator.CheckFile("Channels:CertificatePath", options.CertificatePath, failures);
        TlsOptionsValidator.CheckFile("Channels:KeyPath", options.KeyPath, failures);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
