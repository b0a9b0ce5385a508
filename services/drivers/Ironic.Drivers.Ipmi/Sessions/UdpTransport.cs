using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Ironic.Drivers.Ipmi.Protocol;

namespace Ironic.Drivers.Ipmi.Sessions;

/// <summary>
/// One UDP socket for all management controllers, and one loop that reads it. What arrives is handed to the link of the address that it came from; what
/// comes from anybody else is dropped.
/// </summary>
internal sealed partial class UdpTransport : IAsyncDisposable
{
    // Thousands of controllers may answer at the same moment.
    private const int SocketBufferBytes = 4 * 1024 * 1024;

    private readonly ConcurrentDictionary<SocketAddress, BmcLink> _links = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Socket _socket;
    private readonly IpmiMetrics _metrics;
    private readonly ILogger<UdpTransport> _logger;
    private readonly Task _loop;

    public UdpTransport(IpmiMetrics metrics, ILogger<UdpTransport> logger)
    {
        _metrics = metrics;
        _logger = logger;
        _socket = Socket.OSSupportsIPv6
            ? new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp) { DualMode = true }
            : new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        _socket.ReceiveBufferSize = SocketBufferBytes;
        _socket.Bind(new IPEndPoint(Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, 0));
        _loop = Task.Run(ReceiveAsync);
    }

    /// <summary>The link to an address, to which the caller has the exclusive right until he detaches it.</summary>
    public BmcLink Attach(IPEndPoint endpoint)
    {
        var address = new IPEndPoint(_socket.AddressFamily == AddressFamily.InterNetworkV6 ? endpoint.Address.MapToIPv6() : endpoint.Address, endpoint.Port).Serialize();
        var link = new BmcLink(this, address);
        return _links.TryAdd(address, link) ? link : throw new InvalidOperationException($"There is a link to {endpoint} already.");
    }

    public void Detach(BmcLink link) => _links.TryRemove(new KeyValuePair<SocketAddress, BmcLink>(link.Address, link));

    /// <summary>Hands a datagram to the kernel, which does not wait for anybody.</summary>
    /// <exception cref="SocketException">The network cannot take it.</exception>
    // SendToAsync with a SocketAddress must not be called by two at a time: the first call takes away the second one's address when it returns.
    public void Send(SocketAddress address, ReadOnlySpan<byte> datagram) => _socket.SendTo(datagram, SocketFlags.None, address);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _socket.Dispose();
        _stop.Dispose();
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[Rmcp.MaximumPacketLength];
        var from = new SocketAddress(_socket.AddressFamily);
        while (true)
        {
            try
            {
                var length = await _socket.ReceiveFromAsync(buffer.AsMemory(), SocketFlags.None, from, _stop.Token);
                if (!_links.TryGetValue(from, out var link))
                    _metrics.DatagramDropped("stranger");
                else if (!link.Deliver(buffer.AsSpan(0, length).ToArray()))
                    _metrics.DatagramDropped("no console");
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (SocketException exception)
            {
                // A datagram that is too long, or the network's word about one that was sent: those who wait for it have their timeouts.
                LogReceiveFailed(exception.SocketErrorCode);
                _metrics.DatagramDropped("socket error");
            }
        }
    }

    [LoggerMessage(EventId = 7200, EventName = "ReceiveFailed", Level = LogLevel.Debug, Message = "The socket reports {Error}")]
    private partial void LogReceiveFailed(SocketError error);
}
