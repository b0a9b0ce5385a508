using System.Diagnostics;

namespace Ironic.Bench.Load;

/// <summary>What a load showed.</summary>
/// <param name="Elapsed">How long it was measured.</param>
/// <param name="Latencies">How long each request took, in ascending order, in ticks of <see cref="Stopwatch"/>.</param>
/// <param name="Errors">Answers that were not the expected ones.</param>
internal sealed record LoadResult(TimeSpan Elapsed, long[] Latencies, int Errors)
{
    public double RequestsPerSecond => Latencies.Length / Elapsed.TotalSeconds;

    /// <summary>The time within which that part of the requests was answered.</summary>
    public TimeSpan Percentile(double part) =>
        Latencies.Length == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(0, Latencies[Math.Min(Latencies.Length - 1, (int)(Latencies.Length * part))]);
}

/// <summary>Keeps connections busy.</summary>
internal static class LoadRunner
{
    private enum Phase
    {
        WarmUp,
        Measure,
        Stop,
    }

    /// <param name="connections">Each makes one request at a time. They are not disposed.</param>
    /// <param name="warmUp">How long to load before measuring.</param>
    /// <param name="duration">How long to measure.</param>
    /// <param name="atStart">Called when the measurement begins.</param>
    /// <param name="atEnd">Called when it ends, while the load goes on.</param>
    public static async Task<LoadResult> RunAsync(
        IReadOnlyList<ILoadConnection> connections, TimeSpan warmUp, TimeSpan duration, Func<Task> atStart, Func<Task> atEnd)
    {
        var state = new State();
        var loops = connections.Select(connection => Task.Factory.StartNew(
            () => LoopAsync(connection, state), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()).ToList();
        try
        {
            await WaitAsync(loops, warmUp);
            await atStart();
            var started = Stopwatch.GetTimestamp();
            state.Phase = Phase.Measure;
            await WaitAsync(loops, duration);
            state.Phase = Phase.Stop;
            var elapsed = Stopwatch.GetElapsedTime(started);
            await atEnd();
            var parts = await Task.WhenAll(loops);
            long[] latencies = [.. parts.SelectMany(part => part.Latencies)];
            Array.Sort(latencies);
            return new LoadResult(elapsed, latencies, parts.Sum(part => part.Errors));
        }
        finally
        {
            state.Phase = Phase.Stop;
        }
    }

    // A loop ends early only when its connection breaks.
    private static async Task WaitAsync(List<Task<(List<long> Latencies, int Errors)>> loops, TimeSpan time)
    {
        var first = await Task.WhenAny(Task.WhenAny(loops), Task.Delay(time));
        if (first is Task<Task<(List<long>, int)>> ended)
            await await ended;
    }

    private static async Task<(List<long> Latencies, int Errors)> LoopAsync(ILoadConnection connection, State state)
    {
        var latencies = new List<long>(16 * 1024);
        var errors = 0;
        while (state.Phase != Phase.Stop)
        {
            var started = Stopwatch.GetTimestamp();
            var good = await connection.RequestAsync();
            if (state.Phase != Phase.Measure)
                continue;
            latencies.Add(Stopwatch.GetTimestamp() - started);
            if (!good)
                errors++;
        }

        return (latencies, errors);
    }

    private sealed class State
    {
        private volatile Phase _phase;

        public Phase Phase
        {
            get => _phase;
            set => _phase = value;
        }
    }
}
