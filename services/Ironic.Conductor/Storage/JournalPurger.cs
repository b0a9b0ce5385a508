using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Storage;

/// <summary>Purges the journal from time to time.</summary>
internal sealed partial class JournalPurger(JournalPurge purge, IOptions<JournalOptions> options, Clock clock, ILogger<JournalPurger> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.PurgeInterval, clock.Provider);
        do
        {
            try
            {
                LogPurged(await purge.PurgeAsync(stoppingToken));
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // The database was away; what is left over only takes room until the next time.
                LogFailed(e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(EventId = 2402, EventName = "JournalPurged", Level = LogLevel.Information, Message = "{Count} events of the journal were purged")]
    private partial void LogPurged(int count);

    [LoggerMessage(EventId = 2403, EventName = "JournalPurgeFailed", Level = LogLevel.Warning, Message = "The journal could not be purged")]
    private partial void LogFailed(Exception exception);
}
