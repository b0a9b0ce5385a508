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

    public HardwareTypeInfo(HardwareType description, RegisteredDriver driver)
    {
        Name = description.Name;
        Driver = driver;
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

    /// <summary>The implementations that a node may have, the default first.</summary>
    public IReadOnlyList<string> Enabled(InterfaceType type) => _enabled[type];

    public string? Default(InterfaceType type) => _enabled[type].Count > 0 ? _enabled[type][0] : null;

    /// <summary>Gives every interface that the node has not set the hardware type's default, and checks the others.</summary>
    /// <exception cref="IronicException">INTERFACE_NOT_FOUND or NO_VALID_DEFAULT_FOR_INTERFACE.</exception>
    public void CompleteInterfaces(NodeRow node)
    {
        foreach (var kind in InterfaceTypes.All)
        {
            if (kind.Get(node) is not { } name)
            {
                kind.Set(node, Default(kind.Type) ?? throw new IronicException(
                    ErrorReason.NoValidDefaultForInterface, $"Hardware type {Name} has no default for its {kind.Name} interface."));
            }
            else if (!Enabled(kind.Type).Contains(name))
            {
                throw new IronicException(
                    ErrorReason.InterfaceNotFound,
                    $"The {kind.Name} interface {name} is not available for hardware type {Name}. Available: {string.Join(", ", Enabled(kind.Type))}.");
            }
        }
    }
}
