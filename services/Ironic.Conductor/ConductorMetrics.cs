using System.Diagnostics.Metrics;

namespace Ironic.Conductor;

/// <summary>What the conductor counts and times. Durations are seconds.</summary>
internal sealed class ConductorMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Ironic.Conductor";

    private readonly Meter _meter;
    private readonly Histogram<double> _lockWait;
    private readonly Counter<long> _locksRefused;
    private readonly Counter<long> _locksCleared;
    private readonly Histogram<double> _driverCalls;
    private readonly Counter<long> _transitions;
    private readonly Counter<long> _refusedByLane;
    private readonly Histogram<double> _periodicWork;
    private readonly Counter<long> _timeouts;
    private readonly Counter<long> _powerSync;
    private readonly Counter<long> _sensors;

    public ConductorMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _lockWait = _meter.CreateHistogram<double>("ironic.conductor.lock.wait", "s", "Time until an exclusive lock on a node was had.");
        _locksRefused = _meter.CreateCounter<long>("ironic.conductor.lock.refused", "{request}", "Requests refused because the node was locked.");
        _locksCleared = _meter.CreateCounter<long>("ironic.conductor.lock.stale", "{lock}", "Reservations cleared because nobody held them any more.");
        _driverCalls = _meter.CreateHistogram<double>("ironic.conductor.driver.call", "s", "Duration of calls to driver processes, by driver, method and outcome.");
        _transitions = _meter.CreateCounter<long>("ironic.conductor.provision.transitions", "{transition}", "Changes of provisioning states, by the state reached.");
        _refusedByLane = _meter.CreateCounter<long>("ironic.conductor.lane.refused", "{work}", "Work refused because its lane was full.");
        _periodicWork = _meter.CreateHistogram<double>("ironic.conductor.periodic.run", "s", "Duration of a turn of periodic work, by work and outcome.");
        _timeouts = _meter.CreateCounter<long>("ironic.conductor.provision.timeouts", "{node}", "Nodes that failed because they had waited for too long, by their state.");
        _powerSync = _meter.CreateCounter<long>("ironic.conductor.power_sync.nodes", "{node}", "Nodes whose power was looked at, by outcome.");
        _sensors = _meter.CreateCounter<long>("ironic.conductor.sensors.nodes", "{node}", "Nodes whose sensors were read, by outcome.");
    }

    public void LockTaken(TimeSpan waited) => _lockWait.Record(waited.TotalSeconds);

    public void LockRefused() => _locksRefused.Add(1);

    public void StaleLockCleared() => _locksCleared.Add(1);

    /// <param name="outcome"><c>ok</c> or the gRPC status.</param>
    public void DriverCalled(string driver, string method, string outcome, TimeSpan duration) =>
        _driverCalls.Record(duration.TotalSeconds, new("driver", driver), new("method", method), new("outcome", outcome));

    public void ProvisionStateReached(string state) => _transitions.Add(1, new KeyValuePair<string, object?>("state", state));

    public void RefusedByLane(string lane) => _refusedByLane.Add(1, new KeyValuePair<string, object?>("lane", lane));

    public void PeriodicWorkDone(string work, bool succeeded, TimeSpan duration) =>
        _periodicWork.Record(duration.TotalSeconds, new("work", work), new("outcome", succeeded ? "ok" : "failed"));

    public void PowerSynchronised(string outcome) => _powerSync.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void SensorsRead(string outcome) => _sensors.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void WaitTimedOut(string state) => _timeouts.Add(1, new KeyValuePair<string, object?>("state", state));

    /// <summary>Shows how many nodes are in their state for longer than they should, for as long as the process lives.</summary>
    /// <param name="counts">By state.</param>
    public void WatchSla(Func<IEnumerable<Measurement<int>>> counts) => _meter.CreateObservableGauge(
        "ironic.conductor.provision.above_sla", counts, "{node}", "Nodes that have been in their state for longer than its limit, by state.");

    /// <summary>Shows how many verbs wait for their turn, for as long as the process lives.</summary>
    /// <param name="counts">By what there is a limit for.</param>
    public void WatchQueuedVerbs(Func<IEnumerable<Measurement<int>>> counts) => _meter.CreateObservableGauge(
        "ironic.conductor.provision.queued", counts, "{node}", "Nodes that wait for their turn, in the whole system.");

    /// <summary>Shows how much runs and waits in a lane, for as long as the process lives.</summary>
    public void Watch(string lane, Func<int> pending) =>
        _meter.CreateObservableGauge(
            "ironic.conductor.lane.pending", () => new Measurement<int>(pending(), new KeyValuePair<string, object?>("lane", lane)), "{work}", "Running and waiting work of a lane.");
}
