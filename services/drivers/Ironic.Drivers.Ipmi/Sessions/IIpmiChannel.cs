using Ironic.Driver.Sdk;
using Ironic.Drivers.Ipmi.Protocol;

namespace Ironic.Drivers.Ipmi.Sessions;

/// <summary>The turn of one caller at a management controller.</summary>
internal interface IIpmiChannel
{
    /// <summary>How messages call the controller.</summary>
    string Address { get; }

    /// <summary>Sends a command in the controller's session, which is opened if need be.</summary>
    /// <returns>The response, whatever its completion code.</returns>
    /// <exception cref="BmcUnreachableException">It does not answer.</exception>
    /// <exception cref="BmcAuthenticationException">It refuses the credentials.</exception>
    /// <exception cref="DriverException">It refuses a session for another reason.</exception>
    Task<IpmiResponse> ExecuteAsync(IpmiRequest request);

    /// <summary>Ends the session, of which the controller will know nothing any more.</summary>
    Task DropSessionAsync();
}

/// <summary>Commands whose success is expected.</summary>
internal static class IpmiChannels
{
    /// <summary>Sends a command that must succeed.</summary>
    /// <param name="name">How messages call it.</param>
    /// <returns>What follows the completion code.</returns>
    /// <exception cref="DriverException">It did not.</exception>
    public static async Task<ReadOnlyMemory<byte>> RequireAsync(this IIpmiChannel channel, IpmiRequest request, string name, int length = 0) =>
        (await channel.ExecuteAsync(request)).EnsureSuccess(channel.Address, name).RequireData(length, channel.Address, name);
}
