using Google.Protobuf.WellKnownTypes;
using Ironic.Api.V1;
using Ironic.Conductor.Cluster;
using Ironic.Conductor.Storage;
using Ironic.Types.V1;

namespace Ironic.Conductor.Nodes;

/// <summary>Nodes as callers see them: secrets masked, states as enums, the serving conductor computed.</summary>
internal sealed class NodeMapper(Membership membership)
{
    public Node ToApi(NodeRow row)
    {
        var node = new Node
        {
            Uuid = row.Uuid,
            CreatedAt = Time(row.CreatedAt),
            UpdatedAt = Time(row.UpdatedAt),
            Driver = row.Driver,
            DriverInfo = Masked(row.DriverInfo),
            DriverInternalInfo = Masked(row.DriverInternalInfo),
            Properties = Json(row.Properties),
            InstanceInfo = Masked(row.InstanceInfo, SecretMask.InstanceInfoKeys),
            Extra = Json(row.Extra),
            PowerState = PowerStates.ToApi(row.PowerState),
            TargetPowerState = PowerStates.ToApi(row.TargetPowerState),
            ProvisionState = ProvisionStates.ToApi(row.ProvisionState),
            TargetProvisionState = ProvisionStates.ToApi(row.TargetProvisionState),
            ProvisionUpdatedAt = Time(row.ProvisionUpdatedAt),
            Maintenance = row.Maintenance,
            Fault = Faults.ToApi(row.Fault),
            ConsoleEnabled = row.ConsoleEnabled,
            InspectionStartedAt = Time(row.InspectionStartedAt),
            InspectionFinishedAt = Time(row.InspectionFinishedAt),
            CleanStep = Json(row.CleanStep),
            DeployStep = Json(row.DeployStep),
            ServiceStep = Json(row.ServiceStep),
            RaidConfig = Json(row.RaidConfig),
            TargetRaidConfig = Json(row.TargetRaidConfig),
            ConductorGroup = row.ConductorGroup,
            Protected = row.Protected,
            NetworkData = Json(row.NetworkData),
            DisablePowerOff = row.DisablePowerOff,
        };
        SetTexts(node, row);
        if (row.Traits is not null)
            node.Traits.AddRange(row.Traits.Split(','));
        if (row.AutomatedClean is { } automatedClean)
            node.AutomatedClean = automatedClean;
        if (row.SecureBoot is { } secureBoot)
            node.SecureBoot = secureBoot;
        if (row.Retired is { } retired)
            node.Retired = retired;
        if (membership.FindConductor(row.Driver, row.ConductorGroup, row.Uuid) is { } conductor)
            node.Conductor = conductor;
        return node;
    }

    public static NodeStates ToStates(NodeRow row)
    {
        var states = new NodeStates
        {
            ConsoleEnabled = row.ConsoleEnabled,
            PowerState = PowerStates.ToApi(row.PowerState),
            TargetPowerState = PowerStates.ToApi(row.TargetPowerState),
            ProvisionState = ProvisionStates.ToApi(row.ProvisionState),
            TargetProvisionState = ProvisionStates.ToApi(row.TargetProvisionState),
            ProvisionUpdatedAt = Time(row.ProvisionUpdatedAt),
            RaidConfig = Json(row.RaidConfig),
            TargetRaidConfig = Json(row.TargetRaidConfig),
        };
        if (row.LastError is not null)
            states.LastError = row.LastError;
        if (row.BootMode is not null)
            states.BootMode = row.BootMode;
        if (row.SecureBoot is { } secureBoot)
            states.SecureBoot = secureBoot;
        return states;
    }

    private static void SetTexts(Node node, NodeRow row)
    {
        if (row.Name is not null)
            node.Name = row.Name;
        if (row.InstanceUuid is not null)
            node.InstanceUuid = row.InstanceUuid;
        if (row.InstanceName is not null)
            node.InstanceName = row.InstanceName;
        if (row.ChassisUuid is not null)
            node.ChassisUuid = row.ChassisUuid;
        if (row.LastError is not null)
            node.LastError = row.LastError;
        if (row.MaintenanceReason is not null)
            node.MaintenanceReason = row.MaintenanceReason;
        if (row.Reservation is not null)
            node.Reservation = row.Reservation;
        if (row.NetworkInterface is not null)
            node.NetworkInterface = row.NetworkInterface;
        if (row.BootInterface is not null)
            node.BootInterface = row.BootInterface;
        if (row.ConsoleInterface is not null)
            node.ConsoleInterface = row.ConsoleInterface;
        if (row.DeployInterface is not null)
            node.DeployInterface = row.DeployInterface;
        if (row.InspectInterface is not null)
            node.InspectInterface = row.InspectInterface;
        if (row.ManagementInterface is not null)
            node.ManagementInterface = row.ManagementInterface;
        if (row.PowerInterface is not null)
            node.PowerInterface = row.PowerInterface;
        if (row.RaidInterface is not null)
            node.RaidInterface = row.RaidInterface;
        if (row.VendorInterface is not null)
            node.VendorInterface = row.VendorInterface;
        if (row.StorageInterface is not null)
            node.StorageInterface = row.StorageInterface;
        if (row.RescueInterface is not null)
            node.RescueInterface = row.RescueInterface;
        if (row.BiosInterface is not null)
            node.BiosInterface = row.BiosInterface;
        if (row.FirmwareInterface is not null)
            node.FirmwareInterface = row.FirmwareInterface;
        if (row.ResourceClass is not null)
            node.ResourceClass = row.ResourceClass;
        if (row.ProtectedReason is not null)
            node.ProtectedReason = row.ProtectedReason;
        if (row.Owner is not null)
            node.Owner = row.Owner;
        if (row.Description is not null)
            node.Description = row.Description;
        if (row.AllocationUuid is not null)
            node.AllocationUuid = row.AllocationUuid;
        if (row.RetiredReason is not null)
            node.RetiredReason = row.RetiredReason;
        if (row.Lessee is not null)
            node.Lessee = row.Lessee;
        if (row.BootMode is not null)
            node.BootMode = row.BootMode;
        if (row.Shard is not null)
            node.Shard = row.Shard;
        if (row.ParentNode is not null)
            node.ParentNode = row.ParentNode;
        if (row.Health is not null)
            node.Health = row.Health;
    }

    private static Timestamp? Time(DateTime? time) => ApiValues.Time(time);

    private static Json? Json(string? text) => ApiValues.Json(text);

    private static Json? Masked(string? text) => Json(text is null ? null : SecretMask.Mask(text));

    private static Json? Masked(string? text, IReadOnlySet<string> more) => Json(text is null ? null : SecretMask.Mask(text, more));
}
