using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Grpc.Net.Client;

namespace Ironic.Client.Internal;

/// <summary>Makes channels: over TCP without and with TLS, and over unix sockets.</summary>
internal static class ChannelFactory
{
    private const string UnixPrefix = "unix:";

    // A page of nodes in full is larger than gRPC's 4 MiB.
    private const int MaxReceiveMessageSize = 64 * 1024 * 1024;

    /// <exception cref="FormatException">The address is none.</exception>
    public static GrpcChannel Create(string address, IronicClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(address);
        var socketPath = address.StartsWith(UnixPrefix, StringComparison.Ordinal) ? ParseSocketPath(address) : null;
        var uri = socketPath is null ? ParseUri(address) : new Uri("http://localhost");
        var channelOptions = new GrpcChannelOptions
        {
            HttpHandler = CreateHandler(socketPath, options),
            DisposeHttpClient = true,
            LoggerFactory = options.LoggerFactory,
            MaxReceiveMessageSize = MaxReceiveMessageSize,
            ServiceConfig = ReadRetries.CreateServiceConfig(options.MaxReadAttempts),
            // The defaults wait up to two minutes before a restarted server is tried again, and fail every call until then.
            InitialReconnectBackoff = TimeSpan.FromMilliseconds(100),
            MaxReconnectBackoff = TimeSpan.FromSeconds(5),
        };
        options.ConfigureChannel?.Invoke(channelOptions);
        return GrpcChannel.ForAddress(uri, channelOptions);
    }

    private static string ParseSocketPath(string address)
    {
        // "unix:/path" and "unix:///path" are the same.
        var path = address.StartsWith(UnixPrefix + "///", StringComparison.Ordinal) ? address[(UnixPrefix.Length + 2)..] : address[UnixPrefix.Length..];
        return Path.IsPathRooted(path) ? path : throw new FormatException($"'{address}' needs an absolute path, such as unix:/run/ironic.sock");
    }

    private static Uri ParseUri(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new FormatException($"'{address}' is no address; it begins with http://, https:// or unix:");

    private static SocketsHttpHandler CreateHandler(string? socketPath, IronicClientOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            // A server that vanished without closing the connection is noticed.
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
        };
        if (socketPath is not null)
            handler.ConnectCallback = (_, cancellationToken) => ConnectAsync(socketPath, cancellationToken);
        if (options.TrustedCertificates is { } trusted)
        {
            handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                // A private authority seldom publishes what it revoked.
                RevocationMode = X509RevocationMode.NoCheck,
            };
            handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(trusted);
        }

        options.ConfigureHandler?.Invoke(handler);
        return handler;
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
