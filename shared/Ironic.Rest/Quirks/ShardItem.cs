using Ironic.Rest.Errors;
using Ironic.Rest.Routing;

namespace Ironic.Rest.Quirks;

/// <summary>A single shard is never found, which here is an answer of the method and not of the router.</summary>
internal sealed class ShardItem : RestQuirk
{
    public override string Name => "shard-item";

    public override RestException? RefuseUnrouted(in QuirkRequest request, RouteFailure failure, Router router) =>
        request is { Verb: "GET", Segments: ["shards", _] } ? new RestException(404, "The resource could not be found.") : null;
}
