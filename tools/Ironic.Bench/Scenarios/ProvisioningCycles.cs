using System.Collections.Concurrent;
using System.Diagnostics;
using Ironic.Api.V1;
using Ironic.Bench.Measurement;
using Ironic.Client;

namespace Ironic.Bench.Scenarios;

/// <summary>How fast nodes are provisioned, while there are few and while there are many: each is enrolled and goes by manageable and available to active.</summary>
/// <param name="client">A client of the system.</param>
/// <param name="processes">Whose use is measured.</param>
/// <param name="resourceClass">The resource class that the nodes are given.</param>
internal sealed class ProvisioningCycles(IronicClient client, IReadOnlyList<WatchedProcess> processes, string resourceClass)
{
    public const string Kind = "cycles";

    /// <summary>Nodes that are on their way at a time.</summary>
    public const int AtATime = 64;

    /// <summary>Nodes a minute that are to be reached.</summary>
    public const int Goal = 3000;

    // What the system compiles on its way, it has compiled by then.
    private const int WarmUp = 2000;

    private const int Measured = 1000;

    // The active nodes that are there when a measurement begins.
    private static readonly int[] Existing = [100, 10_000];

    private readonly string _resourceClass = $"{resourceClass}-cycles";

    /// <exception cref="IronicApiException">A verb was refused.</exception>
    /// <exception cref="InvalidOperationException">A node went elsewhere.</exception>
    /// <exception cref="TimeoutException">A node stays where it is.</exception>
    public async Task<IReadOnlyList<CycleRow>> MeasureAsync()
    {
        await using var follower = await NodeFollower.StartAsync(client);
        var rows = new List<CycleRow>();
        try
        {
            await RunAsync(follower, WarmUp);
            await BenchNodes.DeleteAsync(client, _resourceClass);
            var there = 0;
            foreach (var existing in Existing)
            {
                await RunAsync(follower, existing - there);
                rows.Add(await MeasureAsync(follower, existing));
                there = existing + Measured;
            }
        }
        finally
        {
            await BenchNodes.DeleteAsync(client, _resourceClass);
        }

        return rows;
    }

    private async Task<CycleRow> MeasureAsync(NodeFollower follower, int existing)
    {
        var before = await WatchedProcess.ReadUsageAsync(processes);
        var started = Stopwatch.GetTimestamp();
        var times = await RunAsync(follower, Measured);
        var elapsed = Stopwatch.GetElapsedTime(started);
        var after = await WatchedProcess.ReadUsageAsync(processes);
        return new CycleRow(existing, Measured / elapsed.TotalMinutes, times, [.. after.Zip(before, (end, start) => (end.Cpu - start.Cpu) / Measured)]);
    }

    /// <returns>How long each node took, in ascending order.</returns>
    private async Task<IReadOnlyList<TimeSpan>> RunAsync(NodeFollower follower, int count)
    {
        var times = new ConcurrentBag<TimeSpan>();
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = AtATime }, async (_, cancellationToken) =>
        {
            var started = Stopwatch.GetTimestamp();
            var node = (await client.CreateNodeAsync(new Node { Driver = "fake-hardware", ResourceClass = _resourceClass }, cancellationToken)).Uuid;
            await follower.ProvisionAsync(node, "manage", "manageable", cancellationToken);
            await follower.ProvisionAsync(node, "provide", "available", cancellationToken);
            await follower.ProvisionAsync(node, "active", "active", cancellationToken);
            times.Add(Stopwatch.GetElapsedTime(started));
        });
        return [.. times.Order()];
    }
}

/// <summary>What <see cref="ProvisioningCycles"/> measured.</summary>
/// <param name="Existing">The active nodes that were there.</param>
/// <param name="NodesPerMinute">Nodes that became active, per minute.</param>
/// <param name="Times">How long each took from its enrolment on, in ascending order.</param>
/// <param name="Cpu">The CPU time of each process for a node.</param>
internal sealed record CycleRow(int Existing, double NodesPerMinute, IReadOnlyList<TimeSpan> Times, IReadOnlyList<TimeSpan> Cpu)
{
    public TimeSpan TotalCpu => new(Cpu.Sum(cpu => cpu.Ticks));
}
