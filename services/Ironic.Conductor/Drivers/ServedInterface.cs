using Ironic.Driver.V1;

namespace Ironic.Conductor.Drivers;

/// <summary>A node's implementation of an interface, and the process that serves it.</summary>
/// <param name="Driver">The process that calls for the interface go to.</param>
/// <param name="Description">What that says about the implementation.</param>
internal sealed record ServedInterface(RegisteredDriver Driver, InterfaceImplementation Description)
{
    /// <summary>The implementation's name.</summary>
    public string Name => Description.Name;
}
