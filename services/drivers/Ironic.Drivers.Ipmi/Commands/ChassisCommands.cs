using Ironic.Driver.Sdk;
using Ironic.Drivers.Ipmi.Protocol;
using Ironic.Drivers.Ipmi.Sessions;

namespace Ironic.Drivers.Ipmi.Commands;

/// <summary>What Chassis Control can be told (IPMI 2.0, table 28-4).</summary>
internal enum ChassisAction : byte
{
    PowerDown = 0,
    PowerUp = 1,
    PowerCycle = 2,
    HardReset = 3,

    /// <summary>Pulses a diagnostic interrupt: a non-maskable one on most machines.</summary>
    DiagnosticInterrupt = 4,

    /// <summary>Asks the operating system to shut down, by an emulated over-temperature.</summary>
    SoftShutdown = 5,
}

/// <summary>The power of a machine.</summary>
internal static class ChassisCommands
{
    private const byte PowerIsOn = 0x01;

    /// <summary>Get Chassis Status (IPMI 2.0, section 28.2).</summary>
    public static async Task<PowerState> GetPowerStateAsync(this IIpmiChannel channel)
    {
        var data = await channel.RequireAsync(new IpmiRequest(NetworkFunction.Chassis, Command.GetChassisStatus), "Get Chassis Status", length: 1);
        return (data.Span[0] & PowerIsOn) != 0 ? PowerState.On : PowerState.Off;
    }

    /// <summary>Chassis Control (IPMI 2.0, section 28.3). Ends when the controller has taken it, before the machine has got there.</summary>
    /// <exception cref="DriverException">The controller refuses.</exception>
    public static async Task ControlAsync(this IIpmiChannel channel, ChassisAction action)
    {
        var request = new IpmiRequest(NetworkFunction.Chassis, Command.ChassisControl, (byte)action)
        {
            // Switching on or off twice is the same as once.
            Repeatable = action is ChassisAction.PowerDown or ChassisAction.PowerUp or ChassisAction.SoftShutdown,
        };
        await channel.RequireAsync(request, $"Chassis Control ({action})");
    }
}
