using Ironic.Conductor.Tasks;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Steps;

/// <summary>Goes on with the flow of a node whose ramdisk has called.</summary>
internal sealed class StepContinuation(StepRunner runner, IEnumerable<IStepFlow> flows)
{
    private readonly IReadOnlyList<IStepFlow> _flows = [.. flows];

    /// <summary>The flow that the node is in; null when it is in none.</summary>
    public IStepFlow? FindFlow(NodeTask task) => StepFlowKind.Of(task.Node) is { } kind ? _flows.FirstOrDefault(flow => flow.Kind == kind) : null;

    /// <summary>Hands the task over to go on with the flow, if the flow waits for the ramdisk.</summary>
    /// <param name="task">An exclusive task.</param>
    /// <returns>Whether it did; disposing the task does nothing then.</returns>
    /// <exception cref="IronicException">NO_FREE_CONDUCTOR_WORKER; the caller still has the task.</exception>
    public bool TryContinue(NodeTask task)
    {
        if (FindFlow(task) is not { } flow || task.Node.ProvisionState != flow.Kind.Waiting || FlowRecord.Read(task.Node, flow.Kind) is not { Operation: null, Steps: not null })
            return false;
        runner.Continue(task, flow, null, null);
        return true;
    }
}
