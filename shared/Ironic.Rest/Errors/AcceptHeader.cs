using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Ironic.Rest.Errors;

/// <summary>The forms that an error of the router can take inside of its JSON envelope.</summary>
internal enum ErrorFormat
{
    Json,
    Html,
    Text,
}

/// <summary>What a request accepts. Only JSON, and of a stream server-sent events, is ever a success; the router's errors know HTML and plain text, too.</summary>
internal static class AcceptHeader
{
    /// <summary>Whether the caller takes JSON at all. No header, or an empty one, takes everything.</summary>
    public static bool AcceptsJson(StringValues accept) =>
        TakesEverything(accept) || (MediaTypeHeaderValue.TryParseList(accept, out var ranges) && Quality(ranges, "application", "json") > 0);

    /// <summary>Whether the caller takes server-sent events.</summary>
    public static bool AcceptsEvents(StringValues accept) =>
        TakesEverything(accept) || (MediaTypeHeaderValue.TryParseList(accept, out var ranges) && Quality(ranges, "text", "event-stream") > 0);

    /// <summary>The form of a router's error: the better liked one of HTML and JSON, HTML when both are liked the same, else plain text.</summary>
    public static ErrorFormat FormatOf(StringValues accept)
    {
        if (accept.Count == 0 || accept == "*/*")
            return ErrorFormat.Json;
        if (!MediaTypeHeaderValue.TryParseList(accept, out var ranges))
            return ErrorFormat.Text;
        var html = Quality(ranges, "text", "html");
        var json = Quality(ranges, "application", "json");
        return html <= 0 && json <= 0 ? ErrorFormat.Text : html >= json ? ErrorFormat.Html : ErrorFormat.Json;
    }

    private static bool TakesEverything(StringValues accept) => accept.Count == 0 || (accept.Count == 1 && (string.IsNullOrWhiteSpace(accept[0]) || accept[0] == "*/*"));

    // The most specific range decides, as RFC 9110 says.
    private static double Quality(IList<MediaTypeHeaderValue> ranges, string type, string subtype)
    {
        var quality = 0.0;
        var best = -1;
        foreach (var range in ranges)
        {
            var specificity = range.MatchesAllTypes ? 0
                : !range.Type.Equals(type, StringComparison.OrdinalIgnoreCase) ? -1
                : range.MatchesAllSubTypes ? 1
                : range.SubType.Equals(subtype, StringComparison.OrdinalIgnoreCase) ? 2
                : -1;
            if (specificity > best)
                (best, quality) = (specificity, range.Quality ?? 1.0);
        }

        return quality;
    }
}
