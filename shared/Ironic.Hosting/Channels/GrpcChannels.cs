using System.Net.Sockets;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Ironic.Hosting.Requests;
using Microsoft.Extensions.Logging;

namespace Ironic.Hosting.Channels;

/// <summary>Makes the channels over which the processes call each other.</summary>
public static class GrpcChannels
{
    /// <summary>The largest message that is taken, in bytes: a page of nodes in detail, or a config drive.</summary>
    public const int MaxMessageSize = 64 * 1024 * 1024;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Opens a channel. Connections are made on demand, kept, probed while idle and made again within a second after the peer
    /// comes back; proxies of the environment are not used.
    /// </summary>
    /// <param name="address"><c>http://host:port</c> (h2c), <c>https://host:port</c> or <c>unix:/path</c>.</param>
    /// <param name="loggerFactory">Where the channel logs.</param>
    /// <param name="tls">Whom it trusts over https; null: whom the system trusts.</param>
    /// <exception cref="FormatException">The address is none of these.</exception>
    public static GrpcChannel Create(string address, ILoggerFactory? loggerFactory = null, ChannelTls? tls = null)
    {
        var handler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            ConnectTimeout = ConnectTimeout,
            KeepAlivePingDelay = TimeSpan.FromSeconds(20),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(5),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
        };
        tls?.Apply(handler.SslOptions);
        Uri uri;
        if (address.StartsWith("unix:", StringComparison.Ordinal))
        {
            var endPoint = Endpoints.ListenAddress.Parse(address).EndPoint;
            handler.ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(endPoint, cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            };
            uri = new Uri("http://localhost");
        }
        else if (FindMistake(address) is { } mistake)
        {
            handler.Dispose();
            throw new FormatException(mistake);
        }
        else
        {
            uri = new Uri(address);
        }

        return GrpcChannel.ForAddress(uri, new GrpcChannelOptions
        {
            HttpHandler = handler,
            DisposeHttpClient = true,
            LoggerFactory = loggerFactory,
            MaxReceiveMessageSize = MaxMessageSize,
            MaxSendMessageSize = MaxMessageSize,
            // The defaults wait up to two minutes before a restarted peer is tried again, and fail every call until then.
            InitialReconnectBackoff = TimeSpan.FromMilliseconds(50),
            MaxReconnectBackoff = TimeSpan.FromSeconds(1),
        });
    }

    /// <summary>What is wrong with a text that shall be the address of a channel; null when nothing is.</summary>
    public static string? FindMistake(string address)
    {
        if (address.StartsWith("unix:", StringComparison.Ordinal))
            return Endpoints.ListenAddress.FindMistake(address);
        return Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? null
            : $"'{address}' is no address; it begins with http://, https:// or unix:";
    }

    /// <summary>An invoker for the channel's stubs that passes the current request's id and microversion on.</summary>
    public static CallInvoker WithRequestContext(this ChannelBase channel) => channel.Intercept(new RequestContextClientInterceptor());
}
