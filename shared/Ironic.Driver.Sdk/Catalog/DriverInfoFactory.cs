using Ironic.Driver.Sdk.Steps;
using Ironic.Driver.Sdk.Vendor;

namespace Ironic.Driver.Sdk.Catalog;

/// <summary>Writes what the author has declared into the contract's description.</summary>
internal static class DriverInfoFactory
{
    /// <summary>The version of the contract that this SDK implements.</summary>
    public const string ContractVersion = "v1";

    public static V1.DriverInfo Create(
        DriverDeclaration declaration,
        IReadOnlyList<HardwareType> hardwareTypes,
        IReadOnlyDictionary<(InterfaceType Type, string Name), DriverInterface> interfaces,
        IReadOnlyDictionary<string, VendorMethodTable> vendorMethods,
        IReadOnlyDictionary<DriverInterface, StepTable> steps)
    {
        DriverCatalog.CheckName(declaration.Name, "the driver");
        if (hardwareTypes.Count == 0)
            throw new DriverDeclarationException($"Driver '{declaration.Name}' has no hardware type; call AddHardwareType.");

        var info = new V1.DriverInfo
        {
            Name = declaration.Name,
            Version = declaration.Version,
            Vendor = declaration.Vendor,
            ContractVersions = { ContractVersion },
            InstanceId = Guid.NewGuid().ToString(),
        };
        foreach (var hardwareType in hardwareTypes)
        {
            if (info.HardwareTypes.Any(other => other.Name == hardwareType.Name))
                throw new DriverDeclarationException($"The hardware type '{hardwareType.Name}' is registered twice.");
            info.HardwareTypes.Add(Describe(hardwareType, interfaces));
        }

        info.Interfaces.AddRange(interfaces.Values.Select(implementation => Describe(implementation, vendorMethods, steps[implementation])));
        return info;
    }

    private static V1.HardwareType Describe(
        HardwareType hardwareType, IReadOnlyDictionary<(InterfaceType Type, string Name), DriverInterface> interfaces)
    {
        DriverCatalog.CheckName(hardwareType.Name, $"the hardware type {hardwareType.GetType().Name}");
        var description = new V1.HardwareType
        {
            Name = hardwareType.Name,
            Description = hardwareType.Description,
            AcceptsAnyInterface = hardwareType.AcceptsAnyInterface,
        };
        foreach (var type in Enum.GetValues<InterfaceType>())
        {
            var names = hardwareType.GetSupportedInterfaces(type);
            if (names.Count == 0)
                throw new DriverDeclarationException($"The hardware type '{hardwareType.Name}' supports no {type} interface; it must name at least one.");
            if (names.Distinct().Count() != names.Count)
                throw new DriverDeclarationException($"The hardware type '{hardwareType.Name}' names a {type} interface twice.");
            foreach (var name in names)
            {
                if (!interfaces.ContainsKey((type, name)) && !ConductorInterfaces.Contains(type, name))
                {
                    throw new DriverDeclarationException(
                        $"The hardware type '{hardwareType.Name}' names the {type} interface '{name}', which is neither registered with AddInterface nor one of the conductor's.");
                }
            }

            description.SupportedInterfaces.Add(new V1.SupportedInterface { Type = (V1.InterfaceType)type, Names = { names } });
        }

        return description;
    }

    private static V1.InterfaceImplementation Describe(DriverInterface implementation, IReadOnlyDictionary<string, VendorMethodTable> vendorMethods, StepTable steps)
    {
        var description = new V1.InterfaceImplementation { Type = (V1.InterfaceType)implementation.Type, Name = implementation.Name };
        description.Properties.AddRange(implementation.GetProperties().Select(property => new V1.Property
        {
            Name = property.Name,
            Description = property.Description,
            Required = property.Required,
            Secret = property.Secret,
        }));
        description.Steps.AddRange(steps.Descriptions);
        if (implementation is PowerInterface power)
        {
            if (power.SupportedTargets.Count == 0)
                throw new DriverDeclarationException($"The power interface '{power.Name}' supports no target.");
            description.SupportsPowerSync = power.SupportsPowerSync;
            description.SupportedPowerTargets.AddRange(power.SupportedTargets.Select(target => (V1.PowerTarget)target));
        }

        if (implementation is BootInterface boot)
            description.BootCapabilities.AddRange(boot.Capabilities.Select(capability => (V1.BootCapability)capability));
        if (implementation is VendorInterface)
        {
            var methods = vendorMethods[implementation.Name];
            description.NodeMethods.AddRange(methods.NodeMethods.Values.Select(method => method.Description).OrderBy(method => method.Name, StringComparer.Ordinal));
            description.DriverMethods.AddRange(methods.DriverMethods.Values.Select(method => method.Description).OrderBy(method => method.Name, StringComparer.Ordinal));
        }

        return description;
    }
}
