namespace Ironic.Conductor.Storage;

/// <summary>One row of <c>allocations</c>, with the UUID of its node.</summary>
internal sealed class AllocationRow : IResourceRow<AllocationRow>
{
    public const string Allocating = "allocating";
    public const string Active = "active";
    public const string Error = "error";

    public long Id { get; set; }

    public string Uuid { get; set; } = "";

    public DateTime CreatedAt { get; set; }

    public DateTime? UpdatedAt { get; set; }

    public string? Name { get; set; }

    public long? NodeId { get; set; }

    /// <summary>From <c>nodes</c>.</summary>
    public string? NodeUuid { get; set; }

    public string State { get; set; } = Allocating;

    public string? Owner { get; set; }

    public string? LastError { get; set; }

    public string? ResourceClass { get; set; }

    /// <summary>Separated by commas.</summary>
    public string Traits { get; set; } = "";

    /// <summary>UUIDs, separated by commas.</summary>
    public string CandidateNodes { get; set; } = "";

    /// <summary>A JSON object; null reads as <c>{}</c>.</summary>
    public string? Extra { get; set; }

    /// <summary>Hostname of the conductor that looks for a node.</summary>
    public string Conductor { get; set; } = "";

    public IReadOnlyList<string> GetTraits() => Traits.Split(',', StringSplitOptions.RemoveEmptyEntries);

    public IReadOnlyList<string> GetCandidateNodes() => CandidateNodes.Split(',', StringSplitOptions.RemoveEmptyEntries);

    public AllocationRow Clone() => (AllocationRow)MemberwiseClone();
}
