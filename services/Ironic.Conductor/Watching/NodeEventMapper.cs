using Ironic.Api.V1;
using Ironic.Conductor.Storage;

namespace Ironic.Conductor.Watching;

/// <summary>Shows events of the journal to callers.</summary>
internal static class NodeEventMapper
{
    public static NodeEvent ToApi(JournalEvent row)
    {
        var shown = new NodeEvent
        {
            Uuid = row.Uuid,
            EventType = row.EventType,
            CreatedAt = ApiValues.Time(row.CreatedAt),
            Severity = row.Severity,
            NodeUuid = row.NodeUuid,
            Conductor = row.Conductor,
        };
        if (row.NodeName is not null)
            shown.NodeName = row.NodeName;
        if (row.Owner is not null)
            shown.Owner = row.Owner;
        if (row.Lessee is not null)
            shown.Lessee = row.Lessee;
        if (row.FromState is not null)
            shown.FromState = row.FromState;
        if (row.ToState is not null)
            shown.ToState = row.ToState;
        if (row.TargetState is not null)
            shown.TargetState = row.TargetState;
        if (row.ProvisionState is not null)
            shown.ProvisionState = row.ProvisionState;
        if (row.TargetProvisionState is not null)
            shown.TargetProvisionState = row.TargetProvisionState;
        if (row.DurationMs is { } duration)
            shown.DurationMs = duration;
        if (row.Message is not null)
            shown.Message = row.Message;
        if (row.RequestId is not null)
            shown.RequestId = row.RequestId;
        if (row.UserId is not null)
            shown.User = row.UserId;
        if (row.ProjectId is not null)
            shown.Project = row.ProjectId;
        return shown;
    }
}
