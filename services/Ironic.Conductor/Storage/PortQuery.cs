namespace Ironic.Conductor.Storage;

/// <summary>Which ports a list has, in which order, from where. Null members do not filter.</summary>
internal sealed record PortQuery
{
    public long? NodeId { get; init; }

    public long? PortgroupId { get; init; }

    public string? Address { get; init; }

    /// <summary>Of nodes of any of these shards.</summary>
    public IReadOnlyList<string>? Shards { get; init; }

    /// <summary>Of nodes of any of these conductor groups.</summary>
    public IReadOnlyList<string>? ConductorGroups { get; init; }

    public string? DescriptionContains { get; init; }

    public PageQuery Page { get; init; } = new();

    /// <summary>Only UUID and address are read.</summary>
    public bool SummaryOnly { get; init; }
}
