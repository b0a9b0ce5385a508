using Ironic.Api.V1;
using Ironic.Conductor.Idempotency;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Hosting.Errors;
using Ironic.Hosting.Requests;

namespace Ironic.Conductor.Nodes;

/// <summary>Enrols nodes.</summary>
internal sealed class NodeCreation(TaskManager tasks, NodeStore nodes, NodeReferences references, NodeMapper mapper, Clock clock)
{
    /// <exception cref="IronicException">As <c>NodeService.CreateNode</c> says.</exception>
    public async Task<NodeRow> CreateAsync(Node request, Microversion version, CancellationToken cancellationToken)
    {
        var node = new NodeRow
        {
            Uuid = request.Uuid.Length == 0 ? Guid.NewGuid().ToString() : NodeIdent.ParseUuid(request.Uuid, "uuid"),
            Driver = request.Driver,
            CreatedAt = clock.UtcNow,
            // Clients of before 1.11 know no enroll.
            ProvisionState = version.Minor < 11 ? ProvisionStates.Available : ProvisionStates.Enroll,
            InstanceUuid = request.HasInstanceUuid ? NodeIdent.ParseUuid(request.InstanceUuid, "instance_uuid") : null,
            InstanceName = request.HasInstanceName ? request.InstanceName : null,
            DriverInfo = JsonTexts.ReadObject(request.DriverInfo, "driver_info"),
            Properties = JsonTexts.ReadObject(request.Properties, "properties"),
            InstanceInfo = JsonTexts.ReadObject(request.InstanceInfo, "instance_info"),
            Extra = JsonTexts.ReadObject(request.Extra, "extra"),
            NetworkData = JsonTexts.ReadObject(request.NetworkData, "network_data"),
            Maintenance = request.Maintenance,
            ConsoleEnabled = request.ConsoleEnabled,
            NetworkInterface = request.HasNetworkInterface ? request.NetworkInterface : null,
            BootInterface = request.HasBootInterface ? request.BootInterface : null,
            ConsoleInterface = request.HasConsoleInterface ? request.ConsoleInterface : null,
            DeployInterface = request.HasDeployInterface ? request.DeployInterface : null,
            InspectInterface = request.HasInspectInterface ? request.InspectInterface : null,
            ManagementInterface = request.HasManagementInterface ? request.ManagementInterface : null,
            PowerInterface = request.HasPowerInterface ? request.PowerInterface : null,
            RaidInterface = request.HasRaidInterface ? request.RaidInterface : null,
            VendorInterface = request.HasVendorInterface ? request.VendorInterface : null,
            StorageInterface = request.HasStorageInterface ? request.StorageInterface : null,
            RescueInterface = request.HasRescueInterface ? request.RescueInterface : null,
            BiosInterface = request.HasBiosInterface ? request.BiosInterface : null,
            FirmwareInterface = request.HasFirmwareInterface ? request.FirmwareInterface : null,
            // Empty is as good as none here, though not in a patch.
            ResourceClass = request.ResourceClass.Length > 0 ? request.ResourceClass : null,
            ConductorGroup = NodeRules.NormalizeConductorGroup(request.ConductorGroup),
            AutomatedClean = request.HasAutomatedClean ? request.AutomatedClean : null,
            Owner = request.Owner.Length > 0 ? request.Owner : null,
            Lessee = request.HasLessee ? request.Lessee : null,
            Description = request.HasDescription ? request.Description : null,
            Retired = request.Retired,
            RetiredReason = request.HasRetiredReason ? request.RetiredReason : null,
            BootMode = request.HasBootMode ? request.BootMode : null,
            SecureBoot = request.HasSecureBoot ? request.SecureBoot : null,
            Shard = request.HasShard ? request.Shard : null,
            DisablePowerOff = request.DisablePowerOff,
        };
        if (node.Driver.Length == 0)
            throw new IronicException(ErrorReason.MissingParameterValue, "A node needs a driver.");
        if (request.HasName)
        {
            NodeRules.CheckName(request.Name, version);
            node.Name = request.Name;
        }

        NodeRules.CheckProperties(node);
        NodeRules.CheckNewNetworkData(node.NetworkData);
        if (request.HasChassisUuid)
            node.ChassisUuid = await references.ResolveChassisAsync(request.ChassisUuid, cancellationToken);
        if (request.HasParentNode)
            node.ParentNode = await references.ResolveParentAsync(request.ParentNode, cancellationToken);
        var hardware = await tasks.FindDriverAsync(node, ErrorReason.NoValidHostForNode, cancellationToken);
        hardware.CompleteInterfaces(node);
        KeyedCreation.Answer(() => new CreateNodeResponse { Node = mapper.ToApi(node) });
        await nodes.InsertAsync(node, new JournalEntry("created") { ToState = node.ProvisionState }, cancellationToken);
        return node;
    }
}
