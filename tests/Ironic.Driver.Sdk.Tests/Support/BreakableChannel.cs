using System.Net.Sockets;
using Grpc.Net.Client;

namespace Ironic.Driver.Sdk.Tests.Support;

/// <summary>A channel whose connection a test can break as a crash of the caller's machine would: nothing is said, the connection is gone.</summary>
internal sealed class BreakableChannel : IDisposable
{
    private readonly List<Socket> _sockets = [];
    private readonly GrpcChannel _channel;

    public BreakableChannel(string url)
    {
        _channel = GrpcChannel.ForAddress(url, new GrpcChannelOptions
        {
            DisposeHttpClient = true,
            HttpHandler = new SocketsHttpHandler
            {
                ConnectCallback = async (context, cancellationToken) =>
                {
                    var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                    lock (_sockets)
                        _sockets.Add(socket);
                    await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                },
            },
        });
        Vendor = new V1.VendorPassthruService.VendorPassthruServiceClient(_channel);
        Power = new V1.PowerService.PowerServiceClient(_channel);
    }

    public V1.VendorPassthruService.VendorPassthruServiceClient Vendor { get; }

    public V1.PowerService.PowerServiceClient Power { get; }

    public void Break()
    {
        lock (_sockets)
            _sockets.ForEach(socket => socket.Close(timeout: 0));
    }

    public void Dispose() => _channel.Dispose();
}
