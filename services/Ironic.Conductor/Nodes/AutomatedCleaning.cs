using Ironic.Api.V1;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Tasks;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Nodes;

/// <summary>The steps that a node runs through before it becomes available.</summary>
internal static class AutomatedCleaning
{
    private static readonly InterfaceType[] TakingPart =
        [InterfaceType.Vendor, InterfaceType.Power, InterfaceType.Management, InterfaceType.Firmware, InterfaceType.Deploy, InterfaceType.Bios, InterfaceType.Raid];

    /// <summary>A node whose driver offers automated clean steps must not become available without them: steps cannot be run yet.</summary>
    /// <exception cref="IronicException">NOT_IMPLEMENTED.</exception>
    public static void CheckNothingToDo(NodeTask task)
    {
        var steps = from type in TakingPart
                    let name = InterfaceTypes.Get(type).Get(task.Node)
                    where name is not null
                    from step in task.Driver.Find(type, name)?.Steps ?? []
                    where step.Priority > 0 && step.Kinds.Contains(StepKind.Clean)
                    select $"{InterfaceTypes.Get(type).Name}.{step.Name}";
        var names = string.Join(", ", steps);
        if (names.Length > 0)
            throw new IronicException(ErrorReason.NotImplemented, $"This version cannot run clean steps, and the node's driver has: {names}.");
    }
}
