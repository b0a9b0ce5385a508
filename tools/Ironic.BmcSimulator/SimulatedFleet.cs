using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Ironic.BmcSimulator.Control;
using Ironic.BmcSimulator.Faults;
using Ironic.BmcSimulator.Ipmi;
using Ironic.BmcSimulator.Machines;
using Ironic.BmcSimulator.Redfish;

namespace Ironic.BmcSimulator;

/// <summary>Simulated machines with their management controllers, in this process, until it is disposed of.</summary>
/// <example><code>
/// await using var fleet = await SimulatedFleet.StartAsync(new FleetOptions { RedfishServers = 2 });
/// var server = fleet["redfish-1"];
/// // driver_info: redfish_address = server.RedfishUrl, redfish_username = fleet.Options.User, …
/// server.Faults.Add(new Fault(FaultKind.Unavailable) { Times = 3, RetryAfter = 1 });
/// Assert.Equal(0, server.RedfishCounters.SessionsNow);
/// </code></example>
public sealed class SimulatedFleet : IAsyncDisposable
{
    private readonly Dictionary<string, SimulatedServer> _byId;
    private readonly List<RedfishService> _services = [];
    private readonly EventSender _events = new();
    private readonly List<IpmiPort> _ipmi = [];
    private readonly CancellationTokenSource _stopping = new();
    private RedfishService? _shared;
    private RedfishEndpoint? _redfish;
    private ControlApi? _control;
    private X509Certificate2? _madeCertificate;

    private SimulatedFleet(FleetOptions options)
    {
        Options = options;
        Servers = [.. CreateServers(options)];
        _byId = Servers.ToDictionary(server => server.Id);
    }

    /// <summary>What it was started with.</summary>
    public FleetOptions Options { get; }

    /// <summary>All machines.</summary>
    public IReadOnlyList<SimulatedServer> Servers { get; }

    /// <summary>Where all machines with Redfish are behind one service; null: there are none.</summary>
    public Uri? RedfishUrl { get; private set; }

    /// <summary>What the service that all machines share has seen; null: there is none.</summary>
    public BmcCounters? SharedRedfishCounters => _shared?.Counters;

    /// <summary>What happens to requests to the shared service that name no machine: its root, its sessions; null: there is none.</summary>
    public FaultSet? SharedRedfishFaults => _shared?.Faults;

    /// <summary>The control API; null: there is none.</summary>
    public Uri? ControlUrl => _control is null ? null : new Uri($"http://{new IPEndPoint(Options.Address, _control.Port)}");

    /// <summary>The certificate of HTTPS in PEM, for whoever wants to check it; null without HTTPS.</summary>
    public string? CertificatePem => (Options.Certificate ?? _madeCertificate)?.ExportCertificatePem();

    /// <summary>How many events subscribers have taken, how many none took in time, and how many there was no room for.</summary>
    public (long Delivered, long Failed, long Dropped) Events => (_events.Delivered, _events.Failed, _events.Dropped);

    /// <summary>How many IPMI packets came, those that came again among them.</summary>
    internal int PacketsReceived => _ipmi.Sum(port => port.Packets);

    /// <summary>A machine by its name.</summary>
    /// <exception cref="KeyNotFoundException">There is none of that name.</exception>
    public SimulatedServer this[string id] => _byId.TryGetValue(id, out var server) ? server : throw new KeyNotFoundException($"There is no server {id}.");

    /// <summary>Starts a fleet.</summary>
    /// <returns>It, listening on all its ports.</returns>
    /// <exception cref="IOException">A port is taken, or there are not enough file descriptors.</exception>
    public static async Task<SimulatedFleet> StartAsync(FleetOptions options, CancellationToken cancellation = default)
    {
        var fleet = new SimulatedFleet(options);
        try
        {
            fleet.StartIpmi();
            await fleet.StartRedfishAsync(cancellation);
            if (options.ControlPort is { } port)
                fleet._control = await ControlApi.StartAsync(fleet, options.Address, port, cancellation);
            return fleet;
        }
        catch
        {
            await fleet.DisposeAsync();
            throw;
        }
    }

