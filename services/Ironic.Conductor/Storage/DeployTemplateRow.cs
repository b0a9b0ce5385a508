namespace Ironic.Conductor.Storage;

/// <summary>One row of <c>deploy_templates</c>.</summary>
internal sealed class DeployTemplateRow : IResourceRow<DeployTemplateRow>
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

    /// <summary>No column: it may be patched, and is not kept.</summary>
    public string? Description { get; set; }

    public DeployTemplateRow Clone() => (DeployTemplateRow)MemberwiseClone();
}
