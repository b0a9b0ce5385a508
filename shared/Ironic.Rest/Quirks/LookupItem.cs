using Ironic.Rest.Errors;
using Ironic.Rest.Routing;

namespace Ironic.Rest.Quirks;

/// <summary>What follows the lookup in a path is read as one of its items, which cannot be asked for.</summary>
internal sealed class LookupItem : RestQuirk
{
    public override string Name => "lookup-item";

    public override RestException? RefuseUnrouted(in QuirkRequest request, RouteFailure failure, Router router) =>
        request is { Verb: "GET", Segments: ["lookup", _] } ? RestException.Router(405) : null;
}
