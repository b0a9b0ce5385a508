using System.Text.RegularExpressions;
using Ironic.Api.V1;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Drivers;

/// <summary>What a driver's description of itself must fulfil before it is taken in.</summary>
internal static partial class DriverInfoRules
{
    /// <summary>The contract versions that this conductor speaks, the newest first.</summary>
    public static IReadOnlyList<string> ContractVersions { get; } = ["v1"];

    /// <summary>The newest contract version that the driver speaks, too; null when there is none. Versions that this conductor does not know are no reason to refuse.</summary>
    public static string? Negotiate(DriverInfo info) => ContractVersions.FirstOrDefault(info.ContractVersions.Contains);

    /// <summary>Why a driver with which there is no common version cannot be taken.</summary>
    public static string DescribeVersions(DriverInfo info) =>
        $"The driver speaks the contract versions [{string.Join(", ", info.ContractVersions)}], this conductor [{string.Join(", ", ContractVersions)}].";

    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE, with the reason.</exception>
    public static void Check(DriverInfo info)
    {
        if (!Name().IsMatch(info.Name))
            throw Invalid($"'{info.Name}' is not a driver name: lower-case letters, digits, '-', '_' and '.', at most 255.");
        if (info.InstanceId.Length == 0)
            throw Invalid("The driver has no instance_id.");
        if (info.HardwareTypes.Count == 0)
            throw Invalid("The driver serves no hardware type.");
        Unique(info.HardwareTypes.Select(h => h.Name), "hardware type");
        if (info.ConductorGroups.FirstOrDefault(group => !ConductorGroup().IsMatch(group)) is { } misnamed)
            throw Invalid($"'{misnamed}' is not a name of a conductor group: lower-case letters, digits, '-', '_' and '.', at most 255.");
        Unique(info.ConductorGroups.Select(group => $"'{group}'"), "conductor group");
        Unique(info.Interfaces.Select(i => $"{i.Type}/{i.Name}"), "interface");
        foreach (var hardware in info.HardwareTypes)
        {
            if (!Name().IsMatch(hardware.Name))
                throw Invalid($"'{hardware.Name}' is not a name of a hardware type.");
            CheckSupported(info, hardware);
        }

        foreach (var implementation in info.Interfaces)
        {
            if (implementation.Type == InterfaceType.Unspecified)
                throw Invalid($"The interface '{implementation.Name}' has no type.");
            if (Enum.IsDefined(implementation.Type) && BuiltInInterfaces.Has(implementation.Type, implementation.Name))
                throw Invalid($"The {implementation.Type} interface '{implementation.Name}' is the conductor's own: a driver's needs another name.");
            Unique(implementation.NodeMethods.Select(m => m.Name), $"node method of {implementation.Name}");
            Unique(implementation.DriverMethods.Select(m => m.Name), $"driver method of {implementation.Name}");
        }
    }

    /// <summary>What the hardware types name and neither the driver nor this conductor has, as TYPE/NAME: nodes cannot have it.</summary>
    public static IReadOnlyList<string> FindLeftOut(DriverInfo info) =>
    [
        .. info.HardwareTypes
            .SelectMany(hardware => hardware.SupportedInterfaces)
            .SelectMany(supported => supported.Names.Where(name => !IsThere(info, supported.Type, name)).Select(name => $"{supported.Type}/{name}"))
            .Distinct(),
    ];

    private static void CheckSupported(DriverInfo info, HardwareType hardware)
    {
        foreach (var supported in hardware.SupportedInterfaces)
        {
            if (supported.Type == InterfaceType.Unspecified)
                throw Invalid($"Hardware type {hardware.Name} supports interfaces of no type.");
            // A driver of a newer revision may have kinds of interface of which this conductor has never heard; nodes have none of them here.
            if (Enum.IsDefined(supported.Type) && supported.Names.Count > 0 && !supported.Names.Any(name => IsThere(info, supported.Type, name)))
            {
                throw Invalid(
                    $"Hardware type {hardware.Name} supports the {supported.Type} interfaces {string.Join(", ", supported.Names)}, of which neither the driver nor the conductor has one.");
            }
        }

        if (!hardware.SupportedInterfaces.Any(s => s is { Type: InterfaceType.Power, Names.Count: > 0 }))
            throw Invalid($"Hardware type {hardware.Name} has no power interface.");
    }

    private static bool IsThere(DriverInfo info, InterfaceType type, string name) =>
        Enum.IsDefined(type) && (BuiltInInterfaces.Has(type, name) || info.Interfaces.Any(i => i.Type == type && i.Name == name));

    private static void Unique(IEnumerable<string> names, string what)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (!seen.Add(name))
                throw Invalid($"The {what} {name} is there twice.");
        }
    }

    private static IronicException Invalid(string message) => new(ErrorReason.InvalidParameterValue, message);

    [GeneratedRegex("^[a-z0-9][a-z0-9._-]{0,254}$")]
    private static partial Regex Name();

    [GeneratedRegex(@"^[a-z0-9._-]{0,255}\z")]
    private static partial Regex ConductorGroup();
}
