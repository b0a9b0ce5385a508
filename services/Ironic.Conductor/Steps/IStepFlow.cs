using Ironic.Conductor.Tasks;

namespace Ironic.Conductor.Steps;

/// <summary>What comes after the steps of a flow.</summary>
internal interface IStepFlow
{
    StepFlowKind Kind { get; }

    /// <summary>All steps are over. Ends with a save that releases the task.</summary>
    Task FinishAsync(NodeTask task, CancellationToken lost);

    /// <summary>A step failed. Ends with a save that releases the task.</summary>
    /// <param name="error">What failed; free of secrets.</param>
    Task FailAsync(NodeTask task, string error, CancellationToken lost);

    /// <summary>A step is over that somebody wanted to abort, and could not. Ends with a save that releases the task.</summary>
    Task AbortAsync(NodeTask task, CancellationToken lost);
}
