using System.Collections.Frozen;
using Ironic.Api.V1;
using Ironic.Conductor.Lists;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Hosting.Errors;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.NodeRecords;

/// <summary>The history of nodes.</summary>
internal sealed class NodeHistory(TaskManager tasks, NodeHistoryStore store, IOptions<ListOptions> options)
{
    // What callers sort by, where the column has another name.
    private static readonly FrozenDictionary<string, string> Columns = new Dictionary<string, string>
    {
        ["event"] = "message",
        ["user"] = "user_id",
        ["project"] = "project_id",
        ["state"] = "provision_state",
        ["duration_seconds"] = "state_seconds",
    }.ToFrozenDictionary();

    private static readonly PageRules Pages = PageRules.For(NodeHistoryStore.Columns, hidden: ["node_uuid"], withoutOrder: []);

    /// <exception cref="IronicException">NODE_NOT_FOUND, INVALID_PARAMETER_VALUE; NODE_HISTORY_NOT_FOUND for the marker.</exception>
    public async Task<ListNodeHistoryResponse> ListAsync(ListNodeHistoryRequest request, CancellationToken cancellationToken)
    {
        var page = Pages.Read(
            request.Limit, request.Marker, Columns.GetValueOrDefault(request.SortKey, request.SortKey), request.SortDir, options.Value.MaxLimit);
        var node = await tasks.FindNodeAsync(request.Node, cancellationToken);
        var rows = await store.ListAsync(node.Uuid, page, cancellationToken) ?? throw NotFound(request.Marker);
        var response = new ListNodeHistoryResponse { History = { rows.Select(ToApi) } };
        if (rows.Count == page.Limit)
            response.NextMarker = rows[^1].Uuid;
        return response;
    }

    /// <exception cref="IronicException">NODE_NOT_FOUND, NODE_HISTORY_NOT_FOUND.</exception>
    public async Task<NodeHistoryEvent> GetAsync(string ident, string uuid, CancellationToken cancellationToken)
    {
        var node = await tasks.FindNodeAsync(ident, cancellationToken);
        return ToApi(await store.FindAsync(node.Uuid, NodeIdent.TryParseUuid(uuid) ?? uuid, cancellationToken) ?? throw NotFound(uuid));
    }

    private static IronicException NotFound(string uuid) => new(ErrorReason.NodeHistoryNotFound, $"Node history record {uuid} could not be found.");

    private static NodeHistoryEvent ToApi(NodeHistoryRow row)
    {
        var entry = new NodeHistoryEvent
        {
            Uuid = row.Uuid,
            NodeUuid = row.NodeUuid,
            CreatedAt = ApiValues.Time(row.CreatedAt),
            Severity = row.Severity,
            EventType = row.EventType,
            Conductor = row.Conductor,
        };
        if (row.Message is not null)
            entry.Event = row.Message;
        if (row.UserId is not null)
            entry.User = row.UserId;
        if (row.ProjectId is not null)
            entry.Project = row.ProjectId;
        if (row.ProvisionState is not null)
            entry.State = row.ProvisionState;
        if (row.TargetProvisionState is not null)
            entry.TargetProvisionState = row.TargetProvisionState;
        if (row.StateSeconds is { } seconds)
            entry.DurationSeconds = seconds;
        return entry;
    }
}
