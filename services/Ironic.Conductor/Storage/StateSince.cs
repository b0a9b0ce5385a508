using Dapper;

namespace Ironic.Conductor.Storage;

/// <summary>Nodes that came into a provisioning state before a time, and are still in it.</summary>
internal sealed record StateSince(string State, DateTime Before)
{
    /// <summary>A condition on <c>nodes n</c>: any of these. Never null, so that its opposite is the other nodes.</summary>
    /// <param name="values">Gets its parameters.</param>
    public static string Any(IReadOnlyList<StateSince> states, DynamicParameters values)
    {
        if (states.Count == 0)
            return "FALSE";
        var names = SqlLists.Add(values, "since_state", [.. states.Select(state => state.State)]);
        var cases = string.Join(' ', states.Select((state, i) =>
        {
            values.Add($"since_{i}", state.Before);
            return $"WHEN @since_state{i} THEN @since_{i}";
        }));
        // The list of states is what an index serves. A node that was never moved is where it was created.
        return $"(n.provision_state IN ({names}) AND COALESCE(n.provision_updated_at, n.created_at) < CASE n.provision_state {cases} END)";
    }
}
