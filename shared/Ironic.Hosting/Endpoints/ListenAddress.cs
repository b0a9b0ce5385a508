using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Ironic.Hosting.Endpoints;

/// <summary>
/// Where a server listens, as an operator writes it: <c>http://127.0.0.1:6385</c>, <c>https://*:6385</c>, <c>http://[::1]:0</c> or
/// <c>unix:/run/ironic/api.sock</c>. A host is an IP address, <c>localhost</c> (127.0.0.1) or <c>*</c> (every address); names are
/// not looked up. Port 0 lets the system choose.
/// </summary>
public sealed class ListenAddress
{
    private ListenAddress(string text, EndPoint endPoint, bool secure)
    {
        Text = text;
        EndPoint = endPoint;
        IsSecure = secure;
    }

    /// <summary>The text that was parsed.</summary>
    public string Text { get; }

    /// <summary>An <see cref="IPEndPoint"/> or a <see cref="UnixDomainSocketEndPoint"/>.</summary>
    public EndPoint EndPoint { get; }

    /// <summary>TLS is spoken.</summary>
    public bool IsSecure { get; }

    /// <summary>The path of a unix socket, else null.</summary>
    public string? SocketPath => EndPoint is UnixDomainSocketEndPoint ? Text[UnixPrefixLength(Text)..] : null;

    /// <summary>Reads an address.</summary>
    /// <exception cref="FormatException">The text is no address; the message says what is wrong and what is expected.</exception>
    public static ListenAddress Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            throw new FormatException("an address is required, such as http://127.0.0.1:6385");
        if (UnixPrefixLength(text) is > 0 and var length)
        {
            var path = text[length..];
            return Path.IsPathRooted(path)
                ? new ListenAddress(text, new UnixDomainSocketEndPoint(path), secure: false)
                : throw new FormatException($"'{text}' needs an absolute path, such as unix:/run/ironic.sock");
        }

        var separator = text.IndexOf("://", StringComparison.Ordinal);
        var scheme = separator < 0 ? "" : text[..separator];
        if (scheme is not ("http" or "https"))
            throw new FormatException($"'{text}' is no address; it begins with http://, https:// or unix:");
        var rest = text[(separator + 3)..].TrimEnd('/');
        var colon = rest.LastIndexOf(':');
        var host = colon < 0 ? rest : rest[..colon];
        if (colon < 0 || !ushort.TryParse(rest.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            throw new FormatException($"'{text}' needs a port from 0 to 65535");
        var address = host switch
        {
            "localhost" => IPAddress.Loopback,
            "*" or "+" => Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any,
            _ when IPAddress.TryParse(host.Trim('[', ']'), out var literal) => literal,
            _ => throw new FormatException($"'{text}' needs an IP address, localhost or * as its host"),
        };
        return new ListenAddress(text, new IPEndPoint(address, port), scheme == "https");
    }

    /// <summary>What is wrong with a text that shall be an address; null when nothing is.</summary>
    public static string? FindMistake(string? text)
    {
        try
        {
            Parse(text);
            return null;
        }
        catch (FormatException e)
        {
            return e.Message;
        }
    }

    /// <summary>The address as a URL with the port that the system chose.</summary>
    internal string ToUrl(EndPoint bound)
    {
        if (bound is not IPEndPoint ip)
            return Text;
        var host = ip.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{ip.Address}]" : ip.Address.ToString();
        return string.Create(CultureInfo.InvariantCulture, $"{(IsSecure ? "https" : "http")}://{host}:{ip.Port}");
    }

    // "unix:/path" and "unix:///path" are the same.
    private static int UnixPrefixLength(string text) =>
        text.StartsWith("unix:///", StringComparison.Ordinal) ? "unix://".Length : text.StartsWith("unix:", StringComparison.Ordinal) ? "unix:".Length : 0;
}
