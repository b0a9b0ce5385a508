using System.Collections.Frozen;
using Ironic.Rest.Errors;
using Ironic.Rest.Requests;
using Ironic.Rest.Routing;

namespace Ironic.Rest.Quirks;

/// <summary>Words below a node are also taken for such below the collection, so no node can be reached by a name that is one of them.</summary>
internal sealed class ReservedNodeIdents : RestQuirk
{
    private static readonly FrozenSet<string> NeedNode = new[] { "states", "vendor_passthru" }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> NotReadable = new[] { "maintenance", "management" }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Unknown = new[]
    {
        "ports", "portgroups", "vifs", "volume", "traits", "bios", "allocation", "history", "inventory", "children", "firmware", "vmedia",
    }.ToFrozenSet(StringComparer.Ordinal);

    public override string Name => "reserved-node-idents";

    public override RestException? Refuse(in QuirkRequest request, Router router)
    {
        if (request.Segments is not ["nodes", var ident, ..])
            return null;
        if (NeedNode.Contains(ident))
            return RestException.Missing(NodeIdent.ParameterName);
        return NotReadable.Contains(ident) ? RestException.Router(405) : Unknown.Contains(ident) ? RestException.Router(404) : null;
    }
}
