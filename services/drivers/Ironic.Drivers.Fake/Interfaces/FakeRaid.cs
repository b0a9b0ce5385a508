using System.Text.Json;
using System.Text.Json.Nodes;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Fake.Behaviour;

namespace Ironic.Drivers.Fake.Interfaces;

/// <summary>Logical disks that nobody builds: a machine says that it has those that were asked for.</summary>
internal sealed class FakeRaid(FakeBehaviour behaviour) : RaidInterface
{
    public override IReadOnlyList<DriverProperty> GetProperties() => [];

    public override async ValueTask ValidateAsync(NodeContext node, CancellationToken cancellationToken) =>
        await behaviour.ApplyAsync(node.DriverInfo, "raid.validate", cancellationToken);

    [Step(StepKinds.Clean, Description = "Builds the logical disks of the node's target_raid_config")]
    public Task<StepResult> CreateConfiguration(
        NodeContext node, bool createRootVolume = true, bool createNonrootVolumes = true, bool deleteExisting = true, CancellationToken cancellationToken = default) =>
        !node.TargetRaidConfig.Has("logical_disks")
            ? throw new MissingParameterException("The node has no target_raid_config.")
            : BuildAsync(node, "raid.create_configuration", node.TargetRaidConfig, createRootVolume, createNonrootVolumes, deleteExisting, cancellationToken);

    [Step(StepKinds.Clean, Description = "Removes all logical disks")]
    public Task<StepResult> DeleteConfiguration(NodeContext node, CancellationToken cancellationToken) =>
        behaviour.RunAsync(node, "raid.delete_configuration", () => Task.FromResult(new StepResult { RaidConfig = [] }), cancellationToken);

    [Step(StepKinds.Deploy, Description = "Builds the logical disks that are given")]
    public Task<StepResult> ApplyConfiguration(
        NodeContext node, JsonElement raidConfig, bool createRootVolume = true, bool createNonrootVolumes = true, bool deleteExisting = true, CancellationToken cancellationToken = default) =>
        BuildAsync(node, "raid.apply_configuration", JsonMap.Parse(raidConfig.GetRawText()), createRootVolume, createNonrootVolumes, deleteExisting, cancellationToken);

    private Task<StepResult> BuildAsync(NodeContext node, string operation, JsonMap wanted, bool root, bool others, bool deleteExisting, CancellationToken cancellationToken) =>
        behaviour.RunAsync(
            node,
            operation,
            () =>
            {
                var disks = (wanted.Get<List<JsonObject>>("logical_disks") ?? []).Where(disk => IsRoot(disk) ? root : others);
                return Task.FromResult(new StepResult { RaidConfig = new JsonObject { ["logical_disks"] = new JsonArray([.. disks]) } });
            },
            cancellationToken,
            _ => deleteExisting ? "replaced" : "added");

    private static bool IsRoot(JsonObject disk) => disk["is_root_volume"] is JsonValue value && value.TryGetValue<bool>(out var isRoot) && isRoot;
}
