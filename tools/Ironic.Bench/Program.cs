using System.Diagnostics;
using Ironic.Bench;
using Ironic.Bench.Fleet;
using Ironic.Bench.Load;
using Ironic.Bench.Measurement;
using Ironic.Bench.Scenarios;
using Ironic.Bench.Target;
using Ironic.Client;
using Ironic.Conductor.Locks;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

// Long enough for what a start leaves behind to be done.
var settle = TimeSpan.FromSeconds(10);

if (args.Any(arg => arg is "-h" or "--help"))
{
    Console.WriteLine(BenchOptions.Usage);
    return 0;
}

BenchOptions options;
try
{
    options = BenchOptions.Parse(args);
}
catch (FormatException exception)
{
    Console.Error.WriteLine($"tools/bench: {exception.Message}");
    return 2;
}

if (options.Only.Contains(FleetSweepOptions.Kind))
{
    await using var system = await BenchTarget.OpenAsync(options, FleetSweepOptions.Configure);
    using var caller = IronicClient.Connect(system.Grpc.OriginalString);
    new Report(Console.Out, system.Processes).WriteFleet(await new FleetSweeps(options.Fleet, Console.WriteLine).MeasureAsync(system, caller));
    return 0;
}

if (options.Only.Contains(SlowSweeps.Kind))
{
    await using var system = await BenchTarget.OpenAsync(options, SlowSweeps.Configure);
    new Report(Console.Out, system.Processes).WriteSlowSweeps(await new SlowSweeps(system, Console.WriteLine).MeasureAsync());
    return 0;
}

await using var target = await BenchTarget.OpenAsync(options);
if (target.IsOwn)
    await Task.Delay(settle);
var report = new Report(Console.Out, target.Processes);
var idle = target.Processes.Select(process => process.ReadResidentBytes()).ToList();

using var client = IronicClient.Connect(target.Grpc.OriginalString);
var resourceClass = $"bench-{Environment.ProcessId}";
await using var locks = target.Redis is { } redis
    ? new RedisLockManager(Options.Create(new LockOptions { RedisConfiguration = redis, KeyPrefix = "ironic:bench:" }), TimeProvider.System, NullLogger<RedisLockManager>.Instance)
    : null;
var rows = new List<Row>();
try
{
    var nodes = await BenchNodes.CreateAsync(client, options.Nodes, resourceClass);
    Console.WriteLine($"{options.Nodes} nodes, {options.Duration.TotalSeconds} s a row after {options.WarmUp.TotalSeconds} s of warming, {Environment.ProcessorCount} cores for all");
    var wanted = new ScenarioList(options, target.Rest, target.Grpc, nodes, resourceClass, locks).All.Where(scenario => scenario.IsWanted(options.Only)).ToList();
    if (wanted.Count > 0)
        report.WriteSpeedHeader();
    foreach (var scenario in wanted)
    {
        rows.Add(await MeasureAsync(scenario));
        report.WriteSpeed(rows[^1]);
    }

    if (Scenario.IsWanted(ProvisioningCycles.Kind, "grpc", options.Only))
        report.WriteCycles(await new ProvisioningCycles(client, target.Processes, resourceClass).MeasureAsync());

    // Last, since it leaves the system with many more nodes.
    if (target is { IsOwn: true, Database: { } database } && Scenario.IsWanted(LongLists.Kind, "rest", options.Only))
        report.WriteLongLists(await new LongLists(target.Rest, database).MeasureAsync());
}
finally
{
    if (!target.IsOwn)
        await BenchNodes.DeleteAsync(client, resourceClass);
}

if (rows.Count > 0)
    report.WriteCosts(rows);
report.WriteMemory(idle, [.. target.Processes.Select(process => process.ReadResidentBytes())]);
return 0;

async Task<Row> MeasureAsync(Scenario scenario)
{
    var connections = Enumerable.Range(0, scenario.Connections).Select(scenario.Connect).ToList();
    try
    {
        Usage[] before = [], after = [];
        TimeSpan ownBefore = default, ownAfter = default;
        var load = await LoadRunner.RunAsync(
            connections, options.WarmUp, options.Duration,
            async () =>
            {
                before = await WatchedProcess.ReadUsageAsync(target.Processes);
                ownBefore = Process.GetCurrentProcess().TotalProcessorTime;
            },
            async () =>
            {
                ownAfter = Process.GetCurrentProcess().TotalProcessorTime;
                after = await WatchedProcess.ReadUsageAsync(target.Processes);
            });
        if (load.Latencies.Length == 0)
            throw new InvalidOperationException($"{scenario.Name}: no request was answered");
        var used = after.Zip(before, (end, start) => new Usage(end.Cpu - start.Cpu, end.AllocatedBytes - start.AllocatedBytes));
        return new Row(scenario, load, [.. used], ownAfter - ownBefore);
    }
    finally
    {
        connections.ForEach(connection => connection.Dispose());
    }
}
