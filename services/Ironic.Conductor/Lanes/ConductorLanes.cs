using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Lanes;

/// <summary>The lanes of this conductor.</summary>
internal sealed class ConductorLanes : IDisposable
{
    private readonly LaneOptions _options;
    private readonly ConductorMetrics _metrics;
    private readonly ILogger<Lane> _logger;
    private readonly ConcurrentDictionary<string, Lazy<Lane>> _vendor = new(StringComparer.Ordinal);

    public ConductorLanes(IOptions<LaneOptions> options, ConductorMetrics metrics, ILogger<Lane> logger)
    {
        (_options, _metrics, _logger) = (options.Value, metrics, logger);
        Actions = Create("actions", _options.ActionConcurrency, _options.ActionQueue);
        Allocations = Create("allocations", _options.AllocationConcurrency, _options.AllocationQueue);
        Heartbeats = Create("heartbeats", _options.HeartbeatConcurrency, _options.HeartbeatQueue);
        Timeouts = Create("timeouts", _options.TimeoutConcurrency, _options.TimeoutQueue);
        PowerCorrections = Create("power-corrections", _options.PowerCorrectionConcurrency, _options.PowerCorrectionQueue);
    }

    /// <summary>Power and provisioning actions that callers of the API started.</summary>
    public Lane Actions { get; }

    /// <summary>Allocations for which a node is looked for.</summary>
    public Lane Allocations { get; }

    /// <summary>Heartbeats of agents that are stored.</summary>
    public Lane Heartbeats { get; }

    /// <summary>Ends of flows whose ramdisk does not call.</summary>
    public Lane Timeouts { get; }

    /// <summary>Machines that are switched back to the power that is stored of them.</summary>
    public Lane PowerCorrections { get; }

    /// <summary>Vendor methods of one driver: a slow one can hold up no other driver.</summary>
    public Lane Vendor(string driver) =>
        _vendor.GetOrAdd(driver, name => new Lazy<Lane>(() => Create($"vendor-{name}", _options.VendorConcurrency, _options.VendorQueue))).Value;

    /// <summary>Running and waiting in all lanes.</summary>
    public int Pending => All.Sum(lane => lane.Pending);

    /// <summary>Ends when no lane has work.</summary>
    public Task WhenIdleAsync(CancellationToken cancellationToken) => Task.WhenAll(All.Select(lane => lane.WhenIdleAsync(cancellationToken)));

    public void Dispose()
    {
        foreach (var lane in All)
            lane.Dispose();
    }

    private IEnumerable<Lane> All => [Actions, Allocations, Heartbeats, Timeouts, PowerCorrections, .. _vendor.Values.Select(lane => lane.Value)];

    private Lane Create(string name, int concurrency, int queue)
    {
        var lane = new Lane(name, concurrency, queue, _metrics, _logger);
        _metrics.Watch(name, () => lane.Pending);
        return lane;
    }
}
