using Ironic.Hosting.Endpoints;
using Ironic.Hosting.Health;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ironic.Hosting;

/// <summary>Tells the log and the health service when the process is up and when it stops.</summary>
internal sealed partial class HostLifecycle(
    ServiceHealth health, ListeningAddresses addresses, IOptions<TlsOptions> tls, IHostApplicationLifetime lifetime, ILogger<HostLifecycle> logger) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Whoever configures a certificate believes that traffic is encrypted.
        if (tls.Value.CertificatePath is not null && !addresses.HasSecureEndpoint)
            throw new FormatException("Tls:CertificatePath is set but no endpoint's URL begins with https://");
        lifetime.ApplicationStopping.Register(() => health.Set(ServiceHealth.HostCondition, false, "stopping"));
        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        foreach (var url in addresses.Urls)
            LogListening(url);
        health.Set(ServiceHealth.HostCondition, true);
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        LogStopping();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        LogStopped();
        return Task.CompletedTask;
    }

    [LoggerMessage(EventId = 1, EventName = "Listening", Level = LogLevel.Information, Message = "listening on {Url}")]
    private partial void LogListening(string url);

    [LoggerMessage(EventId = 2, EventName = "Stopping", Level = LogLevel.Information, Message = "stopping")]
    private partial void LogStopping();

    [LoggerMessage(EventId = 3, EventName = "Stopped", Level = LogLevel.Information, Message = "stopped")]
    private partial void LogStopped();
}
