namespace Ironic.Driver.Sdk;

/// <summary>Reads and switches the power of a machine.</summary>
public abstract class PowerInterface : DriverInterface
{
    /// <inheritdoc/>
    public sealed override InterfaceType Type => InterfaceType.Power;

    /// <summary>What <see cref="SetPowerStateAsync"/> can be told to do.</summary>
    public virtual IReadOnlyList<PowerTarget> SupportedTargets => [PowerTarget.On, PowerTarget.Off, PowerTarget.Reboot];

    /// <summary>False when the state cannot be read reliably, so that the conductor must not synchronise it.</summary>
    public virtual bool SupportsPowerSync => true;

    /// <summary>What the hardware says now.</summary>
    public abstract ValueTask<PowerState> GetPowerStateAsync(NodeContext node, CancellationToken cancellationToken);

    /// <summary>
    /// Switches, and ends when the hardware has got there. A machine that is in the target state already stays so.
    /// Called only with one of <see cref="SupportedTargets"/>.
    /// </summary>
    /// <param name="node">The machine.</param>
    /// <param name="target">What to do.</param>
    /// <param name="timeout">How long it may take; null: as the driver is configured. When it is over the SDK cancels
    /// <paramref name="cancellationToken"/> and answers <see cref="ErrorClass.Retryable"/>.</param>
    /// <param name="progress">Where to say how far it has got.</param>
    /// <param name="cancellationToken">Cancelled when nobody wants the result any more or a newer lock holder has taken over.</param>
    /// <returns>The state that the hardware has now.</returns>
    public abstract Task<PowerState> SetPowerStateAsync(
        NodeContext node, PowerTarget target, TimeSpan? timeout, IOperationProgress progress, CancellationToken cancellationToken);
}
