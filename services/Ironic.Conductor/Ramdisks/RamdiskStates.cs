using System.Collections.Frozen;
using System.Text.Json;
using Ironic.Conductor.Patches;
using Ironic.Conductor.Storage;

namespace Ironic.Conductor.Ramdisks;

/// <summary>The provisioning states in which a ramdisk may run on a node.</summary>
internal static class RamdiskStates
{
    private static readonly FrozenSet<string> Lookup = FrozenSet.Create(
        "deploying", "wait call-back", "cleaning", "clean wait", "inspecting", "inspect wait", "rescuing", "rescue wait", "service wait");

    private static readonly FrozenSet<string> FastTrackLookup = Lookup.Concat(["enroll", "manageable", "available", "servicing", "service hold"]).ToFrozenSet();

    private static readonly FrozenSet<string> Heartbeat = FrozenSet.Create(
        "wait call-back", "clean wait", "rescue wait", "deploying", "cleaning", "rescuing", "deploy hold", "clean hold", "servicing", "service wait", "service hold");

    private static readonly FrozenSet<string> FastTrackHeartbeat = Heartbeat.Concat(["enroll", "manageable", "available"]).ToFrozenSet();

    private static readonly FrozenSet<string> Waiting = FrozenSet.Create("wait call-back", "clean wait", "rescue wait", "service wait");

    /// <summary>Whether an agent on the node may be told which node it is.</summary>
    public static bool AllowLookup(NodeRow node, RamdiskOptions options) =>
        !options.RestrictLookup || (IsFastTrack(node, options) ? FastTrackLookup : Lookup).Contains(node.ProvisionState);

    /// <summary>Whether a heartbeat means something in the node's state.</summary>
    public static bool AllowHeartbeat(NodeRow node, RamdiskOptions options) =>
        (IsFastTrack(node, options) ? FastTrackHeartbeat : Heartbeat).Contains(node.ProvisionState);

    /// <summary>Whether the node waits for the agent: while that is heard of, the wait is no longer than since the last heartbeat.</summary>
    public static bool IsWaiting(NodeRow node) => Waiting.Contains(node.ProvisionState);

    /// <summary>Whether a ramdisk is left running on the node: as its driver_info says, otherwise as is configured.</summary>
    /// <returns>False: driver_info has no truth value there, and what is configured counts.</returns>
    public static bool TryReadFastTrack(NodeRow node, RamdiskOptions options, out bool isFastTrack)
    {
        isFastTrack = options.FastTrack;
        if (node.DriverInfo is null || !node.DriverInfo.Contains("fast_track", StringComparison.Ordinal))
            return true;
        using var info = JsonDocument.Parse(node.DriverInfo);
        if (!info.RootElement.TryGetProperty("fast_track", out var value) || value.ValueKind == JsonValueKind.Null)
            return true;
        if (!BooleanTexts.TryParse(value.GetRawText().Trim('"'), out var said))
            return false;
        isFastTrack = said;
        return true;
    }

    private static bool IsFastTrack(NodeRow node, RamdiskOptions options)
    {
        // What is no truth value was the operator's mistake; an agent, who knows no credentials, is not told of it.
        _ = TryReadFastTrack(node, options, out var isFastTrack);
        return isFastTrack;
    }
}
