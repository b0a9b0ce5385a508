using System.Collections.Concurrent;
using System.Globalization;
using Ironic.Api.V1;
using Ironic.Testing;

namespace Ironic.Cluster.Tests;

/// <summary>
/// Callers that work on the same nodes at the same time, through the API over REST and gRPC and through each conductor itself, and remember
/// what they were told.
/// </summary>
internal sealed class ClusterLoad
{
    private static readonly PowerTarget[] Targets = [PowerTarget.On, PowerTarget.Off, PowerTarget.Reboot];

    private readonly ClusterStack _cluster;
    private readonly IReadOnlyList<string> _nodes;
    private readonly INodeCaller[] _callers;
    private readonly ConcurrentBag<(string Node, string Key)> _patched = [];
    private readonly ConcurrentQueue<(string What, Outcome Outcome)> _failures = new();
    private int _done;

    public ClusterLoad(ClusterStack cluster, IReadOnlyList<string> nodes)
    {
        _cluster = cluster;
        _nodes = nodes;
        _callers = [.. cluster.Conductors.Select(conductor => new GrpcCaller(conductor)), new GrpcCaller(cluster.Stack.Nodes), new RestCaller(cluster.Stack.Rest)];
    }

    /// <summary>How many calls succeeded.</summary>
    public int Done => Volatile.Read(ref _done);

    /// <summary>How many calls there were.</summary>
    public int Attempts => Done + _failures.Count;

    /// <summary>The failures by status.</summary>
    public Dictionary<int, int> Failures => _failures.GroupBy(failure => failure.Outcome.Status).ToDictionary(group => group.Key, group => group.Count());

    /// <summary>Calls until told to stop.</summary>
    /// <param name="workers">How many at a time.</param>
    /// <param name="stop">Asked after each call.</param>
    public Task RunAsync(int workers, Func<bool> stop) => Task.WhenAll(Enumerable.Range(0, workers).Select(worker => Task.Run(async () =>
    {
        // Each with its own sequence, the same in every run.
        var random = new Random(worker);
        for (var call = 0; !stop(); call++)
            await CallAsync(random, string.Create(CultureInfo.InvariantCulture, $"w{worker}c{call}"));
    })));

    /// <summary>Waits until <paramref name="more"/> calls have succeeded from now on.</summary>
    public async Task ProgressAsync(int more)
    {
        var before = Done;
        await Eventually.ThatAsync(() => Done >= before + more, TestStack.Limit, $"{more} more calls have succeeded; failed: {Describe()}");
    }

    /// <summary>Fails when a call ended otherwise than by success or one of these statuses.</summary>
    public void AssertFailuresAreOnly(params int[] statuses) =>
        Assert.All(_failures, failure => Assert.True(statuses.Contains(failure.Outcome.Status), $"{failure.What}: {failure.Outcome}"));

    /// <summary>Waits until nobody works on a node any more, then checks that what callers were told is so.</summary>
    public async Task AssertSettledAsync()
    {
        foreach (var node in _nodes)
        {
            await _cluster.Stack.WaitForNodeAsync(
                node,
                found => IsNull(found, "reservation") && IsNull(found, "target_power_state") && IsNull(found, "target_provision_state"),
                $"nothing is under way on {node}");
        }

        foreach (var patches in _patched.GroupBy(patch => patch.Node))
        {
            var extra = (await _cluster.Stack.GetNodeAsync(patches.Key)).GetProperty("extra").EnumerateObject().Select(member => member.Name).ToHashSet();
            Assert.All(patches, patch => Assert.True(extra.Contains(patch.Key), $"{patch.Node} has lost {patch.Key}"));
        }

        foreach (var switches in _cluster.Stack.Calls.Read().Where(call => call is { Operation: "power.set_power_state", Outcome: "ok" }).GroupBy(call => call.Node))
        {
            var node = await _cluster.Stack.GetNodeAsync(switches.Key);
            // With an error its state counts as not known.
            if (IsNull(node, "last_error"))
                Assert.Equal($"power {switches.Last().Result}", node.GetProperty("power_state").GetString(), ignoreCase: true);
        }
    }

    public string Describe() =>
        $"{Done} succeeded; " + string.Join(", ", _failures.GroupBy(failure => failure.Outcome).Select(group => $"{group.Count()} x {group.Key}").Take(10));

    private static bool IsNull(System.Text.Json.JsonElement node, string member) => node.GetProperty(member).ValueKind == System.Text.Json.JsonValueKind.Null;

    private async Task CallAsync(Random random, string key)
    {
        // Half of the calls want the same few nodes.
        var node = _nodes[random.Next(2) == 0 ? random.Next(Math.Min(5, _nodes.Count)) : random.Next(_nodes.Count)];
        var caller = random.Next(_callers.Length);
        var (what, call) = random.Next(5) switch
        {
            0 => ("patch", _callers[caller].PatchAsync(node, key)),
            1 => ("sync vendor call", _callers[caller].CallVendorAsync(node, "fake_sleep", 0.005)),
            2 => ("async vendor call", _callers[caller].CallVendorAsync(node, "fake_sleep_async", 0.01)),
            3 => ("power", _callers[caller].SetPowerAsync(node, Targets[random.Next(Targets.Length)])),
            _ => ("boot device", _callers[caller].SetBootDeviceAsync(node)),
        };
        var outcome = await call;
        if (outcome == Outcome.Done)
        {
            Interlocked.Increment(ref _done);
            if (what == "patch")
                _patched.Add((node, key));
        }
        else
        {
            _failures.Enqueue(($"{what} on {node} by caller {caller}", outcome));
            // As a caller does who is told to come later.
            if (outcome.Status == 503)
                await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }
}
