namespace Ironic.Stack;

/// <summary>Starts the processes that die again: at once, then after longer and longer pauses while they keep dying.</summary>
/// <param name="stack">The stack.</param>
/// <param name="report">Is told what happens, in lines for people.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class Supervisor(IronicStack stack, Action<string> report, TimeProvider timeProvider)
{
    /// <summary>A process that has lived as long begins anew with the shortest pause.</summary>
    public static readonly TimeSpan Stable = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly Dictionary<StackProcess, (TimeSpan Pause, long StartedAt)> _history = [];

    /// <summary>How long to wait before the process is started again.</summary>
    internal TimeSpan NextPause(StackProcess process)
    {
        var now = timeProvider.GetTimestamp();
        var pause = _history.TryGetValue(process, out var last) && timeProvider.GetElapsedTime(last.StartedAt, now) < Stable
            ? last.Pause == TimeSpan.Zero ? FirstPause : TimeSpan.FromTicks(Math.Min(last.Pause.Ticks * 2, LongestPause.Ticks))
            : TimeSpan.Zero;
        _history[process] = (pause, now + (long)(pause.TotalSeconds * timeProvider.TimestampFrequency));
        return pause;
    }

    /// <summary>Watches until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var restarts = new List<Task>();
        try
        {
            await foreach (var process in stack.Deaths.ReadAllAsync(cancellationToken))
            {
                restarts.RemoveAll(restart => restart.IsCompletedSuccessfully);
                restarts.Add(RestartAsync(process, NextPause(process), cancellationToken));
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The stack is being stopped.
        }

        await Task.WhenAll(restarts);
    }

    private async Task RestartAsync(StackProcess process, TimeSpan pause, CancellationToken cancellationToken)
    {
        var when = pause == TimeSpan.Zero ? "now" : $"in {pause.TotalSeconds} s";
        report($"{process.Name} ended with status {process.ExitCode}; starting it again {when} (its log: {process.LogPath})");
        try
        {
            await Task.Delay(pause, timeProvider, cancellationToken);
            await process.StartAsync(cancellationToken);
            report($"{process.Name} is back");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The stack is being stopped.
        }
        catch (StackException) when (!process.IsRunning)
        {
            // Its end is another entry of Deaths.
        }
        catch (StackException e)
        {
            report(e.Message);
        }
    }
}
