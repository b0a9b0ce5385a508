using System.Net;
using System.Threading.Channels;

namespace Ironic.Drivers.Ipmi.Sessions;

/// <summary>The way to one management controller: what is sent there, and what has arrived from there. Read by one caller at a time.</summary>
internal sealed class BmcLink(UdpTransport transport, SocketAddress address)
{
    // One request is under way at a time, and its answer is one packet or two. More are repetitions, or somebody's flood.
    private const int MaximumWaiting = 16;

    private readonly Channel<byte[]> _arrived = Channel.CreateBounded<byte[]>(
        new BoundedChannelOptions(MaximumWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true, SingleWriter = true });

    public SocketAddress Address { get; } = address;

    /// <summary>Hands over what has arrived.</summary>
    public void Deliver(byte[] datagram) => _arrived.Writer.TryWrite(datagram);

    /// <summary>Sends a packet; whether it arrives, only an answer tells.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The network cannot take it.</exception>
    public void Send(ReadOnlySpan<byte> datagram) => transport.Send(Address, datagram);

    /// <summary>The next packet that has arrived.</summary>
    public ValueTask<byte[]> ReceiveAsync(CancellationToken cancellationToken) => _arrived.Reader.ReadAsync(cancellationToken);
}
