using System.Diagnostics;
using System.Globalization;
using Ironic.Api.V1;
using Ironic.Client;
using Ironic.Faults.Checks;
using Ironic.Faults.Disturbances;
using Ironic.Stack;
using Ironic.Testing;
using Ironic.Testing.Stack;

namespace Ironic.Faults;

/// <summary>The run: a system, its nodes, the faults, and what is checked in the end.</summary>
internal sealed class FaultRun(FaultOptions options, Action<string> say)
{
    // What the longest part of a round may take, with a takeover in between.
    private static readonly TimeSpan Settling = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan LongestRecovery = TimeSpan.FromSeconds(45);

    private static readonly object Delays = new Dictionary<string, object>
    {
        ["fake_delay"] = new Dictionary<string, string> { ["deploy"] = "0.2,3", ["vendor"] = "0.2,3", ["power"] = "0.1,0.5" },
    };

    private readonly Random _random = new(options.Seed);
    private readonly Tally _tally = new();
    private readonly List<Recovery> _recoveries = [];
    private bool _isEnough;

    /// <returns>Whether every check holds.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        await using var postgres = await PostgresServer.StartAsync(new PostgresOptions { Durable = true, MaxConnections = 400 });
        await using var redis = await RedisServer.StartAsync();
        var connection = await postgres.CreateDatabaseAsync(cancellationToken);
        var all = options.Nodes.ToString(CultureInfo.InvariantCulture);
        await using var stack = await TestStack.StartAsync(stack => stack with
        {
            Conductors = options.Conductors,
            Drivers = ["fake"],
            Postgres = connection,
            Redis = redis.Endpoint,
            Programs = StackPrograms.FromRepository("Release"),
            // Ironic's own bound on how many are cleaned at a time would make most of the nodes wait, where nothing can happen to them.
            Profile = stack.Profile
                .With("conductor", "Provisioning:AutomatedClean", "true")
                .With("conductor", "Provisioning:MaxConcurrentClean", all)
                .With("conductor", "Provisioning:MaxConcurrentDeploy", all),
        });
        using var client = IronicClient.Connect(stack.Processes.GrpcUrl.OriginalString);
        await using var database = new SystemDatabase(connection);
        var watcher = new JournalWatcher(client, new Random(options.Seed + 1));
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watch = watcher.RunAsync(watching.Token);

        var nodes = new List<string>();
        for (var i = 0; i < options.Nodes; i++)
            nodes.Add(await CreateNodeAsync(client, string.Create(CultureInfo.InvariantCulture, $"node-{i}"), cancellationToken));
        var probe = new LockProbe(client, await CreateNodeAsync(client, "probe", cancellationToken));
        say($"{nodes.Count} nodes, {options.Conductors} conductors, {string.Join(" and ", options.Faults)} killed every {options.Interval.TotalSeconds} s for {options.Duration.TotalSeconds} s");

        var since = Stopwatch.StartNew();
        var journeys = nodes.Select((node, i) => new Journey(client, node, _tally, new Random(options.Seed + 100 + i))).ToList();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var walks = journeys.Select(journey => journey.RunAsync(() => Volatile.Read(ref _isEnough), limit.Token)).ToList();
        await DisturbAsync(Disturbances(stack, postgres, redis, database, probe), cancellationToken);
        Volatile.Write(ref _isEnough, true);
        say("no more faults; every node ends its round");
        limit.CancelAfter(Settling);
        await Task.WhenAll(walks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        var took = since.Elapsed;

        var stuck = journeys.Where((_, i) => !walks[i].IsCompletedSuccessfully).ToList();
        foreach (var walk in walks.Where(walk => walk.IsFaulted))
            await walk;
        var reserved = await database.ReadReservedAsync(cancellationToken);
        var journal = await database.ReadJournalAsync(cancellationToken);
        await CatchUpAsync(watcher, journal.Count, cancellationToken);
        await watching.CancelAsync();
        await watch;
        var calls = stack.Calls.Read();
        List<Check> checks =
        [
            new("every node is available again", $"{nodes.Count} nodes", [.. stuck.Select(journey => $"{journey.Node} stays in {journey.State}")]),
            new("no node is reserved", $"{nodes.Count} nodes", [.. reserved]),
            new("callers were told what was away, to come later, or that it is done", $"{_tally.Answers.Sum(answer => answer.Value)} answers", [.. _tally.Unexpected.Select(one => $"{one.Value} x {one.Key}")]),
            new("the system got over every fault within 45 s", $"{_recoveries.Count} faults", FindSlowRecoveries()),
            JournalChecks.IsAChain(journal),
            DriverChecks.HadOneHolder(calls),
            DriverChecks.RanOnce(calls),
            DriverChecks.MatchesTheJournal(calls, journal),
            JournalChecks.WasSeen(journal, watcher),
        ];
        Report(checks, took);
        return checks.TrueForAll(check => check.Holds);
    }

