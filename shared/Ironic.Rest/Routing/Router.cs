using Ironic.Rest.Plans;

namespace Ironic.Rest.Routing;

/// <summary>How a request found no route.</summary>
internal enum RouteFailure
{
    /// <summary>There is no such path.</summary>
    NotFound,

    /// <summary>The path is there, but not for this verb.</summary>
    MethodNotAllowed,

    /// <summary>The path with one more segment takes the verb: that parameter is missing.</summary>
    MissingParameter,
}

/// <summary>The route of a request, or why there is none.</summary>
/// <param name="Route">The route, or with <see cref="RouteFailure.MissingParameter"/> the one whose last parameter is missing.</param>
/// <param name="Failure">Null when the route was found.</param>
internal readonly record struct RouteMatch(RoutePlan? Route, RouteFailure? Failure);

/// <summary>
/// Finds routes by verb and path. Literals go before parameters; where the literal leads to no route of the verb, the parameter is
/// tried, so that a word can be a fixed resource for one verb and a name for another.
/// </summary>
internal sealed class Router
{
    private readonly Segment _root = new() { IsRoot = true };
    private readonly Segment _outside = new() { IsRoot = true };

    /// <exception cref="ContractException">Two routes have the same verb and path.</exception>
    public Router(IEnumerable<RoutePlan> routes)
    {
        foreach (var route in routes)
            Add(route);
    }

    /// <summary>Finds the route of a path, given as its segments below the version prefix.</summary>
    public RouteMatch Match(string verb, ReadOnlySpan<string> segments) => Match(_root, verb, segments);

    /// <summary>Finds the route of a path that is not below the version prefix, among those that shall not be.</summary>
    public RouteMatch MatchOutside(string verb, ReadOnlySpan<string> segments) => Match(_outside, verb, segments);

    private static RouteMatch Match(Segment root, string verb, ReadOnlySpan<string> segments)
    {
        var search = new Search(verb);
        if (Find(root, segments, ref search) is { } route)
            return new RouteMatch(route, null);
        // A verb other than GET on a collection is meant for one of its items.
        if (search.ItemRoute is not null)
            return new RouteMatch(search.ItemRoute, RouteFailure.MissingParameter);
        return new RouteMatch(null, search.PathExists ? RouteFailure.MethodNotAllowed : RouteFailure.NotFound);
    }

    private static RoutePlan? Find(Segment at, ReadOnlySpan<string> segments, ref Search search)
    {
        if (segments.IsEmpty)
        {
            if (at.Routes.TryGetValue(search.Verb, out var found))
                return found;
            search.PathExists = true;
            if (search.Verb is not ("GET" or "HEAD") && at.Parameter?.Routes.GetValueOrDefault(search.Verb) is { } item)
                search.ItemRoute ??= item;
            return null;
        }

        if (at.Literals.TryGetValue(segments[0], out var literal) && Find(literal, segments[1..], ref search) is { } route)
            return route;
        if (at.Parameter is { } parameter)
            return Find(parameter, segments[1..], ref search);
        // A path that only groups others takes no verb at all, whatever follows it.
        if (literal is null && at.IsGroup)
            search.PathExists = true;
        return null;
    }

    private void Add(RoutePlan route)
    {
        var at = route.Template.HasVersion ? _root : _outside;
        foreach (var segment in route.Template.Segments)
        {
            if (segment.IsParameter)
            {
                at = at.Parameter ??= new Segment();
            }
            else
            {
                if (!at.Literals.TryGetValue(segment.Text, out var next))
                    at.Literals.Add(segment.Text, next = new Segment());
                at = next;
            }
        }

        if (!at.Routes.TryAdd(route.Verb, route))
            throw new ContractException($"{route.Verb} {route.Template.Text} is bound twice.");
    }

    private sealed class Segment
    {
        public Dictionary<string, Segment> Literals { get; } = new(StringComparer.Ordinal);

        public Segment? Parameter { get; set; }

        public Dictionary<string, RoutePlan> Routes { get; } = new(StringComparer.Ordinal);

        public bool IsRoot { get; init; }

        public bool IsGroup => !IsRoot && Routes.Count == 0;
    }

    private ref struct Search(string verb)
    {
        public string Verb { get; } = verb;

        public bool PathExists { get; set; }

        public RoutePlan? ItemRoute { get; set; }
    }
}
