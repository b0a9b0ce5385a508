using Ironic.Driver.Sdk;

namespace Ironic.Drivers.Redfish.Configuration;

/// <summary>What the interfaces read from driver_info.</summary>
internal static class RedfishProperties
{
    public const string Address = "redfish_address";
    public const string SystemId = "redfish_system_id";
    public const string Username = "redfish_username";
    public const string Password = "redfish_password";
    public const string VerifyCa = "redfish_verify_ca";
    public const string AuthType = "redfish_auth_type";
    public const string TlsMinimumVersion = "redfish_tls_minimum_version";
    public const string TlsCiphers = "redfish_tls_ciphers";
    public const string ForcePersistentBootDevice = "force_persistent_boot_device";
    public const string UnresponsiveControllerWait = "firmware_update_unresponsive_bmc_wait";

    /// <summary>What all interfaces need.</summary>
    public static readonly DriverProperty[] All =
    [
        new(Address, "URL of the node's Redfish controller: https unless it says http, and with a path if the service is not at /redfish/v1. Required.", Required: true),
        new(SystemId, "Path of the machine at the controller, such as /redfish/v1/Systems/1. Required if the controller has several."),
        new(Username, "User at the controller. Without it nobody is authenticated. Optional."),
        new(Password, "The user's password. Optional.", Secret: true),
        new(VerifyCa, "Whether the controller's certificate is verified; or a file or directory with the certificates of the authorities that may have issued it. True by default. Optional."),
        new(AuthType, "How to authenticate: basic, session or auto, which is a session where the controller has them. By default as the driver is configured. Optional."),
        new(TlsMinimumVersion, "Oldest version of TLS that is spoken: 1.1, 1.2 or 1.3. By default as the system is configured. Optional."),
        new(TlsCiphers, "Cipher suites that are offered, between colons, by their names in OpenSSL or TLS. By default as the system is configured. Optional."),
    ];

    /// <summary>And those of firmware updates.</summary>
    public static readonly DriverProperty[] WithUpdates =
    [
        .. All,
        new(UnresponsiveControllerWait, "Seconds for which the controller may be away after an update of its own firmware. By default as the driver is configured. Optional."),
    ];

    /// <summary>And those of booting from virtual media.</summary>
    public static readonly DriverProperty[] WithBoot =
    [
        .. All,
        new(ForcePersistentBootDevice, "Whether boot devices are set for all boots: Always, Never, or Default, which is once for a ramdisk and for all boots for an instance. Optional."),
    ];
}
