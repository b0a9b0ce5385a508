using System.Net;
using System.Threading.Channels;
using Ironic.Drivers.Ipmi.Protocol;

namespace Ironic.Drivers.Ipmi.Sessions;

/// <summary>
/// The way to one management controller: what is sent there, and what has arrived from there. Answers are read by one caller at a time; packets of the serial
/// console have a queue of their own, so that neither kind can push the other one out.
/// </summary>
internal sealed class BmcLink(UdpTransport transport, SocketAddress address)
{
    // One request is under way at a time, and its answer is one packet or two. More are repetitions, or somebody's flood.
    private const int MaximumWaiting = 16;

    private readonly Channel<byte[]> _arrived = Channel.CreateBounded<byte[]>(
        new BoundedChannelOptions(MaximumWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true, SingleWriter = true });

    private Channel<byte[]>? _console;

    public SocketAddress Address { get; } = address;

    /// <summary>Hands over what has arrived.</summary>
    /// <returns>false when nobody waits for its kind.</returns>
    public bool Deliver(byte[] datagram) => Ipmi20Packet.IsSerialOverLan(datagram)
        ? Volatile.Read(ref _console)?.Writer.TryWrite(datagram) ?? false
        : _arrived.Writer.TryWrite(datagram);

    /// <summary>Begins to keep what arrives from the serial console. It ends what another one has received.</summary>
    /// <returns>What arrives; completed when the console is closed.</returns>
    public ChannelReader<byte[]> OpenConsole()
    {
        // The controller has one text under way at a time, and acknowledges one of ours.
        var console = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(MaximumWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        Interlocked.Exchange(ref _console, console)?.Writer.TryComplete();
        return console.Reader;
    }

    /// <summary>Ends it.</summary>
    public void CloseConsole() => Interlocked.Exchange(ref _console, null)?.Writer.TryComplete();

    /// <summary>Sends a packet; whether it arrives, only an answer tells.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The network cannot take it.</exception>
    public void Send(ReadOnlySpan<byte> datagram) => transport.Send(Address, datagram);

    /// <summary>The next packet that has arrived.</summary>
    public ValueTask<byte[]> ReceiveAsync(CancellationToken cancellationToken) => _arrived.Reader.ReadAsync(cancellationToken);
}
