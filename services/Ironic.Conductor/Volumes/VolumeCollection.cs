using Google.Protobuf.Reflection;
using Ironic.Api.V1;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Patches;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Hosting.Errors;
using Ironic.Hosting.Requests;

namespace Ironic.Conductor.Volumes;

/// <summary>Volume connectors or targets: what both allow to be asked of them and done to them.</summary>
/// <param name="noun">What one of them is called in errors: "volume target".</param>
/// <param name="missing">The error's reason where there is no such one.</param>
/// <param name="resource">Its message.</param>
internal abstract class VolumeCollection<TRow>(
    VolumeStore<TRow> store, TaskManager tasks, NodeReferences nodes, Clock clock, string noun, ErrorReason missing, MessageDescriptor resource)
    where TRow : VolumeRow, new()
{
    // Up to here a node had to be off whatever its state.
    private const int LastStrictRelease = 82;

    private readonly ResourceFields<TRow> _fields = new(resource);

    /// <exception cref="IronicException">INVALID_UUID, or not found.</exception>
    public async Task<TRow> GetAsync(string uuid, CancellationToken cancellationToken) =>
        await store.FindAsync(NodeIdent.ParseUuid(uuid, "uuid"), cancellationToken) ?? throw NotFound(uuid);

    /// <exception cref="IronicException">As <c>VolumeService</c> says; nothing was changed.</exception>
    public async Task<TRow> PatchAsync(string uuid, IEnumerable<JsonPatchOperation> operations, Microversion version, CancellationToken cancellationToken)
    {
        var patch = _fields.ParsePatch(operations, version);
        var found = await GetAsync(uuid, cancellationToken);
        await using var task = await tasks.OpenExclusiveAsync(found.NodeUuid, cancellationToken);
        var before = await FindLockedAsync(found, task, cancellationToken);
        var after = (TRow)before.Clone();
        patch.ApplyTo(after);
        await using var target = after.NodeUuid == before.NodeUuid ? null : await OpenTargetAsync(after.NodeUuid, cancellationToken);
        foreach (var each in target is null ? new[] { task } : [target, task])
            CheckPower(each.Node, "update");
        after.NodeId = (target ?? task).Node.Id;
        after.UpdatedAt = clock.UtcNow;
        await task.SaveAndReleaseAsync(
            async write =>
            {
                if (target is not null)
                    await target.FenceAsync(write);
                await store.UpdateAsync(write, before, after);
            },
            cancellationToken,
            store.Event("updated", before));
        return after;
    }

    /// <exception cref="IronicException">As <c>VolumeService</c> says.</exception>
    public async Task DeleteAsync(string uuid, Microversion version, CancellationToken cancellationToken)
    {
        var found = await GetAsync(uuid, cancellationToken);
        await using var task = await tasks.OpenExclusiveAsync(found.NodeUuid, cancellationToken);
        var row = await FindLockedAsync(found, task, cancellationToken);
        var isUnused = task.Node.ProvisionState is ProvisionStates.Manageable or ProvisionStates.Enroll or ProvisionStates.AdoptFailed;
        if (!isUnused || version.Minor <= LastStrictRelease)
            CheckPower(task.Node, "deletion");
        await task.SaveAndReleaseAsync(write => store.DeleteAsync(write, row), cancellationToken, store.Event("deleted", row));
    }

    /// <summary>A page of those of one node, or of all.</summary>
    /// <exception cref="IronicException">NODE_NOT_FOUND; not found for the marker.</exception>
    protected async Task<(IReadOnlyList<TRow> Rows, string NextMarker)> ListAsync(string? node, PageQuery page, CancellationToken cancellationToken)
    {
        long? nodeId = node is null ? null : (await tasks.FindNodeAsync(node, cancellationToken)).Id;
        var rows = await store.ListAsync(nodeId, page, cancellationToken) ?? throw NotFound(page.Marker!);
        return (rows, rows.Count == page.Limit ? rows[^1].Uuid : "");
    }

    /// <summary>Stores a new one. Nobody has to hold the node for that.</summary>
    /// <param name="uuid">Empty: one is made.</param>
    /// <exception cref="IronicException">INVALID_UUID, REFERENCE_NOT_FOUND, or already there.</exception>
    protected async Task<TRow> CreateAsync(TRow row, string uuid, string nodeUuid, CancellationToken cancellationToken)
    {
        row.Uuid = uuid.Length == 0 ? Guid.NewGuid().ToString() : NodeIdent.ParseUuid(uuid, "uuid");
        row.CreatedAt = clock.UtcNow;
        var node = await nodes.FindNodeAsync(NodeIdent.ParseUuid(nodeUuid, "node_uuid"), cancellationToken);
        (row.NodeId, row.NodeUuid) = (node.Id, node.Uuid);
        await store.InsertAsync(row, node, cancellationToken);
        return row;
    }

    // As it is now that nobody else can change it.
    private async Task<TRow> FindLockedAsync(TRow found, NodeTask task, CancellationToken cancellationToken)
    {
        var row = await GetAsync(found.Uuid, cancellationToken);
        return row.NodeId == task.Node.Id
            ? row
            : throw new IronicException(ErrorReason.NodeLocked, $"The {noun} {row.Uuid} was moved to another node at this moment, please retry.");
    }

    private async Task<NodeTask> OpenTargetAsync(string uuid, CancellationToken cancellationToken) =>
        await tasks.OpenExclusiveAsync((await nodes.FindNodeAsync(uuid, cancellationToken)).Uuid, cancellationToken);

    private void CheckPower(NodeRow node, string action)
    {
        if (node.PowerState != PowerStates.Off)
        {
            throw new IronicException(
                ErrorReason.InvalidStateRequested,
                $"The requested action \"{noun} {action}\" can not be performed on node \"{node.Uuid}\" while it is in state \"{node.PowerState ?? "None"}\".");
        }
    }

    private IronicException NotFound(string uuid) => new(missing, $"{char.ToUpperInvariant(noun[0])}{noun[1..]} {uuid} could not be found.");
}
