using Ironic.Api.V1;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Tasks;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Networks;

/// <summary>
/// The VIFs of nodes, as their network interfaces have them. The conductor has one, <c>noop</c>: it takes what it is told, and keeps nothing.
/// </summary>
internal sealed class NodeVifs(TaskManager tasks, DriverCalls calls)
{
    private const string Noop = "noop";

    private static readonly InterfaceKind Network = InterfaceTypes.Get(InterfaceType.Network);

    /// <exception cref="IronicException">NODE_NOT_FOUND, NO_VALID_HOST_FOR_NODE, UNSUPPORTED_DRIVER_EXTENSION.</exception>
    public async Task<IReadOnlyList<Vif>> ListAsync(string ident, CancellationToken cancellationToken)
    {
        await using var task = await tasks.OpenSharedAsync(ident, cancellationToken);
        await PrepareAsync(task, cancellationToken);
        return [];
    }

    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE, NODE_LOCKED and as <see cref="ListAsync"/>.</exception>
    public async Task AttachAsync(string ident, VifAttachment vif, CancellationToken cancellationToken)
    {
        CheckIdent(vif.Id, "id");
        JsonTexts.ReadObject(vif.Details, "details");
        await using var task = await tasks.OpenSharedAsync(ident, cancellationToken);
        if (vif.HasPortUuid && vif.HasPortgroupUuid)
            throw Invalid("Cannot specify both port_uuid and portgroup_uuid");
        await task.UpgradeAsync(cancellationToken);
        await PrepareAsync(task, cancellationToken);
    }

    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE, NODE_LOCKED and as <see cref="ListAsync"/>.</exception>
    public async Task DetachAsync(string ident, string vif, CancellationToken cancellationToken)
    {
        CheckIdent(vif, "vif_id");
        await using var task = await tasks.OpenExclusiveAsync(ident, cancellationToken);
        await PrepareAsync(task, cancellationToken);
    }

    private static void CheckIdent(string ident, string field)
    {
        if (NodeIdent.TryParseUuid(ident) is null && !NodeIdent.IsLogicalName(ident))
            throw Invalid($"Expected UUID or name for {field}: {ident}");
    }

    private static IronicException Invalid(string message) => new(ErrorReason.InvalidParameterValue, message);

    private async Task PrepareAsync(NodeTask task, CancellationToken cancellationToken)
    {
        await task.LoadDriverAsync(cancellationToken, ErrorReason.NoValidHostForNode);
        await calls.ValidateAsync(task, Network, cancellationToken);
        // The contract of drivers has no calls for networks, so nobody but the conductor can do something with a VIF.
        if (task.Node.NetworkInterface != Noop)
            throw new IronicException(ErrorReason.UnsupportedDriverExtension, $"The network interface {task.Node.NetworkInterface} of node {task.Node.Uuid} does not support VIFs.");
    }
}
