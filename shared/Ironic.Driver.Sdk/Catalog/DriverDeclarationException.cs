using System.Reflection;

namespace Ironic.Driver.Sdk;

/// <summary>A driver is not declared as it must be. It is thrown at start, so that the process does not serve half of what its author meant.</summary>
public sealed class DriverDeclarationException : Exception
{
    public DriverDeclarationException(string message)
        : base(message)
    {
    }

    internal DriverDeclarationException(MethodInfo method, string problem)
        : base($"{method.DeclaringType!.Name}.{method.Name} cannot be a vendor method: {problem}.")
    {
    }
}
