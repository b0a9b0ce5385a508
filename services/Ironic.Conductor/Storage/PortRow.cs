namespace Ironic.Conductor.Storage;

/// <summary>One row of <c>ports</c>. Free-form members are JSON text; null reads as <c>{}</c>.</summary>
internal sealed class PortRow
{
    public long Id { get; set; }
    public string Uuid { get; set; } = "";
    public DateTime CreatedAt { get; set; }
    public DateTime? UpdatedAt { get; set; }
    public string Address { get; set; } = "";
    public long NodeId { get; set; }
    public long? PortgroupId { get; set; }
    public string? Extra { get; set; }
    public string? InternalInfo { get; set; }
    public bool PxeEnabled { get; set; } = true;
    public string? LocalLinkConnection { get; set; }
    public string? PhysicalNetwork { get; set; }
    public bool IsSmartnic { get; set; }
    public string? Name { get; set; }
    public string? Description { get; set; }
    public string? Vendor { get; set; }
    public string? Category { get; set; }
    public bool AvailableForDynamicPortgroup { get; set; } = true;

    /// <summary>From <c>nodes</c>. Empty where a list was not asked for it.</summary>
    public string NodeUuid { get; set; } = "";

    /// <summary>From <c>portgroups</c>.</summary>
    public string? PortgroupUuid { get; set; }

    /// <summary>A copy that later changes of this row do not reach.</summary>
    public PortRow Clone() => (PortRow)MemberwiseClone();
}
