using System.Text;
using Ironic.Rest.Wire;

namespace Ironic.Rest.Routing;

/// <summary>The path and query of a request, as the client sent them and decoded by the rules of OpenStack's servers.</summary>
internal sealed class RequestTarget
{
    private const string Version = "v1";

    private string[] _path;

    private RequestTarget(string[] path, bool trailingSlash, string query) => (_path, HasTrailingSlash, Query) = (path, trailingSlash, query);

    /// <summary>Whether the path is the server's root.</summary>
    public bool IsRoot => _path.Length == 0;

    /// <summary>Whether the path is nothing but slashes, more than one: the root by another name.</summary>
    public bool IsRootInSlashes => IsRoot && HasTrailingSlash;

    /// <summary>Whether the path is that of the version document.</summary>
    public bool IsVersionDocument => _path is [Version];

    /// <summary>
    /// The path's segments below the version prefix; a path without the prefix is routed as if it had it. Empty segments, from doubled
    /// slashes, are left out.
    /// </summary>
    public ReadOnlySpan<string> Segments => _path is [Version, ..] ? _path.AsSpan(1) : _path;

    /// <summary>Whether the path has the version prefix.</summary>
    public bool HasVersion => _path is [Version, ..];

    /// <summary>Whether the path ended with a slash.</summary>
    public bool HasTrailingSlash { get; }

    /// <summary>The query as it was sent, without its question mark.</summary>
    public string Query { get; }

    /// <summary>The suffix <c>.json</c> that <see cref="StripJsonSuffix"/> took away from the last segment.</summary>
    public bool IsJsonSuffixStripped { get; private set; }

    /// <summary>Reads a request target.</summary>
    /// <param name="raw">The target of the request line: a path with a query, or a whole URL.</param>
    /// <returns>Null when the path is not UTF-8.</returns>
    public static RequestTarget? Parse(string raw)
    {
        var start = raw.IndexOf("://", StringComparison.Ordinal) is var scheme and > 0 && !raw.StartsWith('/')
            ? raw.IndexOf('/', scheme + 3)
            : 0;
        var text = start < 0 ? "" : raw[start..];
        var mark = text.IndexOf('?', StringComparison.Ordinal);
        var path = mark < 0 ? text : text[..mark];
        if (Decode(path) is not { } decoded)
            return null;
        // Slashes that were encoded separate segments, too: the gateway interface that Ironic is written for decodes first.
        var segments = decoded.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return new RequestTarget(segments, decoded.Length > 1 && decoded.EndsWith('/'), mark < 0 ? "" : text[(mark + 1)..]);
    }

    /// <summary>Takes a suffix <c>.json</c> away from the last segment: older clients ask for the format that way.</summary>
    public void StripJsonSuffix()
    {
        if (_path is not [.., var last] || !last.EndsWith(JsonSuffix, StringComparison.Ordinal) || last.Length == JsonSuffix.Length)
            return;
        _path = [.. _path[..^1], last[..^JsonSuffix.Length]];
        IsJsonSuffixStripped = true;
    }

    /// <summary>The suffix that stands for the answer's format.</summary>
    public const string JsonSuffix = ".json";

    private static string? Decode(string path)
    {
        if (!path.Contains('%', StringComparison.Ordinal))
            return path;
        var bytes = new byte[path.Length * 3];
        var length = PercentEncoding.Decode(path, bytes, plusIsSpace: false);
        try
        {
            return WireWriter.StrictUtf8.GetString(bytes, 0, length);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
