namespace Ironic.Conductor.Storage;

/// <summary>One event of a node's journal. Written in the transaction of the change that it tells of.</summary>
/// <param name="Type">What happened: <c>created</c>, <c>provision_state</c>, <c>power_state</c>, <c>maintenance</c>, <c>updated</c>, <c>vendor_passthru</c>, ...</param>
/// <param name="Message">For people; free of secrets.</param>
internal sealed record JournalEntry(string Type, string? Message = null)
{
    private readonly bool? _isHistory;

    /// <summary><c>INFO</c> or <c>ERROR</c>, as Ironic's node history has them.</summary>
    public string Severity { get; init; } = "INFO";

    /// <summary>Whether the node's history has it; what went wrong is there unless this says otherwise.</summary>
    public bool IsHistory { get => _isHistory ?? Severity == "ERROR"; init => _isHistory = value; }

    public string? FromState { get; init; }

    public string? ToState { get; init; }

    public string? TargetState { get; init; }

    /// <summary>How long the node was in <see cref="FromState"/>, or how long the work took.</summary>
    public TimeSpan? Duration { get; init; }
}
