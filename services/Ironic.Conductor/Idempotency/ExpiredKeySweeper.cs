using Ironic.Conductor.Storage;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Idempotency;

/// <summary>Removes answers to creations that are past their window.</summary>
internal sealed partial class ExpiredKeySweeper(IdempotencyStore store, IOptions<IdempotencyOptions> options, Clock clock, ILogger<ExpiredKeySweeper> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.SweepInterval, clock.Provider);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                LogRemoved(await store.RemoveExpiredAsync(stoppingToken));
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // The database was away; expired keys are not read, so they only take room until the next time.
                LogFailed(e);
            }
        }
    }

    [LoggerMessage(EventId = 1952, EventName = "ExpiredKeysRemoved", Level = LogLevel.Debug, Message = "{Count} idempotency keys were past their window and are removed")]
    private partial void LogRemoved(int count);

    [LoggerMessage(EventId = 1953, EventName = "KeySweepFailed", Level = LogLevel.Warning, Message = "Idempotency keys that are past their window could not be removed")]
    private partial void LogFailed(Exception exception);
}
