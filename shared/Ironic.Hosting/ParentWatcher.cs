using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ironic.Hosting;

/// <summary>
/// Stops the process when its launcher is gone, however that ended. The kernel's parent death signal is no help: it is sent when the
/// launcher's <em>thread</em> ends that started the process.
/// </summary>
internal sealed partial class ParentWatcher(
    IOptions<HostingOptions> options, IHostApplicationLifetime lifetime, TimeProvider timeProvider, ILogger<ParentWatcher> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.ExitWithParent is not { } pid)
            return;
        // A process id is used again some day; with its start time it is unique.
        var parent = ReadStartTime(pid);
        using var timer = new PeriodicTimer(Interval, timeProvider);
        while (parent is not null && parent == ReadStartTime(pid))
        {
            if (!await WaitAsync(timer, stoppingToken))
                return;
        }

        LogParentGone(pid);
        lifetime.StopApplication();
    }

    private static async Task<bool> WaitAsync(PeriodicTimer timer, CancellationToken stoppingToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>A value that tells the process from a later one with the same id; null when it is gone or waits to be reaped.</summary>
    internal static string? ReadStartTime(int pid)
    {
        if (!OperatingSystem.IsLinux())
        {
            try
            {
                using var process = Process.GetProcessById(pid);
                return process.HasExited ? null : process.StartTime.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture);
            }
            catch (Exception e) when (e is ArgumentException or InvalidOperationException)
            {
                return null;
            }
        }

        try
        {
            // proc(5): "pid (comm) state ... starttime ..."; comm may itself hold spaces and parentheses.
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : fields[19];
        }
        catch (IOException)
        {
            return null;
        }
    }

    [LoggerMessage(EventId = 10, EventName = "ParentGone", Level = LogLevel.Warning, Message = "process {Pid}, which this one was started for, is gone; stopping")]
    private partial void LogParentGone(int pid);
}
