using Ironic.Conductor.Nodes;
using Ironic.Conductor.Storage;
using Ironic.Driver.V1;

namespace Ironic.Conductor.Steps;

/// <summary>What distinguishes the flows that consist of steps: cleaning, deployment, service.</summary>
/// <param name="Kind">Which steps of a driver it may run.</param>
/// <param name="Name"><c>clean</c>, <c>deploy</c>, <c>service</c>: the beginning of its members in driver_internal_info.</param>
/// <param name="EventType">The journal's word for it.</param>
/// <param name="Running">The state in which a conductor works on it.</param>
/// <param name="Waiting">The state in which a ramdisk or a detached step goes on.</param>
/// <param name="Held">The state in which an operator has it held.</param>
/// <param name="Failed">The state after a failure.</param>
/// <param name="Interfaces">The kinds of interface that take part; of steps with the same priority those of the first one come first.</param>
internal sealed record StepFlowKind(
    StepKind Kind, string Name, string EventType, string Running, string Waiting, string Held, string Failed, IReadOnlyList<InterfaceType> Interfaces)
{
    private static readonly InterfaceType[] Usual =
    [
        InterfaceType.Vendor, InterfaceType.Power, InterfaceType.Management, InterfaceType.Firmware, InterfaceType.Deploy, InterfaceType.Bios, InterfaceType.Raid,
    ];

    public static StepFlowKind Cleaning { get; } = new(
        StepKind.Clean, "clean", "cleaning", ProvisionStates.Cleaning, ProvisionStates.CleanWait, "clean hold", ProvisionStates.CleanFailed, Usual);

    public static StepFlowKind Deployment { get; } = new(
        StepKind.Deploy, "deploy", "deploying", "deploying", ProvisionStates.WaitCallBack, "deploy hold", "deploy failed", Usual);

    public static StepFlowKind Service { get; } = new(
        StepKind.Service, "service", "servicing", "servicing", "service wait", "service hold", "service failed", [InterfaceType.Network, .. Usual]);

    public static IReadOnlyList<StepFlowKind> All { get; } = [Cleaning, Deployment, Service];

    /// <summary>The flow that the node is in; null when it is in none.</summary>
    public static StepFlowKind? Of(NodeRow node) =>
        All.FirstOrDefault(flow => node.ProvisionState == flow.Running || node.ProvisionState == flow.Waiting || node.ProvisionState == flow.Held);

    /// <summary>The step that runs, as the node shows it.</summary>
    public NodeStep? GetCurrent(NodeRow node) => NodeStep.Read(Kind switch
    {
        StepKind.Clean => node.CleanStep,
        StepKind.Deploy => node.DeployStep,
        _ => node.ServiceStep,
    });

    /// <summary>What <c>last_error</c> says when the node's flow was aborted.</summary>
    public string AbortError(NodeRow node) => GetCurrent(node) is { } step
        ? $"By request, the {Name} operation was aborted during or after the completion of step \"{step.Id}\""
        : $"By request, the {Name} operation was aborted";

    /// <param name="step">Null: none.</param>
    public void SetCurrent(NodeRow node, NodeStep? step)
    {
        var text = step?.ToJson();
        switch (Kind)
        {
            case StepKind.Clean:
                node.CleanStep = text;
                break;
            case StepKind.Deploy:
                node.DeployStep = text;
                break;
            default:
                node.ServiceStep = text;
                break;
        }
    }
}
