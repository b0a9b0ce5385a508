using System.Diagnostics;

namespace Ironic.Bench.Load;

/// <summary>
/// One caller that makes a request at even intervals, however long the last one took: what a person or a program meets that does not load the system itself.
/// </summary>
internal static class PacedLoad
{
    /// <summary>From the start of one request to that of the next; a late one is followed at once.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    /// <summary>Makes requests for some time on a thread of its own.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    public static Task<LoadResult> RunAsync(ILoadConnection connection, TimeSpan duration) => Task.Factory.StartNew(
        async () =>
        {
            var latencies = new List<long>((int)(duration / Interval));
            var errors = 0;
            var began = Stopwatch.GetTimestamp();
            for (var due = TimeSpan.Zero; due < duration; due += Interval)
            {
                if (due - Stopwatch.GetElapsedTime(began) is var wait && wait > TimeSpan.Zero)
                    Thread.Sleep(wait);
                var started = Stopwatch.GetTimestamp();
                var good = await connection.RequestAsync();
                latencies.Add(Stopwatch.GetTimestamp() - started);
                if (!good)
                    errors++;
            }

            var elapsed = Stopwatch.GetElapsedTime(began);
            latencies.Sort();
            return new LoadResult(elapsed, [.. latencies], errors);
        },
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
}
