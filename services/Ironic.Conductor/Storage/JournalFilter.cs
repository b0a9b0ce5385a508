namespace Ironic.Conductor.Storage;

/// <summary>Which events are wanted. What is null or empty does not narrow.</summary>
/// <param name="NodeUuid">Of this node.</param>
/// <param name="EventTypes">Of one of these types.</param>
/// <param name="Owner">Of nodes with this owner when it happened.</param>
/// <param name="Lessee">Of nodes with this lessee when it happened.</param>
internal sealed record JournalFilter(string? NodeUuid, IReadOnlyCollection<string> EventTypes, string? Owner, string? Lessee)
{
    public static JournalFilter All { get; } = new(null, [], null, null);

    public bool Matches(JournalEvent @event) =>
        (NodeUuid is null || @event.NodeUuid == NodeUuid) &&
        (EventTypes.Count == 0 || EventTypes.Contains(@event.EventType)) &&
        (Owner is null || @event.Owner == Owner) &&
        (Lessee is null || @event.Lessee == Lessee);
}
