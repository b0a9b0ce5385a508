using Ironic.Api.V1;
using Ironic.Conductor.Storage;
using Ironic.Hosting.Errors;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Provisioning;

/// <summary>How many nodes may be deployed, or cleaned and torn down, at a time in the whole system.</summary>
internal sealed class ConcurrencyLimits(NodeStore nodes, IOptions<ProvisioningOptions> options)
{
    private readonly ProvisioningOptions _options = options.Value;

    /// <summary>Whether there is no room for another node now, so that a verb has to wait for its turn.</summary>
    /// <exception cref="IronicException">CONCURRENT_ACTION_LIMIT: there is none, and verbs do not wait.</exception>
    public async Task<bool> MustWaitAsync(LimitedWork work, CancellationToken cancellationToken)
    {
        var limit = work.Limit(_options);
        // Who waits counts as well: nobody goes before them.
        if (limit == 0 || await nodes.CountInStatesAsync(work.States, limit, cancellationToken) < limit)
            return false;
        return _options.QueueAtLimit
            ? true
            : throw new IronicException(ErrorReason.ConcurrentActionLimit, $"Unable to process the requested action at this time: {limit} nodes are in {work.Name}, and no more may be. Please try again later.");
    }

    /// <summary>How many nodes there may be at most.</summary>
    public int MostOf(LimitedWork work) => work.Limit(_options) is var limit and not 0 ? limit : int.MaxValue;

    /// <summary>How many nodes there is room for, of those that wait.</summary>
    public async Task<int> CountRoomAsync(LimitedWork work, CancellationToken cancellationToken)
    {
        var most = MostOf(work);
        return most == int.MaxValue ? most : most - await nodes.CountWorkedOnAsync(work.States, most, cancellationToken);
    }
}
