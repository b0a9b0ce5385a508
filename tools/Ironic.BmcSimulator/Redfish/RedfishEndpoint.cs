using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Ironic.BmcSimulator.Redfish;

/// <summary>A port with the service behind it.</summary>
/// <param name="Port">0: any that is free.</param>
/// <param name="Service">Who answers there.</param>
internal sealed record RedfishListener(int Port, RedfishService Service);

/// <summary>The web server of all Redfish services of a fleet.</summary>
internal sealed class RedfishEndpoint : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly CancellationTokenSource _stopping;

    private RedfishEndpoint(WebApplication application, CancellationTokenSource stopping, IReadOnlyList<int> ports) =>
        (_application, _stopping, Ports) = (application, stopping, ports);

    /// <summary>The ports, in the order of the listeners.</summary>
    public IReadOnlyList<int> Ports { get; }

    /// <param name="address">Where to listen.</param>
    /// <param name="listeners">The ports.</param>
    /// <param name="byHost">Services that are meant, whatever the port, when the first label of the header Host is their machine's name.</param>
    /// <param name="certificate">For HTTPS; null: HTTP.</param>
    /// <exception cref="IOException">A port is taken.</exception>
    public static async Task<RedfishEndpoint> StartAsync(
        IPAddress address,
        IReadOnlyList<RedfishListener> listeners,
        IReadOnlyDictionary<string, RedfishService> byHost,
        X509Certificate2? certificate,
        CancellationToken cancellation)
    {
        var builder = WebServer.CreateBuilder();
        var bound = new List<ListenOptions>();
        if (certificate is not null)
            builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            foreach (var listener in listeners)
            {
                kestrel.Listen(address, listener.Port, listen =>
                {
                    listen.Protocols = HttpProtocols.Http1;
                    listen.Use(next => connection =>
                    {
                        connection.Features.Set(listener.Service);
                        return next(connection);
                    });
                    if (certificate is not null)
                        listen.UseHttps(certificate);
                    bound.Add(listen);
                });
            }
        });
        var stopping = new CancellationTokenSource();
        var application = builder.Build();
        var pipeline = new RedfishPipeline(stopping.Token);
        application.Run(context => pipeline.HandleAsync(context, FindByHost(context, byHost) ?? context.Features.Get<RedfishService>()!));
        try
        {
            await application.StartAsync(cancellation);
            return new RedfishEndpoint(application, stopping, [.. bound.Select(listen => listen.IPEndPoint!.Port)]);
        }
        catch
        {
            await application.DisposeAsync();
            stopping.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // What stalls would keep the server from stopping.
        await _stopping.CancelAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _application.StopAsync(limit.Token);
        await _application.DisposeAsync();
        _stopping.Dispose();
    }

    private static RedfishService? FindByHost(HttpContext context, IReadOnlyDictionary<string, RedfishService> byHost)
    {
        var host = context.Request.Host.Host;
        var dot = host.IndexOf('.', StringComparison.Ordinal);
        return byHost.GetValueOrDefault(dot < 0 ? host : host[..dot]);
    }
}
