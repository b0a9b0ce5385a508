using Ironic.Conductor.Storage;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Provisioning;

/// <summary>How long nodes should be in a state at most.</summary>
internal sealed class StateLimits(IOptions<SlaOptions> options, Clock clock)
{
    private readonly (string State, TimeSpan Limit)[] _limits = [.. options.Value.Limits.Select(limit => (SlaOptions.FindState(limit.Key)!, limit.Value))];

    /// <summary>Which nodes have been in their state for longer than its limit, as of now.</summary>
    public IReadOnlyList<StateSince> Above()
    {
        var now = clock.UtcNow;
        return [.. _limits.Select(limit => new StateSince(limit.State, now - limit.Limit))];
    }
}
