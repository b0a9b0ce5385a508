using System.Globalization;
using Ironic.Rest.Errors;
using Microsoft.AspNetCore.Http;

namespace Ironic.Rest.Versions;

/// <summary>Which microversion a request speaks.</summary>
/// <param name="Minor">The minor number.</param>
/// <param name="ByLegacyHeader">Whether Ironic's own header named it.</param>
internal readonly record struct NegotiatedVersion(int Minor, bool ByLegacyHeader)
{
    private const int WithoutJsonSuffix = 91;

    /// <summary>Whether a suffix <c>.json</c> of the path stands for the format, as it did for older clients of Ironic's own header.</summary>
    public bool HasJsonSuffix => ByLegacyHeader && Minor < WithoutJsonSuffix;
}

/// <summary>Chooses the microversion by OpenStack's common header, else by Ironic's own one, else the oldest.</summary>
internal sealed class VersionNegotiator(int maximum)
{
    public const string StandardHeader = "OpenStack-API-Version";
    public const string LegacyHeader = "X-OpenStack-Ironic-API-Version";
    public const string MinimumHeader = "X-OpenStack-Ironic-API-Minimum-Version";
    public const string MaximumHeader = "X-OpenStack-Ironic-API-Maximum-Version";

    private const string ServiceType = "baremetal";

    /// <summary>The newest microversion that is served.</summary>
    public int Maximum { get; } = maximum;

    /// <exception cref="RestException">406: the version is none, or out of range. The shape is the router's.</exception>
    public NegotiatedVersion Negotiate(IHeaderDictionary headers)
    {
        var legacy = headers[LegacyHeader];
        if (headers[StandardHeader] is { Count: > 0 } standard && FindStandard(standard.ToString()) is { } named)
            return new NegotiatedVersion(Parse(named), ByLegacyHeader: legacy.Count > 0);
        if (legacy.Count == 0)
            return new NegotiatedVersion(Microversion.Minimum, ByLegacyHeader: false);
        // Of several values the last one counts, as for the common header.
        var text = legacy.ToString();
        return new NegotiatedVersion(Parse(text[(text.LastIndexOf(',') + 1)..]), ByLegacyHeader: true);
    }

    /// <summary>Reads a version as Python's int would its halves: spaces, signs, leading zeros and single underscores count as nothing.</summary>
    internal int Parse(string text)
    {
        text = text.Trim();
        if (text.Equals("latest", StringComparison.OrdinalIgnoreCase))
            return Maximum;
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0 || !PythonInteger.TryParse(text.AsSpan(0, dot), out var major) || !PythonInteger.TryParse(text.AsSpan(dot + 1), out var minor))
            throw RestException.Router(406, $"Invalid value for {LegacyHeader} header");
        if (major != Microversion.Major || minor < Microversion.Minimum || minor > Maximum)
        {
            throw new RestException(
                406,
                string.Create(CultureInfo.InvariantCulture, $"Version {major}.{minor} was requested, which is not supported by this service. The supported version range is: [{Microversion.Text(Microversion.Minimum)}, {Microversion.Text(Maximum)}]."),
                ErrorShape.Router)
            { HasVersionRange = true };
        }

        return (int)minor;
    }

    private static string? FindStandard(string header)
    {
        string? found = null;
        foreach (var value in header.Split(','))
        {
            var part = value.AsSpan().Trim();
            var space = part.IndexOfAny(' ', '\t');
            if (space > 0 && part[..space].Equals(ServiceType, StringComparison.OrdinalIgnoreCase))
                found = new string(part[space..].Trim());
        }

        return found;
    }
}
