using Grpc.Core;
using Ironic.Hosting.Errors;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Drivers;

/// <summary>Keeps the drivers that the configuration names registered. One that does not answer loses its lease, as one that does not renew it.</summary>
internal sealed partial class KnownDrivers(
    DriverConnector connector, DriverRegistry registry, IOptions<DriverOptions> options, Clock clock, ILogger<KnownDrivers> logger) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(options.Value.Known.Select(endpoint => KeepAsync(endpoint, stoppingToken)));

    private async Task KeepAsync(string endpoint, CancellationToken stoppingToken)
    {
        using var driver = connector.Open(endpoint, registry);
        using var timer = new PeriodicTimer(options.Value.LeaseDuration / 3, clock.Provider);
        string? told = null;
        do
        {
            string? problem = null;
            try
            {
                await driver.AskAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                problem = Describe(e);
                // A driver may be away for days: each reason is told once.
                if (problem != told)
                    LogUnusable(e, driver.Endpoint, problem);
            }

            if (problem is null && told is not null)
                LogUsable(driver.Endpoint);
            told = problem;
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private static string Describe(Exception exception) => exception switch
    {
        RpcException unanswered => $"it does not answer: {unanswered.StatusCode}",
        IronicException refused => refused.Message,
        _ => "its registration could not be stored",
    };

    [LoggerMessage(EventId = 1320, EventName = "KnownDriverUnusable", Level = LogLevel.Warning, Message = "The driver at {Endpoint} (Drivers:Known) cannot be used: {Problem}")]
    private partial void LogUnusable(Exception exception, string endpoint, string problem);

    [LoggerMessage(EventId = 1321, EventName = "KnownDriverUsable", Level = LogLevel.Information, Message = "The driver at {Endpoint} (Drivers:Known) can be used again")]
    private partial void LogUsable(string endpoint);
}
