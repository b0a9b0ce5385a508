using Ironic.Api.V1;
using Ironic.Conductor.Storage;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Nodes;

/// <summary>Finds what a node points to, and the nodes that others point to.</summary>
internal sealed class NodeReferences(NodeStore nodes, ChassisStore chassis)
{
    /// <summary>A node that the body of a request names by UUID or name.</summary>
    /// <exception cref="IronicException">REFERENCE_NOT_FOUND.</exception>
    public async Task<NodeRow> FindNodeAsync(string ident, CancellationToken cancellationToken)
    {
        var node = NodeIdent.TryParseUuid(ident) is { } uuid
            ? await nodes.FindByUuidAsync(uuid, cancellationToken)
            : await nodes.FindByNameAsync(ident, cancellationToken);
        return node ?? throw new IronicException(ErrorReason.ReferenceNotFound, $"Node {ident} could not be found.");
    }

    /// <summary>The UUID of a parent that is given by UUID or name.</summary>
    /// <exception cref="IronicException">REFERENCE_NOT_FOUND.</exception>
    public async Task<string> ResolveParentAsync(string ident, CancellationToken cancellationToken) => (await FindNodeAsync(ident, cancellationToken)).Uuid;

    /// <summary>The UUID of a chassis that is there now. That it stays there is the database's care.</summary>
    /// <exception cref="IronicException">INVALID_UUID, REFERENCE_NOT_FOUND.</exception>
    public async Task<string> ResolveChassisAsync(string uuid, CancellationToken cancellationToken)
    {
        var found = await chassis.FindByUuidAsync(NodeIdent.ParseUuid(uuid, "chassis_uuid"), cancellationToken);
        return found?.Uuid ?? throw new IronicException(ErrorReason.ReferenceNotFound, $"Chassis {uuid} could not be found.");
    }
}
