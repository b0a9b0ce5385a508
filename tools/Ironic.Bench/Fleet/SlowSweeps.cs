using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Ironic.Bench.Load;
using Ironic.Bench.Measurement;
using Ironic.Bench.Target;
using Ironic.Stack;

namespace Ironic.Bench.Fleet;

/// <summary>
/// Whether one conductor keeps the power of thousands of nodes known whose controllers each take a second to answer, and what its callers notice of that.
/// </summary>
internal sealed class SlowSweeps(BenchTarget target, Action<string> say)
{
    /// <summary>How <c>--only</c> calls it. It is measured only when asked for.</summary>
    public const string Kind = "sweep";

    /// <summary>How many nodes are looked at.</summary>
    public const int Nodes = 10_000;

    /// <summary>Within which time all of them are to be looked at.</summary>
    public static readonly TimeSpan Goal = TimeSpan.FromMinutes(1);

    /// <summary>How many times the latency of an idle system is to be enough for a caller.</summary>
    public const double LatencyGoal = 2;

    private const int Called = 100;

    private const int AtOnce = 16;

    // What is compiled on the way of a request is compiled by then.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Duration = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>The system for it: controllers that take a second, and a look at the power every minute.</summary>
    public static StackOptions Configure(StackOptions stack) => stack with
    {
        Profile = stack.Profile
            .With("driver", "Fake:Delays:power.get_power_state", "1")
            .With("conductor", "PowerSync:Interval", "00:01:00")
            .With("conductor", "PowerSync:Concurrency", "250"),
    };

    public async Task<SlowSweepResult> MeasureAsync()
    {
        var called = await CreateAsync(Called);
        using var connection = new HttpConnection(target.Rest, new RequestCycle(called.Select(node => HttpConnection.CreateRequest(target.Rest, "GET", $"/v1/nodes/{node}"))), 200);
        await PacedLoad.RunAsync(connection, WarmUp);
        var idle = await PacedLoad.RunAsync(connection, Idle);
        await CreateAsync(Nodes - Called);
        say($"there are {Nodes} nodes");

        var sweeps = new SweepClock(target);
        // The first look at all of them, which stores what they answer, is over by the end of the first that is counted.
        while (sweeps.Durations.Count < 2)
            await LookAsync(sweeps);
        say("their power is known");
        var first = sweeps.Durations.Count;
        var before = await WatchedProcess.ReadUsageAsync(target.Processes);
        var began = Stopwatch.GetTimestamp();
        var during = PacedLoad.RunAsync(connection, Duration);
        while (!during.IsCompleted)
            await LookAsync(sweeps);
        var elapsed = Stopwatch.GetElapsedTime(began);
        var after = await WatchedProcess.ReadUsageAsync(target.Processes);
        return new SlowSweepResult(
            [.. sweeps.Durations.Skip(first)],
            idle,
            await during,
            [.. after.Zip(before, (end, start) => (end.Cpu - start.Cpu) / elapsed)],
            [.. target.Processes.Select(process => process.ReadResidentBytes())]);
    }

    private static async Task LookAsync(SweepClock sweeps)
    {
        await Task.Delay(Look);
        await sweeps.ReadAsync();
    }

    private async Task<IReadOnlyList<string>> CreateAsync(int count)
    {
        using var http = new HttpClient { BaseAddress = target.Rest };
        // The last version whose new nodes are available at once: with the others each would have to be verified, a second each.
        http.DefaultRequestHeaders.Add("X-OpenStack-Ironic-API-Version", "1.10");
        var nodes = new string[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (index, cancellationToken) =>
        {
            using var answer = await http.PostAsJsonAsync("/v1/nodes", new { driver = "fake-hardware" }, cancellationToken);
            var node = await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
            nodes[index] = node.GetProperty("uuid").GetString()!;
        });
        return nodes;
    }
}
