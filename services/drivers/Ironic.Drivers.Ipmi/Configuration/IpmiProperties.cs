using Ironic.Driver.Sdk;

namespace Ironic.Drivers.Ipmi.Configuration;

/// <summary>What the interfaces read from driver_info.</summary>
internal static class IpmiProperties
{
    public const string Address = "ipmi_address";
    public const string Username = "ipmi_username";
    public const string Password = "ipmi_password";
    public const string Port = "ipmi_port";
    public const string PrivilegeLevel = "ipmi_priv_level";
    public const string ProtocolVersion = "ipmi_protocol_version";
    public const string CipherSuite = "ipmi_cipher_suite";
    public const string GroupKey = "ipmi_hex_kg_key";
    public const string Bridging = "ipmi_bridging";
    public const string TransitChannel = "ipmi_transit_channel";
    public const string TransitAddress = "ipmi_transit_address";
    public const string TargetChannel = "ipmi_target_channel";
    public const string TargetAddress = "ipmi_target_address";
    public const string LocalAddress = "ipmi_local_address";
    public const string ForceBootDevice = "ipmi_force_boot_device";
    public const string DisableBootTimeout = "ipmi_disable_boot_timeout";
    public const string TerminalPort = "ipmi_terminal_port";

    /// <summary>What all interfaces read.</summary>
    public static readonly DriverProperty[] All =
    [
        new(Address, "Name or IP address of the node's BMC. Required.", Required: true),
        new(Username, "User at the BMC, up to 16 bytes. Without it the null user. Optional."),
        new(Password, "The user's password, up to 20 bytes (16 with IPMI 1.5). Optional.", Secret: true),
        new(Port, "UDP port of the BMC; 623 by default. Optional."),
        new(PrivilegeLevel, "Privilege level of the session: ADMINISTRATOR (default), OPERATOR, USER or CALLBACK. Optional."),
        new(ProtocolVersion, "2.0 or 1.5; by default 2.0, and 1.5 with a BMC that has nothing else. Optional."),
        new(CipherSuite, "Number of the IPMI 2.0 cipher suite, 3 or 17; by default the best that the BMC speaks. Not with 1.5. Optional."),
        new(GroupKey, "The BMC's key K_g in hexadecimal digits, two for each of up to 20 bytes. Optional.", Secret: true),
        new(Bridging, "How many controllers commands are passed on through: no (default), single or dual. Optional."),
        new(TransitChannel, "Channel of the controller in the middle. Required for dual bridging."),
        new(TransitAddress, "Address of the controller in the middle. Required for dual bridging."),
        new(TargetChannel, "Channel of the controller that is meant. Required for single and dual bridging."),
        new(TargetAddress, "Address of the controller that is meant. Required for single and dual bridging."),
        new(LocalAddress, "The address that bridged commands come from; by default that of a remote console at the first controller, and the BMC's at the second. Optional."),
        new(ForceBootDevice, "Whether the boot device is set again each time the machine is switched on, for BMCs that forget it. Optional."),
        new(DisableBootTimeout, "Whether the BMC is told to keep a boot device for longer than a minute; by default as the driver is configured. Optional."),
    ];

    /// <summary>What the console interface reads.</summary>
    public static readonly DriverProperty[] Console =
    [
        .. All,
        new(TerminalPort, "TCP port at which the driver offers the node's console. Required only if the driver has no range of such ports."),
    ];
}
