using Ironic.Conductor.Cluster;

namespace Ironic.Conductor.Tests.Cluster;

public sealed class HashRingTests
{
    // Computed with tooz 3.0 (OpenStack's hash ring): HashRing(['host-a', 'host-b', 'host-c'], partitions=32).
    private const string Placement = "acabaacabaabaabacbcbccba";

    [Fact]
    public void A_node_is_placed_where_OpenStacks_ring_places_it()
    {
        var ring = new HashRing(["host-a", "host-b", "host-c"]);
        var placed = Enumerable.Range(0, Placement.Length).Select(i => ring.Find($"5f000000-0000-4000-8000-{i:D12}")[^1]);
        Assert.Equal(Placement, string.Concat(placed));
    }

    [Fact]
    public void A_host_that_leaves_moves_no_others_keys()
    {
        var keys = Enumerable.Range(0, 1000).Select(i => $"key-{i}").ToList();
        var (before, after) = (new HashRing(["a", "b", "c"]), new HashRing(["a", "b"]));
        Assert.All(keys.Where(k => before.Find(k) != "c"), k => Assert.Equal(before.Find(k), after.Find(k)));
        Assert.Contains(keys, k => before.Find(k) == "c");
    }
}
