using System.Net.Sockets;
using System.Threading.Channels;
using Ironic.Drivers.Ipmi.Protocol;

namespace Ironic.Drivers.Ipmi.Sessions;

/// <summary>The serial console of a management controller, for as long as its payload is active in the session.</summary>
/// <param name="link">The way to the controller.</param>
/// <param name="arrived">The console's packets from there; completed when the payload has ended.</param>
/// <param name="session">The session.</param>
/// <param name="maximumText">How many characters the controller takes in a packet.</param>
/// <param name="isActive">Asks the controller, by a command that takes its turn.</param>
/// <param name="metrics">What it counts.</param>
internal sealed class SolChannel(
    BmcLink link, ChannelReader<byte[]> arrived, Session20Codec session, int maximumText, Func<CancellationToken, Task<bool>> isActive, IpmiMetrics metrics)
{
    /// <summary>How many characters the controller takes in a packet.</summary>
    public int MaximumText => maximumText;

    /// <summary>Sends a payload. Whether it arrives, only an acknowledgement tells; with the session at its end, there will be none.</summary>
    public void Send(ReadOnlyMemory<byte> payload)
    {
        if (!session.TryWrap(PayloadType.SerialOverLan, payload, out var packet))
            return;
        try
        {
            link.Send(packet);
        }
        catch (SocketException)
        {
            // As good as lost on the way: it is sent again, or asked for again.
            metrics.DatagramDropped("socket error");
        }
    }

    /// <summary>The next payload that has arrived; null when the console, or its session, has ended.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancellationToken)
    {
        while (await arrived.WaitToReadAsync(cancellationToken))
        {
            while (arrived.TryRead(out var datagram))
            {
                if (session.TryUnwrap(PayloadType.SerialOverLan, datagram, out var payload))
                    return payload;
                metrics.DatagramDropped("not authentic");
            }
        }

        return null;
    }

    /// <summary>Whether the controller has the console still active. It keeps the session from ending for want of packets.</summary>
    /// <exception cref="Driver.Sdk.DriverException">The controller does not answer, or refuses.</exception>
    public Task<bool> IsActiveAsync(CancellationToken cancellationToken) => isActive(cancellationToken);
}
