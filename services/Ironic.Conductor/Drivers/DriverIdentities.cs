using System.Security.Cryptography.X509Certificates;
using Ironic.Api.V1;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Drivers;

/// <summary>
/// Which processes may serve which hardware types. With the names of a hardware type a driver of it must show a certificate under one of them when it registers, and
/// must be called at one of them, where the handshake proves it: whoever has a certificate of the same authority cannot take nodes, and their passwords, from it.
/// </summary>
internal sealed class DriverIdentities(IOptions<DriverOptions> options)
{
    private readonly Dictionary<string, List<string>> _names = options.Value.Identities;

    /// <summary>Whether the hardware type is bound to names.</summary>
    public bool Binds(string hardwareType) => _names.ContainsKey(hardwareType);

    /// <summary>Whether a driver that was taken in is bound to names, by one of its hardware types.</summary>
    public bool Binds(DriverInfo info) => info.HardwareTypes.Any(hardware => Binds(hardware.Name));

    /// <summary>Checks where a driver is called.</summary>
    /// <exception cref="IronicException">FORBIDDEN.</exception>
    public void CheckEndpoint(DriverInfo info, string endpoint)
    {
        foreach (var (hardwareType, names) in BindingsOf(info))
        {
            // Who may make a socket there is the file system's business.
            var isBound = names.Contains(endpoint)
                || (Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps && names.Contains(uri.Host, StringComparer.OrdinalIgnoreCase));
            if (!isBound)
                throw Refused(info, hardwareType, $"it is called at {endpoint}, which is none of them over https");
        }
    }

    /// <summary>Checks who registers.</summary>
    /// <param name="certificate">What it has shown, found to be of an authority that is trusted; null: nothing.</param>
    /// <exception cref="IronicException">FORBIDDEN.</exception>
    public void CheckCaller(DriverInfo info, X509Certificate2? certificate)
    {
        foreach (var (hardwareType, names) in BindingsOf(info))
        {
            var hosts = names.Where(name => !name.StartsWith("unix:", StringComparison.Ordinal)).ToList();
            // Over a socket of the file system there is no certificate to show, neither there nor here.
            if (hosts.Count == 0)
                continue;
            if (certificate is null)
                throw Refused(info, hardwareType, "the caller has shown no certificate");
            if (!hosts.Exists(name => certificate.MatchesHostname(name, allowWildcards: false)))
                throw Refused(info, hardwareType, $"the caller's certificate has none of them: {certificate.Subject}");
        }
    }

    private IEnumerable<(string HardwareType, List<string> Names)> BindingsOf(DriverInfo info) =>
        from hardware in info.HardwareTypes
        where Binds(hardware.Name)
        select (hardware.Name, _names[hardware.Name]);

    private static IronicException Refused(DriverInfo info, string hardwareType, string reason) => new(
        ErrorReason.Forbidden, $"The driver {info.Name} may not serve {hardwareType}, which is bound to names (Drivers:Identities): {reason}.");
}
