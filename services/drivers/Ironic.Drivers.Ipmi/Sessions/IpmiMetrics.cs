using System.Diagnostics.Metrics;

namespace Ironic.Drivers.Ipmi.Sessions;

/// <summary>What the driver counts and times. Durations are seconds.</summary>
internal sealed class IpmiMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Ironic.Drivers.Ipmi";

    private readonly Histogram<double> _requests;
    private readonly Counter<long> _retransmissions;
    private readonly Counter<long> _sessionsOpened;
    private readonly UpDownCounter<long> _sessions;
    private readonly Counter<long> _circuitsOpened;
    private readonly Counter<long> _dropped;

    public IpmiMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _requests = meter.CreateHistogram<double>("ironic.driver.ipmi.request", "s", "Duration of commands, the wait for their turn and the opening of a session included, by outcome.");
        _retransmissions = meter.CreateCounter<long>("ironic.driver.ipmi.retransmissions", "{packet}", "Packets that were sent again because nobody answered.");
        _sessionsOpened = meter.CreateCounter<long>("ironic.driver.ipmi.sessions.opened", "{session}", "Sessions opened, by protocol.");
        _sessions = meter.CreateUpDownCounter<long>("ironic.driver.ipmi.sessions", "{session}", "Open sessions.");
        _circuitsOpened = meter.CreateCounter<long>("ironic.driver.ipmi.circuits.opened", "{circuit}", "Management controllers that are left alone for a while because they do not answer.");
        _dropped = meter.CreateCounter<long>("ironic.driver.ipmi.datagrams.dropped", "{packet}", "Packets that belong to no request, by reason.");
    }

    /// <param name="outcome"><c>ok</c> or the class of the failure.</param>
    public void RequestEnded(string outcome, TimeSpan duration) => _requests.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("outcome", outcome));

    public void Retransmitted() => _retransmissions.Add(1);

    public void SessionOpened(string protocol)
    {
        _sessionsOpened.Add(1, new KeyValuePair<string, object?>("protocol", protocol));
        _sessions.Add(1);
    }

    public void SessionEnded() => _sessions.Add(-1);

    public void CircuitOpened() => _circuitsOpened.Add(1);

    public void DatagramDropped(string reason) => _dropped.Add(1, new KeyValuePair<string, object?>("reason", reason));
}
