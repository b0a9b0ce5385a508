namespace Ironic.Driver.Sdk;

/// <summary>A call that is about no node: that of a driver method.</summary>
public sealed class DriverContext
{
    /// <summary>The hardware type, as the caller named it.</summary>
    public string Driver { get; init; } = "";

    /// <summary>Identifies the request in the logs of all processes.</summary>
    public string RequestId { get; init; } = "";

    /// <summary>Identifies the operation; empty for a call that changes nothing.</summary>
    public string OperationId { get; init; } = "";
}
