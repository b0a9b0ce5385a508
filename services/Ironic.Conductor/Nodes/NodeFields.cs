using Ironic.Api.V1;
using Ironic.Conductor.Patches;
using Ironic.Conductor.Storage;

namespace Ironic.Conductor.Nodes;

/// <summary>The fields of nodes.</summary>
internal static class NodeFields
{
    public static ResourceFields<NodeRow> All { get; } = new(Node.Descriptor);
}
