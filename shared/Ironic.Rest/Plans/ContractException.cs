namespace Ironic.Rest.Plans;

/// <summary>A contract's REST annotations do not make sense; the process must not start with them.</summary>
public sealed class ContractException(string message) : Exception(message);
