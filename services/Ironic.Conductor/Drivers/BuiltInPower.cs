using Ironic.Api.V1;
using Ironic.Conductor.Ramdisks;
using Ironic.Conductor.Storage;
using Ironic.Hosting.Errors;
using Microsoft.Extensions.Options;
using PowerState = Ironic.Driver.V1.PowerState;
using PowerTarget = Ironic.Driver.V1.PowerTarget;

namespace Ironic.Conductor.Drivers;

/// <summary>
/// The power interface <c>agent</c>, for machines without a management controller: nothing but the agent that runs on one can tell that it is on, and
/// can reboot it. What is known comes from heartbeats; calls to agents, and with them reboots, are not there yet.
/// </summary>
internal sealed class BuiltInPower(IOptions<RamdiskOptions> options, Clock clock)
{
    /// <summary>What an agent can do. Without a management controller nobody could switch a machine on again.</summary>
    public static IReadOnlyList<PowerTarget> SupportedTargets { get; } = [PowerTarget.Reboot, PowerTarget.SoftReboot];

    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE: no agent is kept running on the node, or it is not heard of.</exception>
    public void Validate(NodeRow node)
    {
        if (!RamdiskStates.TryReadFastTrack(node, options.Value, out var isFastTrack))
            throw Invalid($"fast_track in the driver_info of node {node.Uuid} is neither true nor false.");
        if (!isFastTrack)
            throw Invalid("The agent power interface needs fast-track mode: Ramdisk:FastTrack, or fast_track in the node's driver_info.");
        if (!IsAgentAlive(node))
            throw Invalid($"The agent power interface cannot be used: the agent of node {node.Uuid} has not been heard of for {options.Value.HeartbeatTimeout.TotalSeconds} s, or at all.");
    }

    /// <summary>A machine whose agent is heard of is on; of any other nothing is known.</summary>
    public PowerState GetState(NodeRow node) => IsAgentAlive(node) ? PowerState.On : PowerState.Unspecified;

    /// <summary>The failure of an action.</summary>
    public static IronicException Refused(NodeRow node, PowerTarget target) => new(
        ErrorReason.UnsupportedDriverExtension,
        SupportedTargets.Contains(target)
            ? $"The power interface agent of node {node.Uuid} cannot do this in this version."
            : $"The power interface agent of node {node.Uuid} cannot do {target}, only {string.Join(" and ", SupportedTargets)}.");

    private bool IsAgentAlive(NodeRow node)
    {
        var agent = AgentRecord.Read(node);
        // Without an address the machine was switched off since the last heartbeat.
        return agent.Url is { Length: > 0 } && agent.LastHeartbeat >= clock.UtcNow - options.Value.HeartbeatTimeout;
    }

    private static IronicException Invalid(string message) => new(ErrorReason.InvalidParameterValue, message);
}