    private static async Task<string> CreateNodeAsync(IronicClient client, string name, CancellationToken cancellationToken) =>
        (await client.CreateNodeAsync(new Node { Name = name, Driver = "fake-hardware", DriverInfo = Types.V1.Json.From(Delays) }, cancellationToken)).Uuid;

    private static async Task CatchUpAsync(JournalWatcher watcher, int count, CancellationToken cancellationToken)
    {
        var since = Stopwatch.StartNew();
        while (watcher.Count < count && since.Elapsed < Settling)
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
    }

    private IReadOnlyList<string> FindSlowRecoveries() => _recoveries.Count == 0 && options.Faults.Count > 0
        ? ["there was no fault; give it more --seconds"]
        : [.. _recoveries.Where(one => one.OwnTime > LongestRecovery).Select(Describe)];

    private static string Describe(Recovery recovery) => string.Create(
        CultureInfo.InvariantCulture, $"{recovery.What}, away for {recovery.Away.TotalSeconds:0.0} s: {recovery.Took.TotalSeconds:0.0} s until {recovery.Until}");

    private IReadOnlyList<Disturbance> Disturbances(TestStack stack, PostgresServer postgres, RedisServer redis, SystemDatabase database, LockProbe probe)
    {
        List<Disturbance> all = [new ConductorKill(stack.Processes, database), new DriverKill(stack.Processes), new RedisKill(redis, probe), new PostgresKill(postgres, database, probe)];
        return [.. options.Faults.Select(kind => all.Single(one => one.Kind == kind))];
    }

    private async Task DisturbAsync(IReadOnlyList<Disturbance> disturbances, CancellationToken cancellationToken)
    {
        var since = Stopwatch.StartNew();
        for (var i = 0; disturbances.Count > 0; i++)
        {
            var next = (i + 1) * options.Interval;
            if (next > options.Duration)
                break;
            if (next > since.Elapsed)
                await Task.Delay(next - since.Elapsed, cancellationToken);
            var recovery = await StrikeAsync(disturbances[i % disturbances.Count], cancellationToken);
            _recoveries.Add(recovery);
            say(string.Create(CultureInfo.InvariantCulture, $"{since.Elapsed.TotalSeconds,6:0} s  {Describe(recovery)}; {_tally.Rounds} rounds made"));
        }

        if (options.Duration > since.Elapsed)
            await Task.Delay(options.Duration - since.Elapsed, cancellationToken);
    }

    private async Task<Recovery> StrikeAsync(Disturbance disturbance, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Settling);
        try
        {
            return await disturbance.StrikeAsync(_random, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Recovery(disturbance.Kind, TimeSpan.Zero, Settling, "it was given up: the system has not got over it");
        }
    }

    private void Report(IReadOnlyList<Check> checks, TimeSpan took)
    {
        say("");
        say(string.Create(CultureInfo.InvariantCulture, $"{_tally.Rounds} rounds in {took.TotalSeconds:0} s; {_recoveries.Count} faults"));
        foreach (var kind in _recoveries.GroupBy(recovery => recovery.Until))
            say(string.Create(CultureInfo.InvariantCulture, $"  until {kind.Key}: longest {kind.Max(one => one.Took).TotalSeconds:0.0} s, {kind.Average(one => one.Took.TotalSeconds):0.0} s on average, of {kind.Count()}"));
        say($"  answers: {string.Join(", ", _tally.Answers.Select(one => $"{one.Value} {one.Key}"))}");
        say($"  setbacks that operators would have seen: {(_tally.Setbacks.Any() ? string.Join(", ", _tally.Setbacks.Select(one => $"{one.Value} {one.Key}")) : "none")}");
        foreach (var check in checks)
        {
            say($"{(check.Holds ? "ok    " : "FAILED")} {check.What} ({check.Counted})");
            foreach (var violation in check.Violations.Take(10))
                say($"         {violation}");
            if (check.Violations.Count > 10)
                say(string.Create(CultureInfo.InvariantCulture, $"         and {check.Violations.Count - 10} more"));
        }
    }
}
