namespace Ironic.Driver.Sdk;

/// <summary>What all interfaces have in common. One instance serves all nodes at the same time: it keeps nothing about one of them in fields that it does not guard.</summary>
public abstract class DriverInterface
{
    // Each kind of interface is a class of the SDK; what derives from this alone could not be called.
    private protected DriverInterface()
    {
    }

    /// <summary>The kind of interface.</summary>
    public abstract InterfaceType Type { get; }

    /// <summary>The implementation's name, as given to <see cref="IronicDriverBuilder.AddInterface{T}(string)"/>: what an operator writes into <c>power_interface</c>.</summary>
    public string Name { get; internal set; } = "";

    /// <summary>What the interface reads from driver_info.</summary>
    public abstract IReadOnlyList<DriverProperty> GetProperties();

    /// <summary>
    /// Whether the node has what the interface needs. Must not talk to the management controller.
    /// Unless overridden, every property that is declared as required must be in driver_info.
    /// </summary>
    /// <exception cref="MissingParameterException">Something is missing.</exception>
    /// <exception cref="InvalidParameterException">Something is wrong.</exception>
    public virtual ValueTask ValidateAsync(NodeContext node, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        var missing = GetProperties().Where(property => property.Required && !node.DriverInfo.Has(property.Name)).Select(property => $"'{property.Name}'").ToList();
        return missing.Count == 0
            ? ValueTask.CompletedTask
            : throw new MissingParameterException($"Missing from driver_info: {string.Join(", ", missing)}.");
    }
}
