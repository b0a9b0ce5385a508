namespace Ironic.Conductor.Storage;

/// <summary>Which port groups a list has, in which order, from where. Null members do not filter.</summary>
internal sealed record PortgroupQuery
{
    public long? NodeId { get; init; }

    public string? Address { get; init; }

    /// <summary>Of nodes of any of these shards.</summary>
    public IReadOnlyList<string>? Shards { get; init; }

    /// <summary>Of nodes of any of these conductor groups.</summary>
    public IReadOnlyList<string>? ConductorGroups { get; init; }

    public PageQuery Page { get; init; } = new();
}
