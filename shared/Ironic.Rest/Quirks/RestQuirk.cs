using Ironic.Rest.Errors;
using Ironic.Rest.Routing;

namespace Ironic.Rest.Quirks;

/// <summary>A request on its way to a route.</summary>
/// <param name="Verb">Its HTTP verb.</param>
/// <param name="Segments">The path below the version prefix.</param>
/// <param name="Query">Its query.</param>
/// <param name="HasTrailingSlash">Whether the path ended with a slash.</param>
internal readonly record struct QuirkRequest(string Verb, string[] Segments, string Query, bool HasTrailingSlash)
{
    /// <summary>How the request is refused once it has turned out that what it names exists; null when it is not.</summary>
    public RestException? RefusedIfFound { get; init; }
}

/// <summary>
/// A habit of Ironic's API that comes from how it was built and not from what it offers, and that clients may have come to rely on.
/// What an option of the contract can say is none. Every quirk is listed in docs/compatibility.md.
/// </summary>
internal abstract class RestQuirk
{
    /// <summary>Its name in the documentation.</summary>
    public abstract string Name { get; }

    /// <summary>Looks at a request before it is routed.</summary>
    /// <returns>The refusal of the request; null when the quirk does not concern it.</returns>
    public virtual RestException? Refuse(in QuirkRequest request, Router router) => null;

    /// <summary>Looks at a request that has no route.</summary>
    /// <returns>The request that it means instead; null when the quirk does not concern it.</returns>
    public virtual QuirkRequest? Rewrite(in QuirkRequest request, RouteFailure failure, Router router) => null;

    /// <summary>Looks at a request that still has no route.</summary>
    /// <returns>The refusal instead of the usual one; null when the quirk does not concern it.</returns>
    public virtual RestException? RefuseUnrouted(in QuirkRequest request, RouteFailure failure, Router router) => null;
}
