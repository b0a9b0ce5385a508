using System.Collections.Frozen;
using Ironic.Rest.Errors;
using Ironic.Rest.Routing;

namespace Ironic.Rest.Quirks;

/// <summary>
/// Below a resource there are lists of what belongs to it, and nothing else: neither a single item of theirs nor a verb that changes
/// one. The path is understood all the same, and is called malformed; some resources look for the item before they say so.
/// </summary>
internal sealed class ItemBelowParent : RestQuirk
{
    private static readonly FrozenSet<string> LookFirst = new[] { "portgroups", "volume/connectors", "volume/targets" }.ToFrozenSet(StringComparer.Ordinal);

    public override string Name => "item-below-parent";

    public override QuirkRequest? Rewrite(in QuirkRequest request, RouteFailure failure, Router router)
    {
        if (FindList(request, router) is not { } list || !LookFirst.Contains(string.Join('/', list.Path)) || list.Item is null)
            return null;
        string[] item = [.. list.Path, list.Item];
        return router.Match("GET", item).Failure is null
            ? new QuirkRequest("GET", item, "", HasTrailingSlash: false) { RefusedIfFound = Malformed() }
            : null;
    }

    public override RestException? RefuseUnrouted(in QuirkRequest request, RouteFailure failure, Router router) =>
        FindList(request, router) is null ? null : Malformed();

    private static RestException Malformed() => RestException.BadRequest("The resource cannot be reached by this path: below another one it can only be listed.");

    // The list that the path leads to, as the path of its collection, and the item after it.
    private static (string[] Path, string? Item)? FindList(in QuirkRequest request, Router router)
    {
        for (var length = Math.Min(request.Segments.Length, 4); length >= 3; length--)
        {
            var list = request.Segments[..length];
            if (router.Match("GET", list) is not { Failure: null, Route: { Method.List.Message.Resource.Collection: { } collection } } || !IsBelowParent(list, collection))
                continue;
            var path = collection.Split('/');
            var item = request.Segments.Length > length ? request.Segments[length] : null;
            // The verb must be one that the collection, or its items, know.
            string[] known = request.Verb == "POST" ? path : [.. path, item ?? "x"];
            return router.Match(request.Verb, known).Failure is null ? (path, item) : null;
        }

        return null;
    }

    private static bool IsBelowParent(string[] list, string collection) =>
        list.Length == collection.Count(letter => letter == '/') + 3 && string.Join('/', list[2..]) == collection;
}
