using System.Diagnostics.Metrics;

namespace Ironic.Drivers.Redfish.Client;

/// <summary>What the driver measures of its dealings with controllers.</summary>
internal sealed class RedfishMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Ironic.Drivers.Redfish";

    private readonly Histogram<double> _requests;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _sessionsOpened;
    private readonly UpDownCounter<long> _sessions;
    private readonly Counter<long> _circuitsOpened;

    public RedfishMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _requests = meter.CreateHistogram<double>("ironic.driver.redfish.request", "s", "Duration of requests, the wait for their turn and repetitions included, by outcome.");
        _retries = meter.CreateCounter<long>("ironic.driver.redfish.retries", "{request}", "Requests that were sent again because the controller took no connection or was busy.");
        _sessionsOpened = meter.CreateCounter<long>("ironic.driver.redfish.sessions.opened", "{session}", "Sessions opened.");
        _sessions = meter.CreateUpDownCounter<long>("ironic.driver.redfish.sessions", "{session}", "Open sessions.");
        _circuitsOpened = meter.CreateCounter<long>("ironic.driver.redfish.circuits.opened", "{circuit}", "Controllers that are left alone for a while because they do not answer.");
    }

    /// <param name="outcome"><c>ok</c>, an HTTP status or the class of the failure.</param>
    public void RequestEnded(string outcome, TimeSpan duration) => _requests.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("outcome", outcome));

    public void Retried() => _retries.Add(1);

    public void SessionOpened()
    {
        _sessionsOpened.Add(1);
        _sessions.Add(1);
    }

    public void SessionEnded() => _sessions.Add(-1);

    public void CircuitOpened() => _circuitsOpened.Add(1);
}
