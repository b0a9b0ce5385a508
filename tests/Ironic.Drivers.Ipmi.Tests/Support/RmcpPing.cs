using System.Net.Sockets;
using Ironic.Drivers.Ipmi.Protocol;
using Ironic.Drivers.Ipmi.Sessions;

namespace Ironic.Drivers.Ipmi.Tests.Support;

/// <summary>Asks whether a BMC listens at a loopback port.</summary>
internal static class RmcpPing
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    public static async Task<bool> AnswersAsync(int port)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var client = new UdpClient();
        try
        {
            client.Connect("127.0.0.1", port);
            var message = new LanMessage(LanMessage.BmcAddress, (byte)NetworkFunction.Application, 0, LanMessage.ConsoleAddress, 1, 0, Command.GetChannelAuthenticationCapabilities, (byte[])[0x0E, 4]);
            await client.SendAsync(SessionlessCodec.Instance.Wrap(message.Encode()), limit.Token);
            await client.ReceiveAsync(limit.Token);
            return true;
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            return false;
        }
    }
}
