using Ironic.Api.V1;
using Ironic.Conductor.Storage;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Drivers;

/// <summary>What the conductor's own implementations need of a node.</summary>
internal static class BuiltInValidation
{
    /// <exception cref="IronicException">UNSUPPORTED_DRIVER_EXTENSION where there is no such interface; MISSING_PARAMETER_VALUE for what is missing.</exception>
    public static void Validate(NodeRow node, InterfaceKind kind, string name)
    {
        if (BuiltInInterfaces.IsAbsent(kind.Type, name))
            throw new IronicException(ErrorReason.UnsupportedDriverExtension, $"Driver {node.Driver} does not support {kind.Name} (disabled or not implemented).");
        if (!BuiltInInterfaces.Has(kind.Type, name))
            throw new IronicException(ErrorReason.InterfaceNotFound, $"The {kind.Name} interface {name} of node {node.Uuid} is not available.");
        if (kind.Type is InterfaceType.Boot or InterfaceType.Deploy)
        {
            // Both boot a ramdisk over the network, by the MAC address of a port; no node has ports before the API has them.
            throw new IronicException(ErrorReason.MissingParameterValue, $"Node {node.Uuid} does not have any port associated with it.");
        }
    }
}
