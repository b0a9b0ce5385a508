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
    private readonly UpDownCounter<long> _consoles;
    private readonly UpDownCounter<long> _consoleClients;
    private readonly Counter<long> _consoleActivations;
    private readonly Counter<long> _consoleBytes;
    private readonly Counter<long> _consoleBytesDropped;
    private readonly Counter<long> _consoleOverruns;

    public IpmiMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _requests = meter.CreateHistogram<double>("ironic.driver.ipmi.request", "s", "Duration of commands, the wait for their turn and the opening of a session included, by outcome.");
        _retransmissions = meter.CreateCounter<long>("ironic.driver.ipmi.retransmissions", "{packet}", "Packets that were sent again because nobody answered.");
        _sessionsOpened = meter.CreateCounter<long>("ironic.driver.ipmi.sessions.opened", "{session}", "Sessions opened, by protocol.");
        _sessions = meter.CreateUpDownCounter<long>("ironic.driver.ipmi.sessions", "{session}", "Open sessions.");
        _circuitsOpened = meter.CreateCounter<long>("ironic.driver.ipmi.circuits.opened", "{circuit}", "Management controllers that are left alone for a while because they do not answer.");
        _dropped = meter.CreateCounter<long>("ironic.driver.ipmi.datagrams.dropped", "{packet}", "Packets that belong to no request, by reason.");
        _consoles = meter.CreateUpDownCounter<long>("ironic.driver.ipmi.consoles", "{console}", "Serial consoles that are started.");
        _consoleClients = meter.CreateUpDownCounter<long>("ironic.driver.ipmi.console.clients", "{client}", "Clients connected to serial consoles.");
        _consoleActivations = meter.CreateCounter<long>("ironic.driver.ipmi.console.activations", "{activation}", "Activations of serial consoles at management controllers that have ended or failed, by outcome.");
        _consoleBytes = meter.CreateCounter<long>("ironic.driver.ipmi.console.io", "By", "Bytes that serial consoles have passed on, by direction.");
        _consoleBytesDropped = meter.CreateCounter<long>("ironic.driver.ipmi.console.dropped", "By", "Bytes of machines' output that were dropped because the client is too slow.");
        _consoleOverruns = meter.CreateCounter<long>("ironic.driver.ipmi.console.overruns", "{overrun}", "How often a management controller has said that it lost output of its machine.");
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

    /// <param name="change">1 or -1.</param>
    public void ConsolesChanged(int change) => _consoles.Add(change);

    /// <param name="change">1 or -1.</param>
    public void ConsoleClientsChanged(int change) => _consoleClients.Add(change);

    /// <param name="outcome"><c>ok</c> or the class of the failure, in the beginning or later.</param>
    public void ConsoleEnded(string outcome) => _consoleActivations.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    /// <summary>What a client has typed was taken by the management controller.</summary>
    public void ConsoleTyped(int bytes) => _consoleBytes.Add(bytes, new KeyValuePair<string, object?>("direction", "typed"));

    /// <summary>What the machine has said was given to a client.</summary>
    public void ConsoleShown(int bytes) => _consoleBytes.Add(bytes, new KeyValuePair<string, object?>("direction", "shown"));

    public void ConsoleOutputDropped(int bytes) => _consoleBytesDropped.Add(bytes);

    public void ConsoleOverrun() => _consoleOverruns.Add(1);

    public void DatagramDropped(string reason) => _dropped.Add(1, new KeyValuePair<string, object?>("reason", reason));
}
