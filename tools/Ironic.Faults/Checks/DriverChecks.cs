using Ironic.Testing.Stack;

namespace Ironic.Faults.Checks;

/// <summary>What the driver wrote down itself of what it was asked to do, against the journal.</summary>
internal static class DriverChecks
{
    /// <summary>
    /// Work on a node under one lock ends before work under another one begins, and the locks' epochs only rise. What a killed driver had
    /// begun has no end: it ended with its process.
    /// </summary>
    public static Check HadOneHolder(IReadOnlyList<CallLogEntry> calls)
    {
        var violations = new List<string>();
        var count = 0;
        foreach (var node in calls.Where(call => call is { Epoch: > 0, Event: "start" or "end" }).GroupBy(call => call.Node))
        {
            var running = new List<CallLogEntry>();
            ulong epoch = 0;
            foreach (var call in node)
            {
                running.RemoveAll(other => other.ProcessId != call.ProcessId || (call.Event == "end" && other.OperationId == call.OperationId));
                if (call.Event == "end")
                    continue;
                if (running.Find(other => other.Epoch != call.Epoch) is { } other)
                    violations.Add($"{call.Node}: {call.Operation} of epoch {call.Epoch} began while {other.Operation} of epoch {other.Epoch} ran");
                if (call.Epoch < epoch)
                    violations.Add($"{call.Node}: {call.Operation} of epoch {call.Epoch} began after epoch {epoch}");
                running.Add(call);
                epoch = Math.Max(epoch, call.Epoch);
                count++;
            }
        }

        return new Check("no two holders of a node at the same time", $"{count} operations", violations);
    }

    /// <summary>No operation was begun twice, also not by a process that was started after the one that had begun it.</summary>
    public static Check RanOnce(IReadOnlyList<CallLogEntry> calls)
    {
        var begun = calls.Where(call => call is { Event: "start", OperationId.Length: > 0 }).GroupBy(call => (call.Node, call.OperationId)).ToList();
        return new Check(
            "no operation was begun twice",
            $"{begun.Count} operations",
            [.. begun.Where(one => one.Count() > 1).Select(one => $"{one.Key.Node}: {one.First().Operation}, operation {one.Key.OperationId}, was begun {one.Count()} times")]);
    }

    /// <summary>A deployment runs its step once, and is called active only when the driver has done it. So for the step of every other flow's own part.</summary>
    public static Check MatchesTheJournal(IReadOnlyList<CallLogEntry> calls, IReadOnlyList<JournalRow> journal)
    {
        var violations = new List<string>();
        var begun = calls.Where(call => call.Event == "start").ToLookup(call => (call.Node, call.Operation));
        var done = calls.Where(call => call is { Event: "end", Outcome: "ok" }).ToLookup(call => (call.Node, call.Operation));
        var deployments = 0;
        foreach (var node in JournalChecks.Transitions(journal).GroupBy(row => row.Node))
        {
            var deploying = node.Count(row => row is { From: not "wait call-back", To: "deploying" });
            var active = node.Count(row => row is { From: "deploying", To: "active" });
            var deleting = node.Count(row => row.To == "deleting");
            var (steps, ran) = (begun[(node.Key, "deploy.deploy")].Count(), done[(node.Key, "deploy.deploy")].Count());
            var tornDown = begun[(node.Key, "deploy.tear_down")].Count();
            if (steps > deploying)
                violations.Add($"{node.Key}: {deploying} deployments, but its deploy step began {steps} times");
            if (active > ran)
                violations.Add($"{node.Key}: became active {active} times, but its deploy step ended {ran} times");
            if (tornDown > deleting)
                violations.Add($"{node.Key}: was undeployed {deleting} times, but its tear-down began {tornDown} times");
            deployments += active;
        }

        return new Check("the driver did what the journal says, and no more", $"{deployments} deployments", violations);
    }
}
