namespace Ironic.Driver.Sdk;

/// <summary>
/// What an operator names as a node's <c>driver</c>: which implementations of each interface go together, the preferred one first.
/// Names are those given to <see cref="IronicDriverBuilder.AddInterface{T}(string)"/>, or of implementations that the conductor itself has
/// (<see cref="ConductorInterfaces"/>). Those that are not overridden here are the conductor's, as for any hardware type without special abilities.
/// </summary>
public abstract class HardwareType
{
    /// <summary>The name: <c>example</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What hardware it is for, in a sentence.</summary>
    public virtual string Description => "";

    /// <summary>
    /// Whether nodes of the type may also have implementations that it does not list: any that another live driver process or the conductor serves. Other
    /// drivers are then called with such nodes, credentials included. The defaults remain those that the type lists.
    /// </summary>
    public virtual bool AcceptsAnyInterface => false;

    public virtual IReadOnlyList<string> SupportedBiosInterfaces => ["no-bios"];

    public virtual IReadOnlyList<string> SupportedBootInterfaces => ["ipxe", "pxe"];

    public virtual IReadOnlyList<string> SupportedConsoleInterfaces => ["no-console"];

    public virtual IReadOnlyList<string> SupportedDeployInterfaces => ["direct", "ramdisk"];

    public virtual IReadOnlyList<string> SupportedFirmwareInterfaces => ["no-firmware"];

    public virtual IReadOnlyList<string> SupportedInspectInterfaces => ["no-inspect"];

    public abstract IReadOnlyList<string> SupportedManagementInterfaces { get; }

    public virtual IReadOnlyList<string> SupportedNetworkInterfaces => ["noop"];

    public abstract IReadOnlyList<string> SupportedPowerInterfaces { get; }

    public virtual IReadOnlyList<string> SupportedRaidInterfaces => ["no-raid", "agent"];

    public virtual IReadOnlyList<string> SupportedRescueInterfaces => ["no-rescue"];

    public virtual IReadOnlyList<string> SupportedStorageInterfaces => ["noop"];

    public virtual IReadOnlyList<string> SupportedVendorInterfaces => ["no-vendor"];

    /// <summary>The supported implementations of one kind of interface, the preferred one first.</summary>
    public IReadOnlyList<string> GetSupportedInterfaces(InterfaceType type) => type switch
    {
        InterfaceType.Bios => SupportedBiosInterfaces,
        InterfaceType.Boot => SupportedBootInterfaces,
        InterfaceType.Console => SupportedConsoleInterfaces,
        InterfaceType.Deploy => SupportedDeployInterfaces,
        InterfaceType.Firmware => SupportedFirmwareInterfaces,
        InterfaceType.Inspect => SupportedInspectInterfaces,
        InterfaceType.Management => SupportedManagementInterfaces,
        InterfaceType.Network => SupportedNetworkInterfaces,
        InterfaceType.Power => SupportedPowerInterfaces,
        InterfaceType.Raid => SupportedRaidInterfaces,
        InterfaceType.Rescue => SupportedRescueInterfaces,
        InterfaceType.Storage => SupportedStorageInterfaces,
        InterfaceType.Vendor => SupportedVendorInterfaces,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "no interface type"),
    };
}
