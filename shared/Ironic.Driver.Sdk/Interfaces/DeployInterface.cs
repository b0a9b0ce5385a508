namespace Ironic.Driver.Sdk;

/// <summary>Brings an instance onto the node and takes it away again. What is not overridden has nothing to do in its phase.</summary>
public abstract class DeployInterface : DriverInterface
{
    /// <inheritdoc/>
    public sealed override InterfaceType Type => InterfaceType.Deploy;

    /// <summary>Before the first deploy step, and when an active node is taken over or adopted.</summary>
    public virtual Task PrepareAsync(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>After a failed deployment, and before an instance is torn down: undoes <see cref="PrepareAsync"/>.</summary>
    public virtual Task CleanUpAsync(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The instance goes away: the machine ends powered off.</summary>
    public virtual Task TearDownAsync(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>An active node comes to another conductor, or was adopted.</summary>
    public virtual Task TakeOverAsync(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Before the first clean step, if one of them may need the ramdisk.</summary>
    /// <returns><see cref="WorkOutcome.Wait"/>: the ramdisk boots, and the agent's heartbeat will tell of it.</returns>
    public virtual Task<WorkOutcome> PrepareCleaningAsync(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken) => Task.FromResult(WorkOutcome.Done);

    /// <summary>After the last clean step, or one that failed: undoes <see cref="PrepareCleaningAsync"/>.</summary>
    public virtual Task TearDownCleaningAsync(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Before the first service step, if one of them needs the ramdisk.</summary>
    /// <returns><see cref="WorkOutcome.Wait"/>: the ramdisk boots, and the agent's heartbeat will tell of it.</returns>
    public virtual Task<WorkOutcome> PrepareServiceAsync(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken) => Task.FromResult(WorkOutcome.Done);

    /// <summary>After the last service step, or one that failed: undoes <see cref="PrepareServiceAsync"/>.</summary>
    public virtual Task TearDownServiceAsync(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken) => Task.CompletedTask;
}
