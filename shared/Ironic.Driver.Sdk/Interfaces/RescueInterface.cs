namespace Ironic.Driver.Sdk;

/// <summary>Boots a rescue system beside the instance.</summary>
public abstract class RescueInterface : DriverInterface
{
    /// <inheritdoc/>
    public sealed override InterfaceType Type => InterfaceType.Rescue;

    /// <summary>Boots the rescue system. The node's instance_info holds <c>rescue_password</c> and, for <c>/etc/shadow</c>, <c>hashed_rescue_password</c>.</summary>
    /// <returns><see cref="WorkOutcome.Wait"/>: the agent in it will call.</returns>
    public abstract Task<WorkOutcome> RescueAsync(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken);

    /// <summary>Boots the instance again.</summary>
    public abstract Task UnrescueAsync(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken);

    /// <summary>After a rescue that failed or was aborted, and before an instance in rescue is torn down.</summary>
    public virtual Task CleanUpAsync(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken) => Task.CompletedTask;
}
