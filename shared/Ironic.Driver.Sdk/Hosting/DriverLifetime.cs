using Ironic.Driver.Sdk.Operations;
using Ironic.Driver.Sdk.Registration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ironic.Driver.Sdk;

/// <summary>
/// Opens the driver for work when the server listens, and drains it before the server stops: no new operations, no lease,
/// then the end of what runs, at the latest after the drain timeout.
/// </summary>
internal sealed partial class DriverLifetime(
    DriverState state,
    DriverRegistration registration,
    OperationRegistry operations,
    IOptions<DriverOptions> options,
    TimeProvider time,
    ILogger<DriverLifetime> logger) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        state.SetReady();
        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        state.SetDraining();
        // Until the conductor knows, it sends work in good faith: that is done, not refused.
        await registration.LeaveAsync(cancellationToken);
        operations.StartDrain();
        LogDraining(operations.RunningCount, options.Value.DrainTimeout);
        using var limit = new CancellationTokenSource(options.Value.DrainTimeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await operations.WaitUntilIdleAsync(stop.Token);
            LogDrained();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            LogDrainTimeout(operations.RunningCount);
            operations.StopAll();
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(EventId = 7130, EventName = "Draining", Level = LogLevel.Information, Message = "Draining: {Running} calls run and have {DrainTimeout} to end")]
    private partial void LogDraining(int running, TimeSpan drainTimeout);

    [LoggerMessage(EventId = 7131, EventName = "Drained", Level = LogLevel.Information, Message = "Drained")]
    private partial void LogDrained();

    [LoggerMessage(EventId = 7132, EventName = "DrainTimeout", Level = LogLevel.Warning, Message = "{Running} calls have not ended in time and are stopped")]
    private partial void LogDrainTimeout(int running);
}
