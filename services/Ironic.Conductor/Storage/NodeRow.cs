namespace Ironic.Conductor.Storage;

/// <summary>
/// One row of <c>nodes</c> with its lock, as it is stored: states are Ironic's texts, free-form members are JSON text
/// (null reads as <c>{}</c>), times are UTC.
/// </summary>
internal sealed class NodeRow
{
    public long Id { get; set; }
    public string Uuid { get; set; } = "";
    public string? Name { get; set; }
    public string? InstanceUuid { get; set; }
    public string? InstanceName { get; set; }
    public DateTime CreatedAt { get; set; }
    public DateTime? UpdatedAt { get; set; }
    public string Driver { get; set; } = "";
    public string? DriverInfo { get; set; }
    public string? DriverInternalInfo { get; set; }
    public string? Properties { get; set; }
    public string? InstanceInfo { get; set; }
    public string? Extra { get; set; }
    public string? ChassisUuid { get; set; }
    public string? PowerState { get; set; }
    public string? TargetPowerState { get; set; }
    public string ProvisionState { get; set; } = "";
    public string? TargetProvisionState { get; set; }
    public DateTime? ProvisionUpdatedAt { get; set; }
    public string? LastError { get; set; }
    public bool Maintenance { get; set; }
    public string? MaintenanceReason { get; set; }
    public string? Fault { get; set; }
    public bool ConsoleEnabled { get; set; }
    public DateTime? InspectionStartedAt { get; set; }
    public DateTime? InspectionFinishedAt { get; set; }
    public string? CleanStep { get; set; }
    public string? DeployStep { get; set; }
    public string? ServiceStep { get; set; }
    public string? RaidConfig { get; set; }
    public string? TargetRaidConfig { get; set; }
    public string? NetworkInterface { get; set; }
    public string? BootInterface { get; set; }
    public string? ConsoleInterface { get; set; }
    public string? DeployInterface { get; set; }
    public string? InspectInterface { get; set; }
    public string? ManagementInterface { get; set; }
    public string? PowerInterface { get; set; }
    public string? RaidInterface { get; set; }
    public string? VendorInterface { get; set; }
    public string? StorageInterface { get; set; }
    public string? RescueInterface { get; set; }
    public string? BiosInterface { get; set; }
    public string? FirmwareInterface { get; set; }
    public string? ResourceClass { get; set; }
    public string ConductorGroup { get; set; } = "";
    public bool? AutomatedClean { get; set; }
    public bool Protected { get; set; }
    public string? ProtectedReason { get; set; }
    public string? Owner { get; set; }
    public string? Description { get; set; }
    public string? AllocationUuid { get; set; }
    public bool? Retired { get; set; }
    public string? RetiredReason { get; set; }
    public string? Lessee { get; set; }
    public string? NetworkData { get; set; }
    public string? BootMode { get; set; }
    public bool? SecureBoot { get; set; }
    public string? Shard { get; set; }
    public string? ParentNode { get; set; }
    public bool DisablePowerOff { get; set; }
    public string? Health { get; set; }

    /// <summary>The fence of the node's exclusive lock, from <c>node_locks</c>.</summary>
    public long LockEpoch { get; set; }

    /// <summary>Hostname of the conductor that holds the exclusive lock, from <c>node_locks</c>.</summary>
    public string? Reservation { get; set; }

    /// <summary>Its traits in order, separated by commas, from <c>node_traits</c>; null when there are none.</summary>
    public string? Traits { get; set; }

    /// <summary>A copy that later changes of this row do not reach.</summary>
    public NodeRow Clone() => (NodeRow)MemberwiseClone();
}
