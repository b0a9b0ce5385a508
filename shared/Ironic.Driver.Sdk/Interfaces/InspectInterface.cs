using System.Text.Json.Nodes;

namespace Ironic.Driver.Sdk;

/// <summary>Finds out what the node is made of.</summary>
public abstract class InspectInterface : DriverInterface
{
    /// <inheritdoc/>
    public sealed override InterfaceType Type => InterfaceType.Inspect;

    /// <summary>Inspects the machine.</summary>
    public abstract Task<Inspection> InspectAsync(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken);

    /// <summary>Ends an inspection that waits for its ramdisk.</summary>
    public virtual Task AbortAsync(NodeContext node, CancellationToken cancellationToken) =>
        throw new UnsupportedOperationException($"The inspect interface '{Name}' does not support abort.");
}

/// <summary>What an inspection found.</summary>
/// <param name="Outcome"><see cref="WorkOutcome.Wait"/>: a ramdisk looks, and its report will come.</param>
public sealed record Inspection(WorkOutcome Outcome = WorkOutcome.Done)
{
    /// <summary>As <c>GET /v1/nodes/{node}/inventory</c> shows it: <c>cpu</c>, <c>memory</c>, <c>disks</c>, <c>interfaces</c>, ...; null: nothing was found.</summary>
    public JsonObject? Inventory { get; init; }

    /// <summary>What else was found.</summary>
    public JsonObject? PluginData { get; init; }

    /// <summary>Changes to the node's properties (<c>cpu_arch</c>, <c>memory_mb</c>, ...); a null value removes a key.</summary>
    public JsonObject? Properties { get; init; }

    /// <summary>A port is enrolled for each address that the node has no port for.</summary>
    public IReadOnlyList<InspectedPort> Ports { get; init; } = [];
}

/// <summary>A network port of a machine.</summary>
/// <param name="Address">The MAC address.</param>
/// <param name="PxeEnabled">Whether the machine boots from it.</param>
public sealed record InspectedPort(string Address, bool PxeEnabled = true);
