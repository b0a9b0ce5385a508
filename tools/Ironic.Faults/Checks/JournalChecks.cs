namespace Ironic.Faults.Checks;

/// <summary>What the journal says of itself.</summary>
internal static class JournalChecks
{
    private const string Transition = "provision_state";

    public static IEnumerable<JournalRow> Transitions(IEnumerable<JournalRow> journal) => journal.Where(row => row.Type == Transition && row.From != row.To);

    /// <summary>
    /// Each transition of a node begins where the one before it ended, the first in enroll, and the last ends in available: none is missing, and none
    /// was made twice.
    /// </summary>
    public static Check IsAChain(IReadOnlyList<JournalRow> journal)
    {
        var violations = new List<string>();
        var count = 0;
        foreach (var node in Transitions(journal).GroupBy(row => row.Node))
        {
            var state = "enroll";
            foreach (var row in node)
            {
                if (row.From != state)
                    violations.Add($"{row.Node} went from {row.From} to {row.To} when it was in {state}");
                state = row.To;
                count++;
            }

            if (state != "available")
                violations.Add($"{node.Key} is in {state} by its last transition");
        }

        return new Check("each transition begins where the one before it ended", $"{count} transitions", violations);
    }

    /// <summary>A watcher saw every event once, and each node's in the order of its changes.</summary>
    public static Check WasSeen(IReadOnlyList<JournalRow> journal, JournalWatcher watcher)
    {
        var violations = new List<string>();
        var seen = watcher.Seen.ToLookup(one => one.Node, one => one.Event);
        foreach (var node in journal.GroupBy(row => row.Node))
        {
            if (!node.Select(row => row.Uuid).SequenceEqual(seen[node.Key]))
                violations.Add($"{node.Key} has {node.Count()} events; the watcher saw {seen[node.Key].Count()}, or others");
        }

        return new Check("the watcher saw every event once and in order", $"{journal.Count} events over {watcher.Connections} connections", violations);
    }
}
