using Ironic.Rest.Errors;
using Ironic.Rest.Plans;
using Ironic.Rest.Requests;
using Ironic.Rest.Routing;

namespace Ironic.Rest.Quirks;

/// <summary>What follows a collection in the path of a POST is read as the new resource, which then is no object.</summary>
internal sealed class PositionalBody : RestQuirk
{
    public override string Name => "positional-body";

    public override RestException? RefuseUnrouted(in QuirkRequest request, RouteFailure failure, Router router)
    {
        // Behind an item only what is no resource of its own gets so far: an unknown word, and the one that stands for an action.
        var isReadAsBody = request.Segments.Length == 2 ||
            (request.Segments.Length == 3 && (failure == RouteFailure.NotFound || request.Segments[2] == "validate"));
        if (request.Verb != "POST" || !isReadAsBody)
            return null;
        return router.Match("POST", request.Segments.AsSpan(0, 1)) is { Failure: null, Route: { Body: BodyKind.Message } route }
            ? RestException.Schema(route.SchemaName, $"{Literals.Quoted(request.Segments[1])} is not of type 'object'")
            : null;
    }
}
