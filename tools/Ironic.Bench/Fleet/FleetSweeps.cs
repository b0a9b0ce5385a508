using System.Diagnostics;
using System.Globalization;
using Ironic.Api.V1;
using Ironic.Bench.Measurement;
using Ironic.Bench.Scenarios;
using Ironic.Bench.Target;
using Ironic.BmcSimulator;
using Ironic.BmcSimulator.Enrolment;
using Ironic.BmcSimulator.Faults;
using Ironic.BmcSimulator.Machines;
using Ironic.Client;
using Fault = Ironic.BmcSimulator.Faults.Fault;

namespace Ironic.Bench.Fleet;

/// <summary>
/// Whether the power of thousands of machines is kept known while some of them do not answer: a fleet of simulated management controllers, half of them
/// Redfish and half IPMI, behind a system of its own. The controllers say how long ago each was asked, and how much at a time.
/// </summary>
/// <param name="options">How large, and for how long.</param>
/// <param name="say">Told what goes on.</param>
internal sealed class FleetSweeps(FleetSweepOptions options, Action<string> say)
{
    // Like a fast controller's. Without, none would ever have a request under way for long enough to be found with two.
    private static readonly TimeSpan AnswerDelay = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private const int AtOnce = 64;

    /// <exception cref="IronicApiException">The system refuses what is to be measured.</exception>
    public async Task<FleetSweepResult> MeasureAsync(BenchTarget target, IronicClient client)
    {
        var plan = new FleetOptions { RedfishServers = options.Each, IpmiServers = options.Each, Timings = MachineTimings.None };
        plan = plan with { Redfish = plan.Redfish with { AnswerDelay = AnswerDelay }, Ipmi = plan.Ipmi with { AnswerDelay = AnswerDelay } };
        await using var fleet = await SimulatedFleet.StartAsync(plan);
        await EnrolAsync(fleet, target, client);

        var stalling = fleet.AddFault(new Fault(FaultKind.Stall) { Scope = FaultScope.Redfish }, options.StallingPercent)
            .Concat(fleet.AddFault(new Fault(FaultKind.Stall) { Scope = FaultScope.Ipmi }, options.StallingPercent)).ToHashSet();
        say($"{stalling.Count} of them stall from now on");
        var sweeps = new SweepClock(target);
        await sweeps.ReadAsync();
        var ages = fleet.Servers.Where(server => !stalling.Contains(server)).Select(server => new Freshness(CountersOf(server))).ToList();
        var histogram = new AgeHistogram();
        var before = await WatchedProcess.ReadUsageAsync(target.Processes);
        var began = Stopwatch.GetTimestamp();
        for (var next = Look; next <= options.Duration; next += Look)
        {
            if (next - Stopwatch.GetElapsedTime(began) is var wait && wait > TimeSpan.Zero)
                await Task.Delay(wait);
            var now = Stopwatch.GetElapsedTime(began);
            foreach (var age in ages)
                histogram.Add(age.Look(now));
            await sweeps.ReadAsync();
        }

        var elapsed = Stopwatch.GetElapsedTime(began);
        var after = await WatchedProcess.ReadUsageAsync(target.Processes);
        var memory = target.Processes.Select(process => process.ReadResidentBytes()).ToList();
        var cpu = after.Zip(before, (end, start) => (end.Cpu - start.Cpu) / elapsed).ToList();
        await target.StopSystemAsync();
        var counters = fleet.Servers.Select(server => (server.Id, Counters: CountersOf(server), Stalls: stalling.Contains(server))).ToList();
        return new FleetSweepResult(
            sweeps.Durations, histogram, cpu, memory,
            counters.MaxBy(one => one.Counters.PeakSessions) is var sessions ? (sessions.Id, sessions.Counters.PeakSessions) : default,
            counters.MaxBy(one => one.Counters.PeakRequests) is var requests ? (requests.Id, requests.Counters.PeakRequests) : default,
            counters.Where(one => !one.Stalls).Sum(one => one.Counters.SessionsNow),
            counters.Where(one => one.Stalls).Sum(one => one.Counters.SessionsNow));
    }

    private static BmcCounters CountersOf(SimulatedServer server) => server.Protocols == ServerProtocols.Redfish ? server.RedfishCounters : server.IpmiCounters;

    private async Task EnrolAsync(SimulatedFleet fleet, BenchTarget target, IronicClient client)
    {
        var began = Stopwatch.GetTimestamp();
        using var enroller = new Enroller(fleet, target.Rest) { AtOnce = AtOnce };
        await enroller.RunAsync();
        var nodes = await client.ListNodesAsync(new ListNodesRequest { ReadMask = { "uuid" } }).Select(node => node.Uuid).ToListAsync();
        await using var follower = await NodeFollower.StartAsync(client);
        await Parallel.ForEachAsync(
            nodes,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (node, cancellationToken) => await follower.ProvisionAsync(node, "manage", "manageable", cancellationToken));
        say(string.Create(CultureInfo.InvariantCulture, $"{nodes.Count} machines were enrolled and are manageable after {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s"));
    }

    /// <summary>How long ago a controller was asked something, as seen at each look.</summary>
    private sealed class Freshness(BmcCounters counters)
    {
        private long _requests = counters.Requests;
        private TimeSpan _since;

        public TimeSpan Look(TimeSpan now)
        {
            if (counters.Requests is var requests && requests != _requests)
                (_requests, _since) = (requests, now);
            return now - _since;
        }
    }
}
