using System.Net.Security;
using System.Text.RegularExpressions;
using Ironic.Driver.Sdk;

namespace Ironic.Drivers.Redfish.Configuration;

/// <summary>Cipher suites by the names that OpenSSL has for them, or TLS itself.</summary>
internal static partial class CipherSuiteNames
{
    /// <param name="text">Names between colons, commas or spaces.</param>
    /// <exception cref="InvalidParameterException">One of them is none.</exception>
    public static IReadOnlyList<TlsCipherSuite> Parse(string text)
    {
        var suites = text.Split([':', ',', ' '], StringSplitOptions.RemoveEmptyEntries).Select(ParseOne).Distinct().ToList();
        return suites.Count > 0 ? suites : throw new InvalidParameterException($"{RedfishProperties.TlsCiphers} of driver_info names no cipher suite.");
    }

    private static TlsCipherSuite ParseOne(string name) =>
        Enum.TryParse<TlsCipherSuite>(ToTlsName(name), ignoreCase: true, out var suite) && Enum.IsDefined(suite) && !char.IsAsciiDigit(name[0])
            ? suite
            : throw new InvalidParameterException($"{RedfishProperties.TlsCiphers} of driver_info must be names of cipher suites between colons, such as ECDHE-RSA-AES256-GCM-SHA384; '{name}' is none.");

    // ECDHE-RSA-AES256-GCM-SHA384 is TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384; without a key exchange it is RSA's, and without GCM, CCM or POLY1305 it is CBC.
    private static string ToTlsName(string name)
    {
        if (name.StartsWith("TLS_", StringComparison.OrdinalIgnoreCase))
            return name;
        var match = OpenSslName().Match(name.ToUpperInvariant());
        if (!match.Success)
            return name;
        var exchange = match.Groups["exchange"].Value is { Length: > 0 } given ? given.Replace('-', '_') : "RSA_";
        var cipher = match.Groups["cipher"].Value switch
        {
            "CHACHA20-POLY1305" => "CHACHA20_POLY1305",
            var aes => $"AES_{aes["AES".Length..]}",
        };
        var mode = match.Groups["mode"].Value;
        if (mode.StartsWith("CCM", StringComparison.Ordinal))
            return $"TLS_{exchange}WITH_{cipher}_{mode.Replace("CCM8", "CCM_8", StringComparison.Ordinal)}";
        var hash = match.Groups["hash"].Value is { Length: > 0 } digest ? digest : "SHA256";
        var chaining = mode.Length > 0 ? $"_{mode}" : cipher.StartsWith("CHACHA", StringComparison.Ordinal) ? "" : "_CBC";
        return $"TLS_{exchange}WITH_{cipher}{chaining}_{hash}";
    }

    [GeneratedRegex("^(?<exchange>(?:(?:ECDHE|DHE)-(?:RSA|ECDSA)-)?)(?<cipher>AES128|AES256|CHACHA20-POLY1305)(?:-(?<mode>GCM|CCM8|CCM))?(?:-(?<hash>SHA|SHA256|SHA384))?$", RegexOptions.ExplicitCapture)]
    private static partial Regex OpenSslName();
}
