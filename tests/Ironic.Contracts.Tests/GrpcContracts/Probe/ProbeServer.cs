using System.Net;
using Grpc.AspNetCore.Server;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ironic.Contracts.Tests.GrpcContracts.Probe;

/// <summary>A Kestrel server on a free loopback port with the service of these tests.</summary>
internal sealed class ProbeServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ProbeServer(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    /// <param name="handlers">What the service does.</param>
    /// <param name="configure">Options of the server engine.</param>
    /// <param name="map">How the service is mapped; by its type unless given.</param>
    /// <param name="https">Makes the endpoint TLS; without it, the endpoint is HTTP/2 over plain TCP.</param>
    public static async Task<ProbeServer> StartAsync(
        ProbeHandlers handlers,
        Action<GrpcServiceOptions>? configure = null,
        Action<IEndpointRouteBuilder>? map = null,
        Action<HttpsConnectionAdapterOptions>? https = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, endpoint =>
        {
            endpoint.Protocols = HttpProtocols.Http2;
            if (https is not null)
            {
                endpoint.UseHttps(https);
            }
        }));
        builder.Services.AddSingleton(handlers);
        builder.Services.AddGrpc(configure ?? (_ => { }));
        var app = builder.Build();
        (map ?? (routes => routes.MapGrpcService<ProbeService>()))(app);
        await app.StartAsync();
        return new ProbeServer(app);
    }

    public GrpcChannel CreateChannel(GrpcChannelOptions? options = null) => GrpcChannel.ForAddress(Address, options ?? new GrpcChannelOptions());

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
