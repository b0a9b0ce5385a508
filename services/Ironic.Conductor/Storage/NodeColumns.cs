namespace Ironic.Conductor.Storage;

/// <summary>The columns of <c>nodes</c>.</summary>
internal static class NodeColumns
{
    public static RowColumns<NodeRow> Table { get; } = new("nodes", nameof(NodeRow.LockEpoch), nameof(NodeRow.Reservation), nameof(NodeRow.Traits));

    private static readonly string SelectTraits = NodeTraitStore.Rows.Select("n");

    /// <summary>Every column but <c>id</c>.</summary>
    public static IReadOnlyList<RowColumn<NodeRow>> All => Table.All;

    /// <summary>What a SELECT of whole nodes names, joined with the lock as <c>l</c>.</summary>
    public static string SelectAll { get; } = $"n.id, {Table.Join("n.")}, l.epoch AS lock_epoch, l.reservation, {SelectTraits}";

    /// <summary>
    /// What a list of whole nodes names. The lock is looked up for each node: joined, PostgreSQL may read all locks up to the page.
    /// Without the epoch, which no list shows.
    /// </summary>
    public static string SelectListed { get; } =
        $"n.id, {Table.Join("n.")}, (SELECT l.reservation FROM node_locks l WHERE l.node_id = n.id) AS reservation, {SelectTraits}";

    /// <summary>The columns of a list's summary.</summary>
    public static string SelectSummary { get; } =
        "n.id, n.uuid, n.name, n.instance_uuid, n.maintenance, n.power_state, n.provision_state, n.driver, n.conductor_group, n.resource_class, n.owner, n.lessee, n.created_at";
}
