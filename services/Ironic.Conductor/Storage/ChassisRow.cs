namespace Ironic.Conductor.Storage;

/// <summary>One row of <c>chassis</c>.</summary>
internal sealed class ChassisRow : IResourceRow<ChassisRow>
{
    public long Id { get; set; }

    public string Uuid { get; set; } = "";

    public DateTime CreatedAt { get; set; }

    public DateTime? UpdatedAt { get; set; }

    public string? Description { get; set; }

    /// <summary>JSON text; null reads as <c>{}</c>.</summary>
    public string? Extra { get; set; }

    public ChassisRow Clone() => (ChassisRow)MemberwiseClone();
}
