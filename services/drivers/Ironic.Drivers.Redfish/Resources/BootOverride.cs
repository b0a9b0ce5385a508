using System.Text.Json;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Client;

namespace Ironic.Drivers.Redfish.Resources;

/// <summary>How a machine boots next, as its controller says (<c>Boot</c> of a ComputerSystem).</summary>
internal readonly struct BootOverride(JsonElement? boot)
{
    /// <summary>The name that operators have for booting over HTTP.</summary>
    public const string HttpDevice = "uefihttp";

    /// <summary>And the controllers' name.</summary>
    public const string HttpTarget = "UefiHttp";

    private const string AllowedTargets = "BootSourceOverrideTarget@Redfish.AllowableValues";

    private static readonly (string Device, string[] Targets)[] Devices =
    [
        ("pxe", ["Pxe"]), ("disk", ["Hdd"]), ("cdrom", ["Cd", "UsbCd"]), ("bios", ["BiosSetup"]), (HttpDevice, [HttpTarget]),
    ];

    /// <summary>The boot devices by the names that operators have for them.</summary>
    public static IReadOnlyList<string> DeviceNames { get; } = [.. Devices.Select(pair => pair.Device)];

    /// <summary>The target that is set.</summary>
    public string? Target => boot?.Text("BootSourceOverrideTarget");

    /// <summary><c>Once</c>, <c>Continuous</c> or <c>Disabled</c>.</summary>
    public string? Enabled => boot?.Text("BootSourceOverrideEnabled");

    /// <summary>How it boots; null: the controller does not say.</summary>
    public BootMode? Mode => boot?.Text("BootSourceOverrideMode") switch
    {
        "UEFI" => BootMode.Uefi,
        "Legacy" => BootMode.Bios,
        _ => null,
    };

    /// <summary>The name of the device that is set; null: none of those that operators know.</summary>
    public string? Device
    {
        get
        {
            var target = Target;
            return target is null ? null : Devices.FirstOrDefault(pair => pair.Targets.Contains(target)).Device;
        }
    }

    /// <summary>Whether the device is for all boots; null: none is set.</summary>
    public bool? Persistent => Enabled switch
    {
        "Continuous" => true,
        "Once" => false,
        _ => null,
    };

    /// <summary>Where the firmware finds what it boots over HTTP; null or empty: nowhere, or the controller does not say.</summary>
    public string? HttpUri => boot?.Text("HttpBootUri");

    /// <summary>Whether the machine can boot from a device, as far as its controller says.</summary>
    public bool Takes(string device)
    {
        var allowed = boot?.Texts(AllowedTargets) ?? [];
        return allowed.Count == 0 || Devices.Any(pair => pair.Device == device && pair.Targets.Any(allowed.Contains));
    }

    /// <summary>What the machine calls a device.</summary>
    /// <exception cref="InvalidParameterException">There is no such device.</exception>
    public string FindTarget(string device)
    {
        var targets = Devices.FirstOrDefault(pair => pair.Device == device).Targets
            ?? throw new InvalidParameterException($"Invalid boot device {device} specified; it must be one of {string.Join(", ", DeviceNames)}.");
        var allowed = boot?.Texts(AllowedTargets) ?? [];
        return targets.FirstOrDefault(allowed.Contains) ?? targets[0];
    }

    /// <summary>What the controller calls a boot mode.</summary>
    public static string ModeName(BootMode mode) => mode == BootMode.Uefi ? "UEFI" : "Legacy";
}
