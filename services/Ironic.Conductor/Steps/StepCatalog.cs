using Ironic.Conductor.Deploy;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Tasks;
using Ironic.Driver.V1;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Steps;

/// <summary>A step that a node's driver, or the conductor itself, offers.</summary>
/// <param name="Step">With the priority that this system gives it.</param>
/// <param name="Arguments">What it takes.</param>
internal sealed record OfferedStep(NodeStep Step, IReadOnlyList<StepArgument> Arguments);

/// <summary>
/// The steps that the drivers of a node's interfaces offer, and those of the conductor's own interfaces. A driver that is gone makes it fail
/// (DRIVER_UNAVAILABLE): a flow must not do without its steps.
/// </summary>
internal sealed class StepCatalog(OwnDeployInterfaces own, IOptions<StepOptions> options)
{
    // Of steps with the same priority those of the first interface come first. All interfaces can have verify steps.
    private static readonly InterfaceType[] Verifying =
    [
        InterfaceType.Power, InterfaceType.Management, InterfaceType.Firmware, InterfaceType.Inspect, InterfaceType.Deploy, InterfaceType.Boot, InterfaceType.Bios,
        InterfaceType.Raid, InterfaceType.Vendor, InterfaceType.Network, InterfaceType.Storage, InterfaceType.Console, InterfaceType.Rescue,
    ];

    private readonly StepOptions _options = options.Value;

    /// <summary>Everything that can run in the flow, without order.</summary>
    public IReadOnlyList<OfferedStep> List(NodeTask task, StepFlowKind flow) => List(task, flow.Kind, flow.Interfaces);

    /// <summary>Whether a ramdisk has to be booted for steps. One that nobody offers yet, the ramdisk may.</summary>
    public bool NeedRamdisk(NodeTask task, StepFlowKind flow, IReadOnlyList<NodeStep> steps)
    {
        var offered = List(task, flow).ToDictionary(each => each.Step.Id, each => each.Step.RequiresRamdisk);
        return steps.Any(step => step is { IsReserved: false, ExecuteOnChildNodes: false } && offered.GetValueOrDefault(step.Id, defaultValue: true));
    }

    /// <summary>What runs in the flow without being asked for, in its order.</summary>
    public IReadOnlyList<NodeStep> ListAutomated(NodeTask task, StepFlowKind flow) =>
        Order(List(task, flow).Select(offered => offered.Step).Where(step => step.Priority > 0 && !_options.Disallowed(flow.Kind).Contains(step.Id)), flow);

    /// <summary>What runs when a node's properties are verified, in its order.</summary>
    public IReadOnlyList<NodeStep> ListVerifying(NodeTask task) => Order(List(task, StepKind.Verify, Verifying).Select(offered => offered.Step).Where(step => step.Priority > 0), Verifying);

    /// <summary>By priority; of those that have the same, by interface.</summary>
    public static IReadOnlyList<NodeStep> Order(IEnumerable<NodeStep> steps, StepFlowKind flow) => Order(steps, flow.Interfaces);

    private static List<NodeStep> Order(IEnumerable<NodeStep> steps, IReadOnlyList<InterfaceType> interfaces)
    {
        var ranks = interfaces.Select((type, rank) => (InterfaceTypes.Get(type).Name, rank)).ToDictionary(pair => pair.Name, pair => pair.rank);
        return [.. steps.OrderByDescending(step => step.Priority).ThenBy(step => ranks.GetValueOrDefault(step.Interface, int.MaxValue))];
    }

    private List<OfferedStep> List(NodeTask task, StepKind kind, IReadOnlyList<InterfaceType> interfaces)
    {
        var overrides = _options.PriorityOverrides(kind);
        var steps = new List<OfferedStep>();
        foreach (var type in interfaces)
        {
            var name = InterfaceTypes.Get(type);
            IReadOnlyList<Step> all = task.FindServed(type) is { } served ? served.Description.Steps : own.ListSteps(task.Node, type);
            foreach (var step in all.Where(step => step.Kinds.Contains(kind)))
            {
                var offered = new NodeStep { Interface = name.Name, Name = step.Name, Abortable = step.Abortable, RequiresRamdisk = step.RequiresRamdisk };
                // In servicing nothing runs by itself.
                var priority = kind == StepKind.Service ? 0 : step.Priority;
                steps.Add(new OfferedStep(offered with { Priority = overrides.GetValueOrDefault(offered.Id, priority) }, step.Arguments));
            }
        }

        return steps;
    }
}
