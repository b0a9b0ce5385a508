using Ironic.Rest.Plans;

namespace Ironic.Rest.Requests;

/// <summary>A request whose route and microversion are known.</summary>
/// <param name="Route">Its route.</param>
/// <param name="PathValues">The values of the path's parameters, in the order of the path.</param>
/// <param name="Version">Minor number of its microversion.</param>
/// <param name="Verb">Its HTTP verb.</param>
/// <param name="Query">Its query, as it was sent.</param>
/// <param name="Body">Its body.</param>
internal sealed record RequestContext(RoutePlan Route, string[] PathValues, int Version, string Verb, string Query, RequestBody Body)
{
    /// <summary>Whether the resource is shown as its summary, in full, or with chosen fields.</summary>
    public ViewChoice View { get; set; }

    /// <summary>Names that <c>fields</c> had and the resource has not. Whether it exists is said first.</summary>
    public string[] UnknownFields { get; set; } = [];

    /// <summary>What the caller wants to see of the resource; null when the answer is none.</summary>
    public MessageView? ResourceView { get; set; }

    /// <summary>Parameters that the next page keeps, as parts of its query.</summary>
    public NextLinkParts Next { get; } = new();

    /// <summary>The path's segments and the query, with another value for the last path parameter.</summary>
    public RequestContext WithLastPathValue(string value) => new(Route, [.. PathValues[..^1], value], Version, Verb, Query, Body);
}

/// <summary>How much of a resource is shown.</summary>
internal enum ViewChoice
{
    Full,
    Summary,
    Fields,
}

/// <summary>The query of a <c>next</c> link, as far as the request decides it.</summary>
internal sealed class NextLinkParts
{
    public string SortKey { get; set; } = "id";

    public string SortDirection { get; set; } = "asc";

    /// <summary>Filters that go on, as name=value.</summary>
    public List<string> Kept { get; } = [];

    public bool Detail { get; set; }

    /// <summary>The value of <c>fields</c>; null when the link has none.</summary>
    public string? Fields { get; set; }
}
