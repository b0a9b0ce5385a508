using System.Collections.Frozen;
using Ironic.Api.V1;
using Ironic.Conductor.Storage;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Drivers;

/// <summary>A hardware type that a live driver serves: which implementations a node of it may have, and which it gets by default.</summary>
internal sealed class HardwareTypeInfo
{
    private readonly FrozenDictionary<InterfaceType, IReadOnlyList<string>> _enabled;
    private readonly ServedImplementations _others;

    /// <param name="driver">The process that serves it.</param>
    /// <param name="others">What the live processes serve, for a type that accepts any interface.</param>
    public HardwareTypeInfo(HardwareType description, RegisteredDriver driver, ServedImplementations others)
    {
        Name = description.Name;
        Driver = driver;
        AcceptsAnyInterface = description.AcceptsAnyInterface;
        _others = others;
        var enabled = new Dictionary<InterfaceType, IReadOnlyList<string>>();
        foreach (var kind in InterfaceTypes.All)
        {
            var named = description.SupportedInterfaces.FirstOrDefault(s => s.Type == kind.Type)?.Names;
            enabled[kind.Type] = named is { Count: > 0 }
                ? [.. named.Where(n => driver.Info.Interfaces.Any(i => i.Type == kind.Type && i.Name == n) || BuiltInInterfaces.Has(kind.Type, n))]
                : BuiltInInterfaces.For(kind.Type);
        }

        _enabled = enabled.ToFrozenDictionary();
    }

    public string Name { get; }

    /// <summary>The process that serves it.</summary>
    public RegisteredDriver Driver { get; }

    /// <summary>Whether a node may also have what other live processes, or the conductor itself, serve.</summary>
    public bool AcceptsAnyInterface { get; }

    /// <summary>The implementations that go with the type, the default first. A node of a type that accepts any interface may have others.</summary>
    public IReadOnlyList<string> Enabled(InterfaceType type) => _enabled[type];

    public string? Default(InterfaceType type) => _enabled[type].Count > 0 ? _enabled[type][0] : null;

    /// <summary>Gives every interface that the node has not set the hardware type's default, and checks the others.</summary>
    /// <param name="before">The node as it was; null: it is new. What it keeps of another process that is gone is left to it.</param>
    /// <exception cref="IronicException">INTERFACE_NOT_FOUND or NO_VALID_DEFAULT_FOR_INTERFACE.</exception>
    public void CompleteInterfaces(NodeRow node, NodeRow? before = null)
    {
        foreach (var kind in InterfaceTypes.All)
        {
            if (kind.Get(node) is not { } name)
            {
                kind.Set(node, Default(kind.Type) ?? throw new IronicException(
                    ErrorReason.NoValidDefaultForInterface, $"Hardware type {Name} has no default for its {kind.Name} interface."));
            }
            else if (!Enabled(kind.Type).Contains(name) && !(AcceptsAnyInterface && (IsThere(kind.Type, name) || IsKept(kind, name, node, before))))
            {
                throw new IronicException(
                    ErrorReason.InterfaceNotFound,
                    $"The {kind.Name} interface {name} is not available for hardware type {Name}. Available: {string.Join(", ", Enabled(kind.Type))}{(AcceptsAnyInterface ? ", and what other live drivers serve" : "")}.");
            }
        }
    }

    /// <summary>Who serves a node's implementation of an interface: the type's own process if that has it, otherwise another one where the type accepts that.</summary>
    /// <param name="node">A node of this type.</param>
    /// <returns>Null: it is one of the conductor's own, there is none, or the type's process does not have it any more.</returns>
    /// <exception cref="IronicException">DRIVER_UNAVAILABLE: another process served it and is gone.</exception>
    public ServedInterface? FindServed(NodeRow node, InterfaceType type)
    {
        var kind = InterfaceTypes.Get(type);
        if (kind.Get(node) is not { } name)
            return null;
        if (FindProcess(type, name) is { } driver)
            return new ServedInterface(driver, driver.Find(type, name)!);
        return IsLost(type, name)
            ? throw new IronicException(
                ErrorReason.DriverUnavailable, $"No live driver serves the {kind.Name} interface {name} of node {node.Uuid} at the moment. Please try again later.")
            : null;
    }

    /// <summary>Whether an implementation of the node would be another process's, and no live one has it.</summary>
    public bool LacksProcess(NodeRow node) => AcceptsAnyInterface && InterfaceTypes.All.Any(kind => kind.Get(node) is { } name && IsLost(kind.Type, name));

    /// <summary>The process that serves an implementation for nodes of this type; null: the conductor itself has it, or nobody.</summary>
    public RegisteredDriver? FindProcess(InterfaceType type, string name) =>
        Driver.Find(type, name) is not null ? Driver
        : AcceptsAnyInterface && !BuiltInInterfaces.Has(type, name) ? _others.Find(Name, type, name)
        : null;

    // While the process is away that serves what a node has, the rest of the node can be changed.
    private static bool IsKept(InterfaceKind kind, string name, NodeRow node, NodeRow? before) => before is not null && before.Driver == node.Driver && kind.Get(before) == name;

    private bool IsThere(InterfaceType type, string name) => BuiltInInterfaces.Has(type, name) || FindProcess(type, name) is not null;

    private bool IsLost(InterfaceType type, string name) => AcceptsAnyInterface && !IsThere(type, name);
}
