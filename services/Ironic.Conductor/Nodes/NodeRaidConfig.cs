using System.Text.Json;
using Ironic.Api.V1;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Nodes;

/// <summary>The RAID configuration that a node shall get when it is cleaned or deployed next.</summary>
internal sealed class NodeRaidConfig(TaskManager tasks)
{
    private static readonly InterfaceKind Raid = InterfaceTypes.Get(InterfaceType.Raid);

    /// <param name="ident">UUID or name.</param>
    /// <param name="config">A JSON object; empty, or null, for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE, RAID_UNSUPPORTED, NODE_NOT_FOUND, NODE_LOCKED, NO_VALID_HOST.</exception>
    public async Task SetTargetAsync(string ident, string? config, CancellationToken cancellationToken)
    {
        using var json = JsonDocument.Parse(config ?? "{}");
        if (json.RootElement.ValueKind != JsonValueKind.Object)
            throw new IronicException(ErrorReason.InvalidParameterValue, "target_raid_config is not a JSON object.");
        var isEmpty = json.RootElement.GetPropertyCount() == 0;
        await using var task = await tasks.OpenExclusiveAsync(ident, cancellationToken);
        await task.LoadDriverAsync(cancellationToken);
        if (!isEmpty)
        {
            // What is there already may be taken away whatever the interface.
            if (Raid.Get(task.Node) is not { } name || BuiltInInterfaces.IsAbsent(InterfaceType.Raid, name))
                throw new IronicException(ErrorReason.RaidUnsupported, $"Driver {task.Node.Driver} does not support raid (disabled or not implemented).");
            RaidConfigRules.Check(json.RootElement);
        }

        task.Node.TargetRaidConfig = isEmpty ? null : config;
        await task.TouchAndReleaseAsync(CancellationToken.None, new JournalEntry("target_raid_config"));
    }
}
