using Ironic.Api.V1;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Provisioning;

/// <summary>What several verbs refuse.</summary>
internal static class ProvisionChecks
{
    public static IronicException InMaintenance(NodeRow node, string operation) =>
        new(ErrorReason.NodeInMaintenance, $"The {operation} operation can't be performed on node {node.Uuid} because it's in maintenance mode.");

    public static IronicException IsProtected(NodeRow node) =>
        new(ErrorReason.NodeProtected, $"Node {node.Uuid} is protected and can not be undeployed, rebuilt or deleted.");

    /// <summary>What the conductor's own interfaces do beside deployments takes a ramdisk, which this version cannot boot: better refused than begun.</summary>
    /// <exception cref="IronicException">UNSUPPORTED_DRIVER_EXTENSION.</exception>
    public static void Require(NodeTask task, InterfaceType type)
    {
        var kind = InterfaceTypes.Get(type);
        if (!FlowCalls.IsServed(task, type) && kind.Get(task.Node) is { } name && !BuiltInInterfaces.IsAbsent(type, name))
            throw new IronicException(ErrorReason.UnsupportedDriverExtension, $"The {kind.Name} interface {name} of node {task.Node.Uuid} is not available in this version.");
    }
}
