namespace Ironic.Conductor.Storage;

/// <summary>One row of <c>runbooks</c>, with its traits.</summary>
internal sealed class RunbookRow : IResourceRow<RunbookRow>
{
    public long Id { get; set; }

    public string Uuid { get; set; } = "";

    public DateTime CreatedAt { get; set; }

    public DateTime? UpdatedAt { get; set; }

    public string Name { get; set; } = "";

    /// <summary>A JSON array of steps, with their secrets.</summary>
    public string Steps { get; set; } = "[]";

    /// <summary>JSON text; null reads as <c>{}</c>.</summary>
    public string? Extra { get; set; }

    public bool Public { get; set; }

    public string? Owner { get; set; }

    public bool DisableRamdisk { get; set; }

    public string? Description { get; set; }

    /// <summary>In order, separated by commas, from <c>runbook_traits</c>; null when there are none.</summary>
    public string? Traits { get; set; }

    public RunbookRow Clone() => (RunbookRow)MemberwiseClone();
}
