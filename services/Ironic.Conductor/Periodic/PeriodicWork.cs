using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Ironic.Conductor.Periodic;

/// <summary>When work is done for the first time. After that its turns come an interval apart.</summary>
internal enum FirstRun
{
    /// <summary>With its first turn, which is somewhere within the first interval.</summary>
    Spread,

    /// <summary>When the conductor starts, without being waited for; then as <see cref="Spread"/>.</summary>
    AtStart,

    /// <summary>Before the conductor takes its first request; then as <see cref="Spread"/>.</summary>
    BeforeRequests,
}

/// <summary>
/// Does one kind of work again and again, never twice at a time, and independently of the other kinds: one that hangs holds up no other one. Where in
/// the interval its turns are depends on its name and the conductor's, so that neither the kinds nor the conductors that start together come
/// together. A failure is logged and counted, and the next turn tries again.
/// </summary>
/// <param name="name">For logs and metrics.</param>
/// <param name="interval">Between two turns; zero: the work is never done. Turns that pass while the work goes on are one.</param>
/// <param name="run">Does the work once, and returns how many things it changed. Its token is cancelled when the conductor begins to stop.</param>
/// <param name="hostStopping">Cancelled when the host begins to stop: before the lanes are let run empty, so that nothing is put into them any more.</param>
internal sealed partial class PeriodicWork(
    string name,
    TimeSpan interval,
    FirstRun first,
    Func<CancellationToken, Task<int>> run,
    ConductorIdentity self,
    Clock clock,
    ConductorMetrics metrics,
    ILogger<PeriodicWork> logger,
    CancellationToken hostStopping = default) : BackgroundService
{
    public string Name => name;

    /// <summary>How long after the start the first turn of some work is: the same for each start, different for each conductor and work.</summary>
    public static TimeSpan Offset(string hostname, string name, TimeSpan interval)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{hostname}/{name}"));
        return interval * (BinaryPrimitives.ReadUInt32LittleEndian(hash) / (double)uint.MaxValue);
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (interval > TimeSpan.Zero && first == FirstRun.BeforeRequests)
            await RunAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (interval <= TimeSpan.Zero)
            return;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, hostStopping);
        try
        {
            await RepeatAsync(either.Token);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // The conductor stops.
        }
    }

    private async Task RepeatAsync(CancellationToken stopping)
    {
        if (first == FirstRun.AtStart)
            await RunAsync(stopping);
        await Task.Delay(Offset(self.Hostname, name, interval), clock.Provider, stopping);
        using var timer = new PeriodicTimer(interval, clock.Provider);
        do
        {
            await RunAsync(stopping);
        }
        while (await timer.WaitForNextTickAsync(stopping));
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var started = clock.Provider.GetTimestamp();
        try
        {
            var count = await run(cancellationToken);
            metrics.PeriodicWorkDone(name, succeeded: true, clock.Provider.GetElapsedTime(started));
            if (count > 0)
                LogDone(name, count);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            metrics.PeriodicWorkDone(name, succeeded: false, clock.Provider.GetElapsedTime(started));
            LogFailed(e, name);
        }
    }

    [LoggerMessage(EventId = 2500, EventName = "PeriodicWorkDone", Level = LogLevel.Information, Message = "Periodic work {Work}: {Count} changes")]
    private partial void LogDone(string work, int count);

    [LoggerMessage(EventId = 2501, EventName = "PeriodicWorkFailed", Level = LogLevel.Warning, Message = "Periodic work {Work} failed; it is tried again with its next turn")]
    private partial void LogFailed(Exception exception, string work);
}
