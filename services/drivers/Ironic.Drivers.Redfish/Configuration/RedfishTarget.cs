using System.Net.Security;
using System.Security.Authentication;

namespace Ironic.Drivers.Redfish.Configuration;

/// <summary>Who the driver is at a controller. It has no text form but the user's name.</summary>
/// <param name="Username">The user.</param>
/// <param name="Password">The password; may be empty.</param>
internal sealed record RedfishCredentials(string Username, string Password)
{
    public override string ToString() => Username;
}

/// <summary>How connections are secured.</summary>
/// <param name="Verify">Whether the controller's certificate is verified.</param>
/// <param name="AuthoritiesPath">File or directory with the certificates of authorities; null: those of the system.</param>
/// <param name="Protocols">The versions that are spoken; <see cref="SslProtocols.None"/>: those of the system.</param>
/// <param name="Ciphers">Names of cipher suites between colons; null: those of the system.</param>
internal sealed record TlsSettings(bool Verify = true, string? AuthoritiesPath = null, SslProtocols Protocols = SslProtocols.None, string? Ciphers = null)
{
    /// <summary>The suites that <see cref="Ciphers"/> names.</summary>
    public IReadOnlyList<TlsCipherSuite>? FindCiphers() => Ciphers is null ? null : CipherSuiteNames.Parse(Ciphers);
}

/// <summary>A controller as a node's driver_info names it. Nodes whose targets are equal share a connection and a session.</summary>
/// <param name="Base">Scheme, host and port.</param>
/// <param name="RootPath">Where the service root is, with a slash at the end: <c>/redfish/v1/</c>.</param>
/// <param name="Credentials">Who asks; null: nobody.</param>
/// <param name="Authentication">How it says so.</param>
/// <param name="Tls">How connections are secured.</param>
internal sealed record RedfishTarget(Uri Base, string RootPath, RedfishCredentials? Credentials, AuthenticationType Authentication, TlsSettings Tls)
{
    /// <summary>The service root.</summary>
    public Uri Root => new(Base, RootPath);

    /// <summary>How messages call it.</summary>
    public override string ToString() => Root.AbsoluteUri;
}
