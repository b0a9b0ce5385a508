using System.Globalization;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Ipmi.Protocol;
using Ironic.Drivers.Ipmi.Sessions;

namespace Ironic.Drivers.Ipmi.Commands;

/// <summary>What a management controller says about itself (Get Device ID, IPMI 2.0, section 20.1).</summary>
/// <param name="DeviceId">Its device id.</param>
/// <param name="FirmwareRevision">Its firmware: <c>9.08</c>.</param>
/// <param name="IpmiVersion">The IPMI that it implements: <c>2.0</c>.</param>
/// <param name="ManufacturerId">The IANA enterprise number of its maker.</param>
/// <param name="ProductId">The maker's number of the product.</param>
internal sealed record ControllerInfo(byte DeviceId, string FirmwareRevision, string IpmiVersion, int ManufacturerId, int ProductId);

/// <summary>Commands about the management controller itself.</summary>
internal static class ControllerCommands
{
    /// <summary>Get Device ID.</summary>
    public static async Task<ControllerInfo> GetDeviceIdAsync(this IIpmiChannel channel)
    {
        var data = (await channel.RequireAsync(new IpmiRequest(NetworkFunction.Application, Command.GetDeviceId), "Get Device ID", length: 11)).Span;
        return new ControllerInfo(
            data[0],
            string.Create(CultureInfo.InvariantCulture, $"{data[2] & 0x7F}.{data[3]:x2}"),
            string.Create(CultureInfo.InvariantCulture, $"{data[4] & 0x0F}.{data[4] >> 4}"),
            data[6] | (data[7] << 8) | ((data[8] & 0x0F) << 16),
            data[9] | (data[10] << 8));
    }

    /// <summary>Cold Reset and Warm Reset (IPMI 2.0, sections 20.2 and 20.3). The controller's sessions end with it.</summary>
    public static async Task ResetControllerAsync(this IIpmiChannel channel, bool warm)
    {
        // Asked first, so that a controller that is not there is told apart from one that is busy with its reset and therefore says nothing.
        await channel.GetDeviceIdAsync();
        var request = new IpmiRequest(NetworkFunction.Application, warm ? Command.WarmReset : Command.ColdReset) { Repeatable = false };
        try
        {
            var response = await channel.ExecuteAsync(request);
            response.EnsureSuccess(channel.Address, warm ? "Warm Reset" : "Cold Reset");
        }
        catch (BmcUnreachableException) when (!warm)
        {
            // "This command does not return a response" in many controllers (section 20.2): they are resetting.
        }

        await channel.DropSessionAsync();
    }
}
