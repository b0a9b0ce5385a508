using System.Net;
using System.Security.Cryptography.X509Certificates;
using Ironic.BmcSimulator.Machines;
using Ironic.BmcSimulator.Redfish;
using Ironic.Stack;

namespace Ironic.BmcSimulator;

/// <summary>What the command line asks for.</summary>
internal sealed record SimulatorOptions
{
    public const string Usage = """
        Servers with management controllers that speak Redfish and IPMI, thousands of them in one process.

          tools/bmc-simulator --redfish N --ipmi N [options]

          --redfish N            servers that speak Redfish: redfish-1, redfish-2, ...
          --ipmi N               servers that speak IPMI: ipmi-1, ipmi-2, ...
          --both N               servers that speak both: server-1, server-2, ...
          --enrol URL            makes a node of each, at this API of Ironic's: http://127.0.0.1:6385
          --at-once N            requests to that API at the same time (default 8)
          --shared               nodes have the address of the service that all Redfish servers share, not their own

          --address ADDRESS      where to listen (default 127.0.0.1)
          --redfish-port PORT    all Redfish servers behind one service (default 8000)
          --server-port PORT     the first server's own Redfish port, the others follow (default 20000)
          --ipmi-port PORT       the first server's IPMI port, UDP, the others follow (default 20000)
          --control-port PORT    state, faults and counters over HTTP (default 8999)
                                 A port of 0 is any that is free.
          --user NAME            (default admin)
          --password TEXT        (default password)
          --https                Redfish over TLS, with a certificate that is made for it
          --certificate PEM      ... with this one; --key PEM: its key

          --power-on             the servers are on at first
          --timings NAME         none, short (default), or real: how long power, tasks and restarts take
          --latency MS           how long controllers think before they answer (default 0)
          --sessions N           sessions that a controller has room for (default 8 for Redfish, 4 for IPMI)
          --page-size N          members of a collection in one answer (default: all)
          --etags NAME           none, strong (default), weak
          --require-if-match     changes without If-Match are refused
          --refuse-idle-resets   resets to the state that there is are refused (409)
          --dell                 controllers are Dell's
          --fault KIND[,percent=N][,probability=P][,times=N][,delay=SECONDS][,retry-after=SECONDS][,path=TEXT][,method=VERB][,scope=redfish|ipmi]
                                 stall, slow, reset, wrongCredentials, lost, sessionsExhausted, unavailable, malformed; may be repeated
          --no-build             run what was built before

        Prints `ready http://127.0.0.1:8999`, the control API, when all of them answer and are enrolled. Ctrl-C stops it.
        """;

    private static readonly MachineTimings Real = new()
    {
        PowerOn = TimeSpan.FromSeconds(8),
        ForceOff = TimeSpan.FromSeconds(3),
        GracefulShutdown = TimeSpan.FromSeconds(30),
        Restart = TimeSpan.FromSeconds(5),
        Task = TimeSpan.FromMinutes(2),
        ControllerReset = TimeSpan.FromSeconds(90),
    };

    public FleetOptions Fleet { get; private set; } = new() { RedfishPort = 8000, FirstRedfishServerPort = 20_000, FirstIpmiPort = 20_000, ControlPort = 8999 };

    public Uri? Enrol { get; private set; }

    public int AtOnce { get; private set; } = 8;

    public bool IsShared { get; private set; }

    public IReadOnlyList<FaultArgument> Faults { get; private set; } = [];

