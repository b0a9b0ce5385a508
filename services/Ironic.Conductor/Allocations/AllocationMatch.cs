using System.Text.Json.Nodes;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;

namespace Ironic.Conductor.Allocations;

/// <summary>Whether a node fits an allocation, and what becomes of it when it does.</summary>
internal static class AllocationMatch
{
    /// <summary>Whether the node may be reserved: what was true when it was found must be true when it is locked.</summary>
    public static bool IsFree(NodeRow node, AllocationRow allocation) =>
        !node.Maintenance && node.InstanceUuid is null && node.ProvisionState == ProvisionStates.Available && node.PowerState is not null &&
        node.ResourceClass == allocation.ResourceClass && HasTraits(node, allocation) &&
        (allocation.Owner is not { Length: > 0 } owner || node.Owner == owner || node.Lessee == owner);

    /// <summary>Why an active node cannot get the allocation afterwards.</summary>
    public static IEnumerable<string> ObstaclesOfActive(NodeRow node, AllocationRow allocation)
    {
        if (node.ProvisionState != ProvisionStates.Active)
            yield return $"Node must be in the \"active\" state, but the current state is \"{node.ProvisionState}\"";
        if (allocation.ResourceClass is not null && node.ResourceClass != allocation.ResourceClass)
            yield return $"Resource class {node.ResourceClass} does not match the requested resource class {allocation.ResourceClass}";
        if (!HasTraits(node, allocation))
            yield return $"List of traits {node.Traits} does not match the requested traits {allocation.Traits}";
        if (allocation.GetCandidateNodes() is { Count: > 0 } candidates && !candidates.Contains(node.Uuid))
            yield return "Candidate nodes must be empty or contain the target node";
    }

    /// <summary>Reserves the node: the allocation and the node change together or not at all. The task ends.</summary>
    public static async Task ReserveAsync(NodeTask task, AllocationRow allocation, AllocationStore store)
    {
        var node = task.Node;
        node.InstanceUuid = allocation.Uuid;
        node.AllocationUuid = allocation.Uuid;
        node.InstanceInfo = WithTraits(node.InstanceInfo, allocation.GetTraits());
        await task.SaveAndReleaseAsync(
            write => store.BindAsync(write, allocation, node.Id),
            CancellationToken.None,
            new JournalEntry("allocation", $"reserved for allocation {allocation.Uuid}"));
    }

    /// <summary>The traits that an instance was promised are what its deployment goes by.</summary>
    public static string WithTraits(string? instanceInfo, IEnumerable<string>? traits)
    {
        var members = instanceInfo is null ? [] : JsonNode.Parse(instanceInfo)!.AsObject();
        if (traits is null)
            members.Remove("traits");
        else
            members["traits"] = new JsonArray([.. traits.Select(t => JsonValue.Create(t))]);
        return members.ToJsonString(JsonTexts.Verbatim);
    }

    private static bool HasTraits(NodeRow node, AllocationRow allocation) =>
        allocation.GetTraits().Count == 0 || (node.Traits?.Split(',') ?? []).ToHashSet(StringComparer.Ordinal).IsSupersetOf(allocation.GetTraits());
}
