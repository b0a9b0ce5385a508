using Ironic.Rest.Plans;
using Ironic.Rest.Routing;

namespace Ironic.Rest.Quirks;

/// <summary>One more segment after a resource that can show chosen fields is read as its parameter <c>fields</c>.</summary>
internal sealed class PositionalFields : RestQuirk
{
    public override string Name => "positional-fields";

    public override QuirkRequest? Rewrite(in QuirkRequest request, RouteFailure failure, Router router)
    {
        if (failure != RouteFailure.NotFound || request.Verb != "GET" || request.Segments.Length < 3)
            return null;
        var resource = request.Segments[..^1];
        if (router.Match("GET", resource) is not { Failure: null, Route: { CanTakeFields: true } route } || !EndsWithParameter(route))
            return null;
        var fields = "fields=" + Uri.EscapeDataString(request.Segments[^1]);
        return request with { Segments = resource, Query = request.Query.Length == 0 ? fields : $"{request.Query}&{fields}" };
    }

    private static bool EndsWithParameter(RoutePlan route) => route.Template.Segments[^1].IsParameter;
}
