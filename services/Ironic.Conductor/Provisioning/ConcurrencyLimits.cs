using Ironic.Api.V1;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Storage;
using Ironic.Hosting.Errors;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Provisioning;

/// <summary>How many nodes may be deployed, or cleaned and torn down, at a time in the whole system.</summary>
internal sealed class ConcurrencyLimits(NodeStore nodes, IOptions<ProvisioningOptions> options)
{
    private static readonly string[] Deploying = ["deploying", ProvisionStates.WaitCallBack];

    private static readonly string[] Cleaning = ["deleting", ProvisionStates.Cleaning, ProvisionStates.CleanWait];

    /// <exception cref="IronicException">CONCURRENT_ACTION_LIMIT.</exception>
    public Task CheckDeploymentAsync(CancellationToken cancellationToken) => CheckAsync("deployment", Deploying, options.Value.MaxConcurrentDeploy, cancellationToken);

    /// <exception cref="IronicException">CONCURRENT_ACTION_LIMIT.</exception>
    public Task CheckCleaningAsync(CancellationToken cancellationToken) => CheckAsync("cleaning", Cleaning, options.Value.MaxConcurrentClean, cancellationToken);

    private async Task CheckAsync(string what, string[] states, int limit, CancellationToken cancellationToken)
    {
        if (limit == 0 || await nodes.CountInStatesAsync(states, limit, cancellationToken) < limit)
            return;
        throw new IronicException(ErrorReason.ConcurrentActionLimit, $"Unable to process the requested action at this time: {limit} nodes are in {what}, and no more may be. Please try again later.");
    }
}