    /// <summary>Finds a machine by its name.</summary>
    public bool TryFind(string id, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out SimulatedServer? server) => _byId.TryGetValue(id, out server);

    /// <summary>Stops it: no port listens any more, no timer runs.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_control is not null)
            await _control.DisposeAsync();
        if (_redfish is not null)
            await _redfish.DisposeAsync();
        foreach (var service in _services)
            service.Dispose();
        await _stopping.CancelAsync();
        foreach (var port in _ipmi)
            await port.DisposeAsync();
        foreach (var server in Servers)
            server.Stop();
        await _events.DisposeAsync();
        _stopping.Dispose();
        _madeCertificate?.Dispose();
    }

    private static IEnumerable<SimulatedServer> CreateServers(FleetOptions options)
    {
        var index = 0;
        foreach (var (prefix, count, protocols) in ((string, int, ServerProtocols)[])
            [("redfish", options.RedfishServers, ServerProtocols.Redfish), ("ipmi", options.IpmiServers, ServerProtocols.Ipmi), ("server", options.DualServers, ServerProtocols.Both)])
        {
            for (var number = 1; number <= count; number++)
            {
                yield return new SimulatedServer(string.Create(CultureInfo.InvariantCulture, $"{prefix}-{number}"), index++, protocols, options.Timings, options.Time)
                {
                    PowerState = options.PoweredOn ? PowerState.On : PowerState.Off,
                };
            }
        }
    }

    private void StartIpmi()
    {
        foreach (var server in Servers.Where(server => server.Protocols.HasFlag(ServerProtocols.Ipmi)))
        {
            var port = Options.FirstIpmiPort == 0 ? 0 : Options.FirstIpmiPort + _ipmi.Count;
            var controller = new IpmiController(server, Options.User, Options.Password, Options.Ipmi, Options.Time);
            try
            {
                _ipmi.Add(new IpmiPort(new IPEndPoint(Options.Address, port), controller, _stopping.Token));
            }
            catch (SocketException exception)
            {
                throw new IOException($"The IPMI port of {server.Id} cannot be opened: {exception.Message}", exception);
            }
        }
    }

    private async Task StartRedfishAsync(CancellationToken cancellation)
    {
        var servers = Servers.Where(server => server.Protocols.HasFlag(ServerProtocols.Redfish)).ToList();
        if (servers.Count == 0)
            return;
        if (Options is { Https: true, Certificate: null })
            _madeCertificate = FleetCertificate.Create(Options.Address);
        _shared = AddService(servers, new Guid("51515151-0000-4000-8000-000000000000"));
        var own = servers.ConvertAll(server => AddService([server], server.Uuid));
        var listeners = new List<RedfishListener> { new(Options.RedfishPort, _shared) };
        if (Options.RedfishPortPerServer)
            listeners.AddRange(own.Select((service, i) => new RedfishListener(Options.FirstRedfishServerPort == 0 ? 0 : Options.FirstRedfishServerPort + i, service)));
        _redfish = await RedfishEndpoint.StartAsync(
            Options.Address, listeners, own.ToDictionary(service => service.Only!.Id), Options.Https ? Options.Certificate ?? _madeCertificate : null, cancellation);
        RedfishUrl = Url(_redfish.Ports[0]);
        for (var i = 0; i < servers.Count; i++)
            servers[i].RedfishUrl = Options.RedfishPortPerServer ? Url(_redfish.Ports[i + 1]) : RedfishUrl;
    }

    private RedfishService AddService(IReadOnlyList<SimulatedServer> servers, Guid uuid)
    {
        var service = new RedfishService(servers, uuid, new RedfishCredentials(Options.User, Options.Password), Options.Redfish, _events, Options.Time);
        _services.Add(service);
        return service;
    }

    private Uri Url(int port) => new($"{(Options.Https ? "https" : "http")}://{new IPEndPoint(Options.Address, port)}");
}
