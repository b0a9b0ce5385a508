using Ironic.Conductor.Nodes;
using Ironic.Conductor.Ramdisks;
using Ironic.Conductor.Storage;
using Ironic.Driver.V1;
using Ironic.Types.V1;

namespace Ironic.Conductor.Drivers;

/// <summary>The node as a driver sees it: with its secrets, without the conductor's own affairs.</summary>
internal static class NodeContexts
{
    public static NodeContext From(NodeRow node)
    {
        var context = new NodeContext
        {
            Uuid = node.Uuid,
            Name = node.Name ?? "",
            Driver = node.Driver,
            DriverInfo = Json(node.DriverInfo),
            // The agent's token is for the conductor alone.
            DriverInternalInfo = Json(AgentRecord.WithoutToken(node.DriverInternalInfo)),
            Properties = Json(node.Properties),
            InstanceInfo = Json(node.InstanceInfo),
            TargetRaidConfig = Json(node.TargetRaidConfig),
            PowerState = PowerStates.ToDriver(node.PowerState),
            DisablePowerOff = node.DisablePowerOff,
        };
        foreach (var kind in InterfaceTypes.All)
        {
            if (kind.Get(node) is { } name)
                context.Interfaces[kind.Name] = name;
        }

        return context;
    }

    private static Json? Json(string? text) => text is null ? null : new Json { Text = text };
}
