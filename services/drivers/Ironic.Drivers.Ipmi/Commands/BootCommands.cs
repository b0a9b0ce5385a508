using Ironic.Driver.Sdk;
using Ironic.Drivers.Ipmi.Protocol;
using Ironic.Drivers.Ipmi.Sessions;

namespace Ironic.Drivers.Ipmi.Commands;

/// <summary>Boot options of a machine (IPMI 2.0, sections 28.12 and 28.13).</summary>
internal static class BootCommands
{
    private const byte SetInProgress = 0;
    private const byte FlagValidClearing = 3;
    private const byte BootInfoAcknowledge = 4;
    private const byte Flags = 5;

    // Parameter 0: complete, in progress.
    private const byte Complete = 0;
    private const byte InProgress = 1;

    // Parameter 3, bit 3: don't clear the flags when no chassis control follows within 60 s.
    private const byte KeepAfterTimeout = 0x08;

    /// <summary>Sets the flags. The parameters around them are optional for controllers, and so is their success.</summary>
    /// <param name="keep">Whether the flags are to be kept for longer than a minute.</param>
    public static async Task SetBootFlagsAsync(this IIpmiChannel channel, BootFlags flags, bool keep)
    {
        if (keep)
            await TrySetAsync(channel, FlagValidClearing, KeepAfterTimeout);
        var announced = await TrySetAsync(channel, SetInProgress, InProgress);
        // The BIOS has not handled these flags yet (bit 0, which the mask selects).
        await TrySetAsync(channel, BootInfoAcknowledge, 0x01, 0x01);
        try
        {
            await channel.RequireAsync(Request(Flags, flags.Encode()), "Set System Boot Options (boot flags)");
        }
        finally
        {
            if (announced)
                await TrySetAsync(channel, SetInProgress, Complete);
        }
    }

    /// <summary>Reads the flags.</summary>
    public static async Task<BootFlags> GetBootFlagsAsync(this IIpmiChannel channel)
    {
        // The parameter, no set, no block; the answer begins with the parameter's version and number.
        const int prefix = 2;
        var request = new IpmiRequest(NetworkFunction.Chassis, Command.GetSystemBootOptions, Flags, 0, 0);
        var data = await channel.RequireAsync(request, "Get System Boot Options (boot flags)", prefix + 2);
        return BootFlags.Decode(data.Span[prefix..]);
    }

    /// <returns>Whether the controller has taken it.</returns>
    /// <exception cref="DriverException">It does not answer, or is too busy for anything.</exception>
    private static async Task<bool> TrySetAsync(IIpmiChannel channel, byte parameter, params byte[] data)
    {
        var response = await channel.ExecuteAsync(Request(parameter, data));
        return response.Code == CompletionCode.Ok;
    }

    private static IpmiRequest Request(byte parameter, byte[] data) => new(NetworkFunction.Chassis, Command.SetSystemBootOptions, [parameter, .. data]);
}
