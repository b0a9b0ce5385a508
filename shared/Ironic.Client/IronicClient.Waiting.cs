using Ironic.Api.V1;

namespace Ironic.Client;

/// <content>Waiting for nodes.</content>
public sealed partial class IronicClient
{
    private static readonly string[] StateFields =
        ["uuid", "name", "power_state", "target_power_state", "provision_state", "target_provision_state", "provision_updated_at", "last_error"];

    // States out of which only somebody's action leads.
    private static readonly HashSet<ProvisionState> FailedStates =
    [
        ProvisionState.Error, ProvisionState.DeployFailed, ProvisionState.CleanFailed, ProvisionState.InspectFailed, ProvisionState.AdoptFailed,
        ProvisionState.RescueFailed, ProvisionState.UnrescueFailed, ProvisionState.ServiceFailed,
    ];

    /// <summary>Waits until no power action goes on and the node's power is in a state.</summary>
    /// <param name="node">UUID or name.</param>
    /// <param name="state">The state.</param>
    /// <param name="timeout">How long to wait; null: until cancelled.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The node, with its states only.</returns>
    /// <exception cref="NodeStateException">The power action failed.</exception>
    /// <exception cref="TimeoutException">The state was not reached in time.</exception>
    /// <exception cref="IronicApiException">The node cannot be read.</exception>
    public Task<Node> WaitForPowerStateAsync(string node, PowerState state, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        WaitAsync(node, StateFields, seen => HasReached(seen, state), timeout, cancellationToken);

    /// <summary>Waits until the node is in a provision state.</summary>
    /// <param name="node">UUID or name.</param>
    /// <param name="state">The state.</param>
    /// <param name="timeout">How long to wait; null: until cancelled.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The node, with its states only.</returns>
    /// <exception cref="NodeStateException">The node came to rest in another state with an error, or in one that stands for a failure.</exception>
    /// <exception cref="TimeoutException">The state was not reached in time.</exception>
    /// <exception cref="IronicApiException">The node cannot be read.</exception>
    public Task<Node> WaitForProvisionStateAsync(string node, ProvisionState state, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        WaitAsync(node, StateFields, seen => HasReached(seen, state), timeout, cancellationToken);

    /// <summary>Waits until a condition holds for a node.</summary>
    /// <param name="node">UUID or name.</param>
    /// <param name="condition">Is asked about every look at the node; what it throws ends the wait.</param>
    /// <param name="timeout">How long to wait; null: until cancelled.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The node for which it holds.</returns>
    /// <exception cref="TimeoutException">It did not hold in time.</exception>
    /// <exception cref="IronicApiException">The node cannot be read.</exception>
    public Task<Node> WaitForNodeAsync(string node, Func<Node, bool> condition, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return WaitAsync(node, null, condition, timeout, cancellationToken);
    }

    private static bool HasReached(Node node, PowerState state)
    {
        if (node.TargetPowerState != PowerState.Unspecified)
            return false;
        if (node.PowerState == state)
            return true;
        return node.PowerState == PowerState.Error || node.HasLastError ? throw new NodeStateException(node) : false;
    }

    private static bool HasReached(Node node, ProvisionState state)
    {
        if (node.ProvisionState == state)
            return true;
        var failed = FailedStates.Contains(node.ProvisionState) || (node.TargetProvisionState == ProvisionState.Unspecified && node.HasLastError);
        return failed ? throw new NodeStateException(node) : false;
    }

    private async Task<Node> WaitAsync(
        string ident, string[]? fields, Func<Node, bool> condition, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        while (true)
        {
            var node = await GetNodeAsync(ident, fields, cancellationToken);
            if (condition(node))
                return node;
            var pause = _pollInterval;
            if (timeout is { } limit)
            {
                var left = limit - _time.GetElapsedTime(started);
                if (left <= TimeSpan.Zero)
                    throw new TimeoutException($"Waited {limit.TotalSeconds:0.###} s. {NodeStateException.Describe(node)}");
                // The last look is at the very end.
                pause = left < pause ? left : pause;
            }

            await Task.Delay(pause, _time, cancellationToken);
        }
    }
}
