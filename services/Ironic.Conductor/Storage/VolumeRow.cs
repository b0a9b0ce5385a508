namespace Ironic.Conductor.Storage;

/// <summary>What volume connectors and targets have in common.</summary>
internal abstract class VolumeRow
{
    public long Id { get; set; }

    public string Uuid { get; set; } = "";

    public DateTime CreatedAt { get; set; }

    public DateTime? UpdatedAt { get; set; }

    public long NodeId { get; set; }

    /// <summary>JSON text; null reads as <c>{}</c>.</summary>
    public string? Extra { get; set; }

    /// <summary>From <c>nodes</c>.</summary>
    public string NodeUuid { get; set; } = "";

    /// <summary>A copy that later changes of this row do not reach.</summary>
    public VolumeRow Clone() => (VolumeRow)MemberwiseClone();
}

/// <summary>One row of <c>volume_connectors</c>.</summary>
internal sealed class VolumeConnectorRow : VolumeRow
{
    public string Type { get; set; } = "";

    public string ConnectorId { get; set; } = "";
}

/// <summary>One row of <c>volume_targets</c>.</summary>
internal sealed class VolumeTargetRow : VolumeRow
{
    public string VolumeType { get; set; } = "";

    public int BootIndex { get; set; }

    public string VolumeId { get; set; } = "";

    /// <summary>JSON text with its secrets; null reads as <c>{}</c>.</summary>
    public string? Properties { get; set; }
}
