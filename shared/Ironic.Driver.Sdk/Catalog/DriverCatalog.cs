using System.Collections.Frozen;
using Ironic.Driver.Sdk.Steps;
using Ironic.Driver.Sdk.Vendor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Ironic.Driver.Sdk.Catalog;

/// <summary>Everything that the process serves, made and checked once at start.</summary>
internal sealed class DriverCatalog
{
    private readonly FrozenDictionary<(InterfaceType, string), DriverInterface> _interfaces;
    private readonly FrozenDictionary<string, VendorMethodTable> _vendorMethods;
    private readonly FrozenDictionary<DriverInterface, StepTable> _steps;

    /// <exception cref="DriverDeclarationException">Something is declared as it must not be.</exception>
    public DriverCatalog(DriverDeclaration declaration, IServiceProvider services)
    {
        var interfaces = new Dictionary<(InterfaceType, string), DriverInterface>();
        foreach (var (name, create) in declaration.Interfaces)
        {
            var instance = create(services);
            CheckName(name, $"the {instance.Type} interface {instance.GetType().Name}");
            if (ConductorInterfaces.Contains(instance.Type, name))
                throw new DriverDeclarationException($"The {instance.Type} interface '{name}' is one of the conductor's own; choose another name.");
            if (instance.Name.Length > 0)
                throw new DriverDeclarationException($"One instance of {instance.GetType().Name} is registered as '{instance.Name}' and as '{name}'; make one for each.");
            instance.Name = name;
            if (!interfaces.TryAdd((instance.Type, name), instance))
                throw new DriverDeclarationException($"The {instance.Type} interface '{name}' is registered twice.");
        }

        _interfaces = interfaces.ToFrozenDictionary();
        _vendorMethods = interfaces.Values.OfType<VendorInterface>().ToFrozenDictionary(vendor => vendor.Name, VendorMethodTable.Create);
        _steps = interfaces.Values.ToFrozenDictionary(implementation => implementation, StepTable.Create);
        Info = DriverInfoFactory.Create(declaration, [.. declaration.HardwareTypes.Select(create => create(services))], interfaces, _vendorMethods, _steps);
        Info.ConductorGroups.AddRange(services.GetRequiredService<IOptions<DriverOptions>>().Value.ConductorGroups.Select(group => group.ToLowerInvariant()));
    }

    /// <summary>The driver's description; the same for the life of the process.</summary>
    public V1.DriverInfo Info { get; }

    /// <exception cref="UnsupportedOperationException">The process does not serve it.</exception>
    public T Get<T>(InterfaceType type, string name)
        where T : DriverInterface =>
        _interfaces.TryGetValue((type, name), out var found)
            ? (T)found
            : throw new UnsupportedOperationException($"Driver '{Info.Name}' does not serve the {DriverJson.ToSnakeCase(type.ToString())} interface '{name}'.");

    /// <exception cref="UnsupportedOperationException">The process does not serve it.</exception>
    public VendorMethodTable GetVendorMethods(string name)
    {
        _ = Get<VendorInterface>(InterfaceType.Vendor, name);
        return _vendorMethods[name];
    }

    /// <exception cref="UnsupportedOperationException">The process does not serve the interface, or that has no such step.</exception>
    public StepMethod GetStep(InterfaceType type, string name, string step, V1.StepKind kind) => _steps[Get<DriverInterface>(type, name)].Find(step, kind);

    public static void CheckName(string name, string what)
    {
        if (name.Length is 0 or > 255 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.'))
            throw new DriverDeclarationException($"'{name}' is no name for {what}: it must have 1 to 255 letters, digits, '_', '-' and '.'.");
    }
}
