using Ironic.Rest.Errors;
using Ironic.Rest.Requests;
using Ironic.Rest.Routing;

namespace Ironic.Rest.Quirks;

/// <summary>The lists of what belongs to a node or a port group know that one by its UUID only; by its name it is not found.</summary>
internal sealed class ParentByUuid : RestQuirk
{
    public override string Name => "parent-by-uuid";

    public override RestException? Refuse(in QuirkRequest request, Router router)
    {
        var isList = request.Segments is
            ["nodes", _, "ports" or "portgroups", ..] or ["nodes", _, "volume", "connectors" or "targets", ..] or ["portgroups", _, "ports", ..];
        if (!isList || request.Verb != "GET" || !Scalars.IsLogicalName(request.Segments[1]) || Scalars.CanonicalUuid(request.Segments[1]) is not null)
            return null;
        // What is below a single item is refused for another reason.
        if (router.Match(request.Verb, request.Segments).Failure is not null)
            return null;
        var noun = request.Segments[0] == "nodes" ? "Node" : "Portgroup";
        return new RestException(404, $"{noun} {request.Segments[1]} could not be found.");
    }
}
