using System.Collections.Concurrent;
using System.Diagnostics;

namespace Ironic.Testing;

/// <summary>
/// Starts all child processes from one thread that lives as long as this process. The kernel sends the parent-death signal when the
/// <em>thread</em> that forked ends; a thread of the pool may end at any time.
/// </summary>
internal static class ProcessSpawner
{
    private static readonly BlockingCollection<(Process Process, TaskCompletionSource Started)> Requests = [];

    static ProcessSpawner() => new Thread(Run) { IsBackground = true, Name = "Process spawner" }.Start();

    public static Task StartAsync(Process process)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Requests.Add((process, started));
        return started.Task;
    }

    private static void Run()
    {
        foreach (var (process, started) in Requests.GetConsumingEnumerable())
        {
            try
            {
                process.Start();
                started.SetResult();
            }
            catch (Exception exception)
            {
                started.SetException(exception);
            }
        }
    }
}
