namespace Ironic.Conductor.Storage;

/// <summary>One row of <c>portgroups</c>. Free-form members are JSON text; null reads as <c>{}</c>.</summary>
internal sealed class PortgroupRow
{
    public long Id { get; set; }
    public string Uuid { get; set; } = "";
    public DateTime CreatedAt { get; set; }
    public DateTime? UpdatedAt { get; set; }
    public long NodeId { get; set; }
    public string? Name { get; set; }
    public string? Address { get; set; }
    public string? Extra { get; set; }
    public string? InternalInfo { get; set; }
    public bool StandalonePortsSupported { get; set; } = true;
    public string Mode { get; set; } = "";
    public string? Properties { get; set; }
    public string? PhysicalNetwork { get; set; }
    public string? Category { get; set; }
    public bool DynamicPortgroup { get; set; }

    /// <summary>From <c>nodes</c>. Empty where a list was not asked for it.</summary>
    public string NodeUuid { get; set; } = "";

    /// <summary>A copy that later changes of this row do not reach.</summary>
    public PortgroupRow Clone() => (PortgroupRow)MemberwiseClone();
}
