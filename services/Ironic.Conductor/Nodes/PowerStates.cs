using DriverPowerState = Ironic.Driver.V1.PowerState;
using PowerState = Ironic.Api.V1.PowerState;

namespace Ironic.Conductor.Nodes;

/// <summary>Power states as they are stored: Ironic's texts.</summary>
internal static class PowerStates
{
    public const string On = "power on";
    public const string Off = "power off";
    public const string Rebooting = "rebooting";
    public const string Error = "error";

    public static PowerState ToApi(string? stored) => stored switch
    {
        null => PowerState.Unspecified,
        On => PowerState.On,
        Off => PowerState.Off,
        Rebooting => PowerState.Rebooting,
        Error => PowerState.Error,
        _ => throw new InvalidOperationException($"'{stored}' is no power state."),
    };

    public static DriverPowerState ToDriver(string? stored) => stored switch
    {
        On => DriverPowerState.On,
        Off => DriverPowerState.Off,
        Error => DriverPowerState.Error,
        _ => DriverPowerState.Unspecified,
    };

    public static string? FromDriver(DriverPowerState state) => state switch
    {
        DriverPowerState.On => On,
        DriverPowerState.Off => Off,
        DriverPowerState.Error => Error,
        _ => null,
    };
}
