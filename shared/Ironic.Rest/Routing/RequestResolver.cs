using Ironic.Rest.Errors;
using Ironic.Rest.Plans;
using Ironic.Rest.Quirks;
using Ironic.Rest.Requests;
using Ironic.Rest.V1;

namespace Ironic.Rest.Routing;

/// <summary>A request with its route.</summary>
/// <param name="Route">The route.</param>
/// <param name="PathValues">The values of its path's parameters, in the order of the path.</param>
/// <param name="Query">The query.</param>
/// <param name="HasJsonSuffix">Whether <c>.json</c> was taken away from the last path parameter.</param>
/// <param name="RefusedIfFound">The answer instead of a success; null for that of the method.</param>
internal readonly record struct ResolvedRequest(RoutePlan Route, string[] PathValues, string Query, bool HasJsonSuffix, RestException? RefusedIfFound);

/// <summary>Finds the route of a request, with the help of the quirks.</summary>
internal sealed class RequestResolver(Router router, IReadOnlyList<RestQuirk> quirks)
{
    /// <summary>Resolves a request.</summary>
    /// <param name="verb">Its HTTP verb.</param>
    /// <param name="target">Its target.</param>
    /// <param name="version">Minor number of its microversion.</param>
    /// <param name="error">The refusal when there is no route.</param>
    /// <returns>The route; null when there is none.</returns>
    public ResolvedRequest? Resolve(string verb, RequestTarget target, int version, out RestException? error)
    {
        error = null;
        var request = new QuirkRequest(verb, target.Segments.ToArray(), target.Query, target.HasTrailingSlash);
        if (!target.HasVersion && router.MatchOutside(verb, request.Segments) is { Failure: not RouteFailure.NotFound } outside)
        {
            if (outside.Route is { } route && outside.Failure is null)
                return Capture(route, request, target.IsJsonSuffixStripped, out error);
            error = RestException.Router(405);
            return null;
        }

        foreach (var quirk in quirks)
        {
            if ((error = quirk.Refuse(request, router)) is not null)
                return null;
        }

        var match = LaterPaths.Hide(router.Match(verb, request.Segments), version);
        if (match.Failure is { } unrouted)
        {
            foreach (var quirk in quirks)
            {
                if (quirk.Rewrite(request, unrouted, router) is { } meant)
                {
                    request = meant;
                    match = router.Match(request.Verb, request.Segments);
                    break;
                }
            }
        }

        if (match.Failure is { } failure)
        {
            foreach (var quirk in quirks)
            {
                if ((error = quirk.RefuseUnrouted(request, failure, router)) is not null)
                    return null;
            }

            error = failure switch
            {
                RouteFailure.MissingParameter => RestException.Missing(NameOf(match.Route!.PathFields[^1])),
                RouteFailure.MethodNotAllowed => RestException.Router(405),
                _ => RestException.Router(404),
            };
            return null;
        }

        return Capture(match.Route!, request, target.IsJsonSuffixStripped, out error);
    }

    private static ResolvedRequest? Capture(RoutePlan route, in QuirkRequest request, bool jsonSuffixStripped, out RestException? error)
    {
        error = null;
        var values = route.PathFields.Length == 0 ? [] : new string[route.PathFields.Length];
        var next = 0;
        var template = route.Template.Segments;
        for (var index = 0; index < template.Length; index++)
        {
            if (!template[index].IsParameter)
                continue;
            var value = values[next] = request.Segments[index];
            if (IsMalformed(route.PathFields[next++], value, out var noun))
            {
                error = RestException.Router(400, $"Expected UUID or name for {noun}: {Literals.Cut(value)}");
                return null;
            }
        }

        return new ResolvedRequest(route, values, request.Query, jsonSuffixStripped && template[^1].IsParameter, request.RefusedIfFound);
    }

    // Ironic's router takes a path apart itself where a resource may have a name.
    private static bool IsMalformed(FieldPlan field, string value, out string noun)
    {
        noun = field.Rule.Format == Format.NodeIdent ? "node" : field.Name;
        return field.Rule.Format is Format.NodeIdent or Format.Ident && !Scalars.IsLogicalName(value) && Scalars.CanonicalUuid(value) is null;
    }

    private static string NameOf(FieldPlan field) => field.Rule.Format switch
    {
        Format.NodeIdent => NodeIdent.ParameterName,
        Format.Ident => field.Name + "_ident",
        _ => field.Name,
    };
}
