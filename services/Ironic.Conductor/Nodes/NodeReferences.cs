using Ironic.Api.V1;
using Ironic.Conductor.Storage;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Nodes;

/// <summary>Checks what a node points to.</summary>
internal sealed class NodeReferences(NodeStore nodes)
{
    /// <summary>The UUID of a parent that is given by UUID or name.</summary>
    /// <exception cref="IronicException">REFERENCE_NOT_FOUND.</exception>
    public async Task<string> ResolveParentAsync(string ident, CancellationToken cancellationToken)
    {
        var parent = NodeIdent.TryParseUuid(ident) is { } uuid
            ? await nodes.FindByUuidAsync(uuid, cancellationToken)
            : await nodes.FindByNameAsync(ident, cancellationToken);
        return parent?.Uuid ?? throw new IronicException(ErrorReason.ReferenceNotFound, $"Node {ident} could not be found.");
    }

    /// <exception cref="IronicException">REFERENCE_NOT_FOUND.</exception>
    public static void CheckChassis(string uuid) =>
        // There is no way to make a chassis yet, so none exists.
        throw new IronicException(ErrorReason.ReferenceNotFound, $"Chassis {uuid} could not be found.");
}
