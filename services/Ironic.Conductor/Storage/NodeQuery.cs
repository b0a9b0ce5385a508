namespace Ironic.Conductor.Storage;

/// <summary>Which nodes a list has, in which order, from where. Null members do not filter.</summary>
internal sealed record NodeQuery
{
    public string? ChassisUuid { get; init; }

    public string? InstanceUuid { get; init; }

    public bool? Associated { get; init; }

    public bool? Maintenance { get; init; }

    public bool? Retired { get; init; }

    public string? ProvisionState { get; init; }

    public string? Driver { get; init; }

    public string? ResourceClass { get; init; }

    public string? Fault { get; init; }

    public string? ConductorGroup { get; init; }

    public string? Owner { get; init; }

    public string? Lessee { get; init; }

    public string? DescriptionContains { get; init; }

    /// <summary>Owner or lessee.</summary>
    public string? Project { get; init; }

    public IReadOnlyList<string>? Shards { get; init; }

    public bool? Sharded { get; init; }

    public bool IncludeChildren { get; init; }

    public string? ParentNode { get; init; }

    public string? InstanceName { get; init; }

    /// <summary>Whether nodes have been in their state for longer than it allows; see <see cref="StateLimits"/>.</summary>
    public bool? AboveSla { get; init; }

    /// <summary>The limits of <see cref="AboveSla"/>.</summary>
    public IReadOnlyList<StateSince> StateLimits { get; init; } = [];

    public PageQuery Page { get; init; } = new();

    /// <summary>Only the summary's columns are read.</summary>
    public bool SummaryOnly { get; init; }
}
