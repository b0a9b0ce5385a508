using Ironic.Rest.Plans;

namespace Ironic.Rest.Routing;

/// <summary>A path of google.api.http: literals and {parameters}, each a whole segment.</summary>
internal sealed class PathTemplate
{
    private const string VersionPrefix = "/v1/";

    private PathTemplate(string text, PathSegment[] segments) => (Text, Segments) = (text, segments);

    /// <summary>The template as it was written.</summary>
    public string Text { get; }

    /// <summary>The segments; without the version prefix where there is one.</summary>
    public PathSegment[] Segments { get; }

    /// <summary>Whether the path is below /v1. Others are no part of Ironic's own API.</summary>
    public bool HasVersion => Text.StartsWith(VersionPrefix, StringComparison.Ordinal);

    /// <summary>Reads a template.</summary>
    /// <exception cref="ContractException">It is no path below the root, or uses a part of the syntax that no route needs: wildcards, verbs, nested fields.</exception>
    public static PathTemplate Parse(string text)
    {
        if (!text.StartsWith('/'))
            throw new ContractException($"The path {text} does not begin with a slash.");
        var below = text.StartsWith(VersionPrefix, StringComparison.Ordinal) ? text[VersionPrefix.Length..] : text[1..];
        return new PathTemplate(text, [.. below.Split('/').Select(segment => ParseSegment(text, segment))]);
    }

    private static PathSegment ParseSegment(string path, string segment)
    {
        if (segment is ['{', .. var name, '}'] && name.Length > 0 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_'))
            return new PathSegment(name, true);
        if (segment.Length == 0 || segment.AsSpan().IndexOfAny("{}*:") >= 0)
            throw new ContractException($"The path {path} has the segment '{segment}', which is neither a literal nor one {{field}}.");
        return new PathSegment(segment, false);
    }
}

/// <summary>One segment: a literal, or the name of the field that takes it.</summary>
internal readonly record struct PathSegment(string Text, bool IsParameter);
