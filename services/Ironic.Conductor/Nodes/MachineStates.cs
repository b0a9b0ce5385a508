using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Ironic.Api.V1;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;
using BootMode = Ironic.Driver.V1.BootMode;

namespace Ironic.Conductor.Nodes;

/// <summary>Keeps what is stored of machines besides their power in step with them: <c>boot_mode</c>, <c>secure_boot</c>, <c>health</c> and, once, <c>properties.vendor</c>.</summary>
internal sealed partial class MachineStates(ManagementCalls management, ILogger<MachineStates> logger)
{
    // a driver that never knows any of it is not asked again.
    private readonly ConcurrentDictionary<(string Instance, string Interface), bool> _silent = new();

    /// <summary>Reads it from the machine, without the node's lock.</summary>
    /// <param name="task">A task with its driver.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <returns>Null: nothing is known of it. A failure is no reason for anything else to fail.</returns>
    public async Task<GetMachineStateResponse?> ReadAsync(NodeTask task, TimeSpan timeout, CancellationToken cancellationToken)
    {
        (string, string) key = default;
        try
        {
            if (task.FindServed(InterfaceType.Management) is not { } served)
                return null;
            key = (served.Driver.Info.InstanceId, served.Name);
            if (_silent.ContainsKey(key))
                return null;
            return await management.GetMachineStateAsync(task, timeout, cancellationToken);
        }
        catch (IronicException e) when (e.Reason == ErrorReason.UnsupportedDriverExtension)
        {
            _silent[key] = true;
            return null;
        }
        catch (IronicException e) when (e.Reason != ErrorReason.LockLost && !cancellationToken.IsCancellationRequested)
        {
            LogNotRead(task.Node.Uuid, e.Message);
            return null;
        }
    }

    /// <summary>Changes the node to what was read; what the machine does not say stays.</summary>
    /// <returns>Whether anything was different.</returns>
    public static bool Apply(NodeRow node, GetMachineStateResponse? state)
    {
        if (state is null)
            return false;
        var before = (node.BootMode, node.SecureBoot, node.Health, node.Properties);
        node.BootMode = state.BootMode switch
        {
            BootMode.Bios => "bios",
            BootMode.Uefi => "uefi",
            _ => node.BootMode,
        };
        if (state.HasSecureBoot)
            node.SecureBoot = state.SecureBoot;
        node.Health = state.Health switch
        {
            MachineHealth.Ok => "OK",
            MachineHealth.Warning => "Warning",
            MachineHealth.Critical => "Critical",
            _ => node.Health,
        };
        // As in Ironic, what an operator has said of it counts more.
        if (state.Vendor.Length > 0 && (JsonNode.Parse(node.Properties ?? "{}") as JsonObject)?["vendor"] is null)
            node.Properties = JsonTexts.With(node.Properties, new JsonObject { ["vendor"] = state.Vendor });
        return before != (node.BootMode, node.SecureBoot, node.Health, node.Properties);
    }

    [LoggerMessage(EventId = 1661, EventName = "MachineStateNotRead", Level = LogLevel.Information, Message = "Node {Node}: boot mode and health could not be read, and stay as they were stored: {Reason}")]
    private partial void LogNotRead(string node, string reason);
}
