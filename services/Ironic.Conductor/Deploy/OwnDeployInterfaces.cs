using Ironic.Api.V1;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Steps;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Deploy;

/// <summary>
/// The deploy interfaces that the conductor itself has, as far as they can do something in this version. No driver has one of their names
/// (SPEC.md, R-015), so that a node's <c>deploy_interface</c> says whose it is.
/// </summary>
internal sealed class OwnDeployInterfaces(IEnumerable<IOwnDeployInterface> interfaces)
{
    private static readonly InterfaceKind Kind = InterfaceTypes.Get(InterfaceType.Deploy);

    private readonly Dictionary<string, IOwnDeployInterface> _interfaces = interfaces.ToDictionary(each => each.Name, StringComparer.Ordinal);

    /// <summary>That of a node; null when its driver serves it, or nobody can do anything with it yet.</summary>
    public IOwnDeployInterface? Find(NodeRow node) => node.DeployInterface is { } name ? _interfaces.GetValueOrDefault(name) : null;

    /// <summary>The steps that the conductor itself offers for one of a node's interfaces.</summary>
    public IReadOnlyList<Step> ListSteps(NodeRow node, InterfaceType type) => type == Kind.Type && Find(node) is { } own ? own.Steps : [];

    /// <summary>Who runs a step of a node; null: a driver.</summary>
    public IOwnDeployInterface? FindOwner(NodeRow node, NodeStep step) =>
        step is { IsReserved: false, ExecuteOnChildNodes: false } && step.Interface == Kind.Name && Find(node) is { } own && own.Steps.Any(each => each.Name == step.Name) ? own : null;

    /// <summary>Refuses a node whose deploy interface brings no instance onto it: better refused than begun.</summary>
    /// <exception cref="IronicException">UNSUPPORTED_DRIVER_EXTENSION.</exception>
    public void Require(NodeTask task)
    {
        if (Find(task.Node) is { } own)
            own.Require(task);
        else if (!FlowCalls.IsServed(task, Kind.Type))
            throw new IronicException(ErrorReason.UnsupportedDriverExtension, $"The deploy interface {task.Node.DeployInterface} of node {task.Node.Uuid} is not available in this version.");
    }

    /// <summary>Refuses a node whose deploy interface cannot boot the agent's ramdisk, for a flow that needs it.</summary>
    /// <param name="flow">What cannot be done without, for the message.</param>
    /// <exception cref="IronicException">UNSUPPORTED_DRIVER_EXTENSION.</exception>
    public void RequireAgent(NodeTask task, string flow)
    {
        if (Find(task.Node) is { } own)
            throw NoAgent(task.Node, own.Name, flow);
        Require(task);
    }

    /// <summary>What is said of a node whose flow needs a ramdisk that nobody can boot.</summary>
    public static IronicException NoAgent(NodeRow node, string name, string flow) => new(
        ErrorReason.UnsupportedDriverExtension,
        $"The deploy interface {name} of node {node.Uuid} boots no ramdisk for {flow} in this version: only steps that need none can be run.");
}
