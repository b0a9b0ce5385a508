using System.ComponentModel;
using System.Text.Json.Nodes;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Configuration;
using Ironic.Drivers.Redfish.Raid;
using Ironic.Drivers.Redfish.Resources;

namespace Ironic.Drivers.Redfish.Interfaces;

/// <summary>Makes logical disks of physical ones, and removes them.</summary>
internal sealed class RedfishRaid(RedfishClient client, RaidVolumes volumes) : RaidInterface
{
    // Required by the steps, not by the validation.
    private static readonly DriverProperty[] Properties = [.. RedfishProperties.All.Select(property => property with { Required = false })];

    public override IReadOnlyList<DriverProperty> GetProperties() => Properties;

    /// <summary>What is in question is the configuration of the node's disks alone.</summary>
    public override ValueTask ValidateAsync(NodeContext node, CancellationToken cancellationToken)
    {
        if (node.TargetRaidConfig.Has("logical_disks"))
            _ = LogicalDisk.ReadAll(node.TargetRaidConfig);
        return ValueTask.CompletedTask;
    }

    /// <summary>Makes the logical disks of the node's target_raid_config.</summary>
    [Step(StepKinds.Clean, RequiresRamdisk = false, LongRunning = true, Description = "Makes the logical disks of target_raid_config")]
    public Task<StepResult> CreateConfiguration(
        NodeContext node,
        IOperationProgress progress,
        CancellationToken cancellationToken,
        [Description("Whether the root volume is made; true by default")] bool createRootVolume = true,
        [Description("Whether the other volumes are made; true by default")] bool createNonrootVolumes = true,
        [Description("Whether the volumes that there are, are removed before; false by default")] bool deleteExisting = false) =>
        ApplyAsync(node, node.TargetRaidConfig, createRootVolume, createNonrootVolumes, deleteExisting, progress, cancellationToken);

    /// <summary>Makes the logical disks of a configuration.</summary>
    [Step(StepKinds.Deploy | StepKinds.Service, RequiresRamdisk = false, LongRunning = true, Description = "Makes logical disks")]
    public Task<StepResult> ApplyConfiguration(
        NodeContext node,
        IOperationProgress progress,
        [Description("The logical disks, as target_raid_config of a node describes them")] JsonNode raidConfig,
        CancellationToken cancellationToken,
        [Description("Whether the root volume is made; true by default")] bool createRootVolume = true,
        [Description("Whether the other volumes are made; true by default")] bool createNonrootVolumes = true,
        [Description("Whether the volumes that there are, are removed before; true by default")] bool deleteExisting = true) =>
        ApplyAsync(node, JsonMap.Parse(raidConfig.ToJsonString()), createRootVolume, createNonrootVolumes, deleteExisting, progress, cancellationToken);

    /// <summary>Removes all logical disks.</summary>
    [Step(StepKinds.Clean | StepKinds.Service, RequiresRamdisk = false, LongRunning = true, Description = "Removes all logical disks")]
    public async Task<StepResult> DeleteConfiguration(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken)
    {
        var system = await client.GetSystemAsync(node, cancellationToken);
        await volumes.DeleteAsync(node, system, progress);
        return new StepResult { RaidConfig = await volumes.DescribeAsync(system) };
    }

    private async Task<StepResult> ApplyAsync(
        NodeContext node, JsonMap configuration, bool root, bool others, bool deleteExisting, IOperationProgress progress, CancellationToken cancellationToken)
    {
        var wanted = LogicalDisk.ReadAll(configuration).Where(disk => disk.IsRoot ? root : others).ToList();
        if (wanted.Count == 0)
            throw new InvalidParameterException("No logical disk of the RAID configuration is to be made.");
        var system = await client.GetSystemAsync(node, cancellationToken);
        if (deleteExisting)
            await volumes.DeleteAsync(node, system, progress);
        await volumes.CreateAsync(node, system, wanted, progress);
        return new StepResult { RaidConfig = await volumes.DescribeAsync(system) };
    }
}