    /// <exception cref="FormatException">An argument is wrong.</exception>
    public static SimulatorOptions Parse(IReadOnlyList<string> args)
    {
        var options = new SimulatorOptions();
        string? certificate = null, key = null;
        var reader = new ArgumentReader(args, message => new FormatException(message));
        while (reader.Next())
        {
            switch (reader.Name)
            {
                case "--no-build":
                    break;
                case "--enrol":
                    options.Enrol = Uri.TryCreate(reader.Value(), UriKind.Absolute, out var url) ? url : throw new FormatException("--enrol: that is no URL");
                    break;
                case "--at-once":
                    options.AtOnce = reader.Number(1);
                    break;
                case "--shared":
                    options.IsShared = true;
                    break;
                case "--fault":
                    options.Faults = [.. options.Faults, FaultArgument.Parse(reader.Value())];
                    break;
                case "--certificate":
                    certificate = reader.Value();
                    break;
                case "--key":
                    key = reader.Value();
                    break;
                default:
                    options.Fleet = ReadFleet(reader, options.Fleet);
                    break;
            }
        }

        if (certificate is not null)
            options.Fleet = options.Fleet with { Https = true, Certificate = X509Certificate2.CreateFromPemFile(certificate, key) };
        if (options.Fleet.RedfishServers + options.Fleet.IpmiServers + options.Fleet.DualServers == 0)
            throw new FormatException("there are no servers: --redfish N, --ipmi N or --both N (try --help)");
        return options;
    }

    private static FleetOptions ReadFleet(ArgumentReader reader, FleetOptions fleet) => reader.Name switch
    {
        "--redfish" => fleet with { RedfishServers = reader.Number() },
        "--ipmi" => fleet with { IpmiServers = reader.Number() },
        "--both" => fleet with { DualServers = reader.Number() },
        "--address" => fleet with { Address = IPAddress.TryParse(reader.Value(), out var address) ? address : throw new FormatException("--address: that is no address") },
        "--redfish-port" => fleet with { RedfishPort = reader.Number() },
        "--server-port" => fleet with { FirstRedfishServerPort = reader.Number() },
        "--ipmi-port" => fleet with { FirstIpmiPort = reader.Number() },
        "--control-port" => fleet with { ControlPort = reader.Number() },
        "--user" => fleet with { User = reader.Value() },
        "--password" => fleet with { Password = reader.Value() },
        "--https" => fleet with { Https = true },
        "--power-on" => fleet with { PoweredOn = true },
        "--timings" => fleet with { Timings = Word(reader, new Dictionary<string, MachineTimings> { ["none"] = MachineTimings.None, ["short"] = new(), ["real"] = Real }) },
        "--latency" => WithLatency(fleet, TimeSpan.FromMilliseconds(reader.Number())),
        "--sessions" => WithSessions(fleet, reader.Number()),
        "--page-size" => fleet with { Redfish = fleet.Redfish with { PageSize = reader.Number(1) } },
        "--etags" => fleet with { Redfish = fleet.Redfish with { ETags = Word(reader, Enum.GetValues<ETagMode>().ToDictionary(mode => mode.ToString().ToLowerInvariant())) } },
        "--require-if-match" => fleet with { Redfish = fleet.Redfish with { RequireIfMatch = true } },
        "--refuse-idle-resets" => fleet with { Redfish = fleet.Redfish with { RefuseIdleResets = true } },
        "--dell" => fleet with { Redfish = fleet.Redfish with { Dell = true }, Ipmi = fleet.Ipmi with { Manufacturer = 674 } },
        _ => throw reader.Unknown(),
    };

    private static FleetOptions WithLatency(FleetOptions fleet, TimeSpan delay) =>
        fleet with { Redfish = fleet.Redfish with { AnswerDelay = delay }, Ipmi = fleet.Ipmi with { AnswerDelay = delay } };

    private static FleetOptions WithSessions(FleetOptions fleet, int sessions) =>
        fleet with { Redfish = fleet.Redfish with { Sessions = sessions }, Ipmi = fleet.Ipmi with { Sessions = sessions } };

    private static T Word<T>(ArgumentReader reader, Dictionary<string, T> known)
    {
        var (name, word) = (reader.Name, reader.Value());
        return known.TryGetValue(word, out var value) ? value : throw new FormatException($"{name}: there is no {word}; there are {string.Join(", ", known.Keys)}");
    }
}
