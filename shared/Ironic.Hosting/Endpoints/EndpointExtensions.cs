using System.Net.Security;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace Ironic.Hosting.Endpoints;

/// <summary>Adds the main endpoints of a process. <see cref="ListeningAddresses"/> tells where they ended up.</summary>
public static class EndpointExtensions
{
    /// <summary>Listens for HTTP/2 alone, which is what gRPC speaks: without TLS (h2c) on http and unix addresses, with TLS on https.</summary>
    /// <param name="builder">A builder that has <c>AddIronicHosting</c>.</param>
    /// <param name="url">Reads the address (see <see cref="ListenAddress"/>) from the validated options.</param>
    public static WebApplicationBuilder ListenHttp2(this WebApplicationBuilder builder, Func<IServiceProvider, string> url) =>
        builder.Listen(url, HttpProtocols.Http2);

    /// <summary>Listens for HTTP/1.1; on https also for HTTP/2, as the client likes.</summary>
    /// <param name="builder">A builder that has <c>AddIronicHosting</c>.</param>
    /// <param name="url">Reads the address (see <see cref="ListenAddress"/>) from the validated options.</param>
    public static WebApplicationBuilder ListenHttp1(this WebApplicationBuilder builder, Func<IServiceProvider, string> url) =>
        builder.Listen(url, HttpProtocols.Http1);

    private static WebApplicationBuilder Listen(this WebApplicationBuilder builder, Func<IServiceProvider, string> url, HttpProtocols protocols)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(url);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            var services = kestrel.ApplicationServices;
            var address = ListenAddress.Parse(url(services));
            if (address.SocketPath is { } path)
                RemoveStaleSocket(path);
            kestrel.Listen(address.EndPoint, listen =>
            {
                listen.Protocols = protocols;
                if (address.IsSecure)
                {
                    if (protocols == HttpProtocols.Http1)
                        listen.Protocols = HttpProtocols.Http1AndHttp2;
                    UseTls(listen, services.GetRequiredService<ServerCertificate>(), services.GetRequiredService<ClientCertificates>());
                }

                services.GetRequiredService<ListeningAddresses>().Add(address, listen);
            });
        });
        return builder;
    }

    private static void UseTls(ListenOptions listen, ServerCertificate certificate, ClientCertificates clients)
    {
        // Fails at start, not at the first handshake.
        certificate.Get();
        List<SslApplicationProtocol> protocols = listen.Protocols == HttpProtocols.Http2
            ? [SslApplicationProtocol.Http2]
            : [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11];
        listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = _ =>
            {
                var handshake = new SslServerAuthenticationOptions { ServerCertificateContext = certificate.Get(), ApplicationProtocols = protocols };
                clients.Apply(handshake);
                return ValueTask.FromResult(handshake);
            },
        });
    }

    // A process that was killed leaves its socket file behind, and nobody can bind to the path until it is gone.
    private static void RemoveStaleSocket(string path)
    {
        if (!File.Exists(path))
            return;
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(path);
        }
    }
}
