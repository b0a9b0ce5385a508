namespace Ironic.Driver.Sdk;

/// <summary>The node that a call is about, as far as a driver may know it, and the call itself.</summary>
public sealed class NodeContext
{
    /// <summary>The node's UUID.</summary>
    public required string Uuid { get; init; }

    /// <summary>The node's name; empty when it has none.</summary>
    public string Name { get; init; } = "";

    /// <summary>The hardware type, as the operator named it.</summary>
    public string Driver { get; init; } = "";

    /// <summary>How to reach the management controller, secrets included. Never log or return its values.</summary>
    public JsonMap DriverInfo { get; init; } = JsonMap.Empty;

    /// <summary>What the driver itself has stored about the node.</summary>
    public JsonMap DriverInternalInfo { get; init; } = JsonMap.Empty;

    /// <summary>The node's properties (<c>cpu_arch</c>, <c>capabilities</c>, ...).</summary>
    public JsonMap Properties { get; init; } = JsonMap.Empty;

    /// <summary>What is to be deployed, or has been.</summary>
    public JsonMap InstanceInfo { get; init; } = JsonMap.Empty;

    /// <summary>The logical disks that the node shall have.</summary>
    public JsonMap TargetRaidConfig { get; init; } = JsonMap.Empty;

    /// <summary>Implementation name by interface type in lower case: <c>"power" → "ipmitool"</c>.</summary>
    public IReadOnlyDictionary<string, string> Interfaces { get; init; } = new Dictionary<string, string>();

    /// <summary>The state that the conductor has stored; not what the hardware says now.</summary>
    public PowerState PowerState { get; init; }

    /// <summary>The machine must not be powered off, only reset.</summary>
    public bool DisablePowerOff { get; init; }

    /// <summary>Identifies the request in the logs of all processes.</summary>
    public string RequestId { get; init; } = "";

    /// <summary>Identifies the operation; empty for a call that changes nothing.</summary>
    public string OperationId { get; init; } = "";

    /// <summary>The fencing epoch of the node's lock; 0 without an exclusive lock.</summary>
    public ulong Epoch { get; init; }

    /// <summary>The node's UUID.</summary>
    public override string ToString() => Uuid;
}
