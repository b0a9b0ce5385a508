namespace Ironic.Conductor.Lanes;

/// <summary>
/// Lets the work that was accepted end before the process does, within the host's shutdown time. What is left then ends with the process: its
/// locks expire, and another conductor settles the nodes.
/// </summary>
internal sealed partial class LaneDrain(ConductorLanes lanes, ILogger<LaneDrain> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (lanes.Pending == 0)
            return;
        LogDraining(lanes.Pending);
        try
        {
            await lanes.WhenIdleAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            LogAbandoned(lanes.Pending);
        }
    }

    [LoggerMessage(EventId = 1251, EventName = "ActionsDraining", Level = LogLevel.Information, Message = "Waiting for {Count} accepted actions to end")]
    private partial void LogDraining(int count);

    [LoggerMessage(EventId = 1252, EventName = "ActionsAbandoned", Level = LogLevel.Warning, Message = "{Count} accepted actions have not ended in time and are abandoned")]
    private partial void LogAbandoned(int count);
}
