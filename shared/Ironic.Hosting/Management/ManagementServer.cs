using System.Diagnostics.Metrics;
using Ironic.Hosting.Endpoints;
using Ironic.Hosting.Health;
using Ironic.Hosting.Metrics;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ironic.Hosting.Management;

/// <summary>
/// A small server beside the main one. It answers while the main one drains, its requests count in no statistics, and nothing of it
/// can be reached over the main endpoints.
/// </summary>
internal sealed partial class ManagementServer(
    IOptions<ManagementOptions> options, ServiceHealth health, ServiceIdentity identity, IMeterFactory meterFactory, ILoggerFactory loggerFactory, IServiceProvider services)
    : IHostedService, IDisposable
{
    private readonly ILogger _logger = loggerFactory.CreateLogger<ManagementServer>();
    private MetricCollector? _metrics;
    private KestrelServer? _server;

    /// <summary>Where it listens, with the port that the system chose; null when it is off.</summary>
    public string? Url { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Url is null)
            return;
        var address = ListenAddress.Parse(options.Value.Url);
        var kestrel = new KestrelServerOptions { ApplicationServices = services, AddServerHeader = false };
        kestrel.Limits.MaxRequestBodySize = 0;
        kestrel.Limits.MaxConcurrentConnections = 100;
        ListenOptions? listening = null;
        kestrel.Listen(address.EndPoint, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listening = listen;
        });
        _metrics = new MetricCollector(identity, meterFactory, loggerFactory.CreateLogger<MetricCollector>());
        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), loggerFactory);
        _server = new KestrelServer(Options.Create(kestrel), transport, loggerFactory);
        await _server.StartAsync(new ManagementApplication(health, _metrics), cancellationToken);
        Url = address.ToUrl(listening!.EndPoint!);
        LogListening(Url);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _server?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public void Dispose()
    {
        _server?.Dispose();
        _metrics?.Dispose();
    }

    [LoggerMessage(EventId = 4, EventName = "ManagementListening", Level = LogLevel.Information, Message = "management on {Url}")]
    private partial void LogListening(string url);
}
