using System.Collections.Concurrent;
using System.Diagnostics;
using Ironic.Api.V1;
using Ironic.Bench.Measurement;
using Ironic.Client;

namespace Ironic.Bench.Scenarios;

/// <summary>
/// How fast nodes are provisioned, while there are few and while there are many: each is enrolled and goes by manageable and available to active.
/// The caller follows them on one stream of events, so that nothing of a system's time is spent on being asked.
/// </summary>
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

    /// <summary>The active nodes that are there when each measurement begins.</summary>
    public static readonly IReadOnlyList<int> Existing = [100, 10_000];

    // What the system compiles on its way, it has compiled by then.
    private const int WarmUp = 2000;

    private const int Measured = 1000;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private static readonly (string Verb, string Goal)[] Way = [("manage", "manageable"), ("provide", "available"), ("active", "active")];

    private readonly ConcurrentDictionary<string, Arrival> _awaited = new();
    private readonly List<string> _nodes = [];

    /// <exception cref="InvalidOperationException">A node went elsewhere.</exception>
    /// <exception cref="TimeoutException">A node stays where it is.</exception>
    public async Task<IReadOnlyList<CycleRow>> MeasureAsync()
    {
        using var watching = new CancellationTokenSource();
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var watch = WatchAsync(ready, watching.Token);
        await await Task.WhenAny(ready.Task, watch);
        var rows = new List<CycleRow>();
        await RunAsync(WarmUp, watch);
        await DeleteAsync();
        foreach (var existing in Existing)
        {
            await RunAsync(existing - _nodes.Count, watch);
            rows.Add(await MeasureAsync(existing, watch));
        }

        await DeleteAsync();
        await watching.CancelAsync();
        await watch;
        return rows;
    }

    private async Task<CycleRow> MeasureAsync(int existing, Task watch)
    {
        var before = await ReadUsageAsync();
        var started = Stopwatch.GetTimestamp();
        var times = await RunAsync(Measured, watch);
        var elapsed = Stopwatch.GetElapsedTime(started);
        var after = await ReadUsageAsync();
        return new CycleRow(existing, Measured / elapsed.TotalMinutes, times, [.. after.Zip(before, (end, start) => (end.Cpu - start.Cpu) / Measured)]);
    }

    private Task<Usage[]> ReadUsageAsync() => Task.WhenAll(processes.Select(process => process.ReadUsageAsync()));

    /// <returns>How long each node took, in ascending order.</returns>
    private async Task<IReadOnlyList<TimeSpan>> RunAsync(int count, Task watch)
    {
        var times = new ConcurrentBag<TimeSpan>();
        var nodes = new ConcurrentBag<string>();
        var run = Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = AtATime }, async (_, cancellationToken) =>
        {
            var started = Stopwatch.GetTimestamp();
            var node = await client.CreateNodeAsync(new Node { Driver = "fake-hardware", ResourceClass = resourceClass }, cancellationToken);
            foreach (var (verb, goal) in Way)
            {
                var arrival = _awaited[node.Uuid] = new Arrival(goal);
                await client.SetProvisionStateAsync(node.Uuid, verb, cancellationToken);
                await arrival.Reached.Task.WaitAsync(Limit, cancellationToken);
            }

            _awaited.TryRemove(node.Uuid, out var _);
            times.Add(Stopwatch.GetElapsedTime(started));
            nodes.Add(node.Uuid);
        });
        await await Task.WhenAny(run, watch);
        _nodes.AddRange(nodes);
        return [.. times.Order()];
    }

    private async Task WatchAsync(TaskCompletionSource ready, CancellationToken cancellationToken)
    {
        using var call = client.Watch.Watch(new WatchRequest { EventTypes = { "provision_state" } }, cancellationToken: cancellationToken);
        try
        {
            while (await call.ResponseStream.MoveNext(cancellationToken))
            {
                // The first message has no event: it says that the stream has begun.
                ready.TrySetResult();
                if (call.ResponseStream.Current.Event is { } seen && _awaited.TryGetValue(seen.NodeUuid, out var arrival))
                    arrival.See(seen);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return;
        }

        throw new IOException("the system has ended the stream of events");
    }

    // Nodes in maintenance are removed in any state.
    private async Task DeleteAsync()
    {
        await Parallel.ForEachAsync(_nodes, new ParallelOptions { MaxDegreeOfParallelism = AtATime }, async (node, cancellationToken) =>
        {
            await client.Nodes.SetNodeMaintenanceAsync(new SetNodeMaintenanceRequest { Node = node }, cancellationToken: cancellationToken);
            await client.DeleteNodeAsync(node, cancellationToken);
        });
        _nodes.Clear();
    }

    private sealed class Arrival(string goal)
    {
        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void See(NodeEvent seen)
        {
            if (seen.ToState == goal)
                Reached.TrySetResult();
            else if (seen.Severity == "ERROR")
                Reached.TrySetException(new InvalidOperationException($"a node came to {seen.ToState} instead of {goal}: {seen.Message}"));
        }
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
