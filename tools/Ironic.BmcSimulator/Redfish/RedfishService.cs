using Ironic.BmcSimulator.Faults;
using Ironic.BmcSimulator.Machines;

namespace Ironic.BmcSimulator.Redfish;

/// <summary>
/// What one Redfish address shows: a management controller with its sessions, tasks and subscriptions. It has one machine, or - where all machines of a
/// fleet are behind one address - many; a machine can be behind both kinds of address at once.
/// </summary>
internal sealed class RedfishService : IDisposable
{
    private readonly Dictionary<string, SimulatedServer> _servers;

    public RedfishService(IReadOnlyList<SimulatedServer> servers, Guid uuid, RedfishCredentials credentials, RedfishBehaviour behaviour, EventSender events, TimeProvider time)
    {
        (Servers, Uuid, Credentials, Behaviour, Time) = (servers, uuid, credentials, behaviour, time);
        _servers = servers.ToDictionary(server => server.Id);
        Only = servers.Count == 1 ? servers[0] : null;
        Counters = Only?.RedfishCounters ?? new BmcCounters();
        Faults = Only?.Faults ?? new FaultSet();
        Sessions = new SessionTable(behaviour, Counters, time);
        Tasks = new TaskTable(time);
        Subscriptions = new SubscriptionTable(events, time);
        foreach (var server in servers)
            server.Happened += Subscriptions.Send;
        if (Only is not null)
            Only.ControllerRestarting += Sessions.Clear;
    }

    public IReadOnlyList<SimulatedServer> Servers { get; }

    /// <summary>The machine, where there is only one.</summary>
    public SimulatedServer? Only { get; }

    public Guid Uuid { get; }

    public RedfishCredentials Credentials { get; }

    public RedfishBehaviour Behaviour { get; }

    public TimeProvider Time { get; }

    /// <summary>What the controller has seen; of one with one machine these are the machine's.</summary>
    public BmcCounters Counters { get; }

    /// <summary>What happens to requests that name no machine; of one with one machine these are the machine's.</summary>
    public FaultSet Faults { get; }

    public SessionTable Sessions { get; }

    public TaskTable Tasks { get; }

    public SubscriptionTable Subscriptions { get; }

    public SimulatedServer? Find(string id) => _servers.GetValueOrDefault(id);

    public void Dispose()
    {
        foreach (var server in Servers)
            server.Happened -= Subscriptions.Send;
        if (Only is not null)
            Only.ControllerRestarting -= Sessions.Clear;
        Tasks.Dispose();
    }
}

/// <summary>Who may use a controller.</summary>
internal sealed record RedfishCredentials(string User, string Password)
{
    public bool Match(string? user, string? password) => user == User && password == Password;
}
