namespace Ironic.Conductor.Storage;

/// <summary>One row of <c>node_events</c>, as watchers see it.</summary>
internal sealed class JournalEvent
{
    public long Xid { get; init; }

    public long Id { get; init; }

    public string Uuid { get; init; } = "";

    public DateTime CreatedAt { get; init; }

    public string EventType { get; init; } = "";

    public string Severity { get; init; } = "";

    public string NodeUuid { get; init; } = "";

    public string? NodeName { get; init; }

    public string? Owner { get; init; }

    public string? Lessee { get; init; }

    public string? FromState { get; init; }

    public string? ToState { get; init; }

    public string? TargetState { get; init; }

    public string? ProvisionState { get; init; }

    public string? TargetProvisionState { get; init; }

    public long? DurationMs { get; init; }

    public string? Message { get; init; }

    public string Conductor { get; init; } = "";

    public string? RequestId { get; init; }

    public string? UserId { get; init; }

    public string? ProjectId { get; init; }

    public JournalPosition Position => new(Xid, Id);
}
