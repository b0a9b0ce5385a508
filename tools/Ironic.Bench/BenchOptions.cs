using System.Globalization;
using Ironic.Bench.Fleet;
using Ironic.Bench.Scenarios;
using Ironic.Stack;

namespace Ironic.Bench;

/// <summary>What the command line asks for.</summary>
internal sealed record BenchOptions
{
    public const string Usage = """
        Measures a system on this machine: how many requests a second, how long they take, and what they cost each process in CPU time and memory.

          tools/bench [options]

          --seconds N            length of each measurement (default 8)
          --warmup N             seconds before it, which are not counted (default 10)
          --connections N        connections, each with one request at a time (default 16)
          --nodes N              nodes to work on (default 1000)
          --only LIST            some of get,list,create,patch,vendor,locks,cycles,paging, separated by commas; rest or grpc leave out the other (default all)
                                 or fleet, alone: looks at the power of thousands of simulated machines, of which some stall
                                 or sweep, alone: looks at the power of 10,000 nodes that take a second to answer, and what callers notice of it
          --fleet N              machines of each kind for that (default 5000)
          --fleet-seconds N      how long they are looked at (default 360)
          --conductors N         conductor processes (default 1)
          --postgres CONNECTION  a PostgreSQL database that is empty (default: starts a server of its own)
          --redis HOST:PORT      a Redis (default: starts a server of its own)
          --no-build             measure what was built before

        Without further options it starts a Release stack on PostgreSQL and Redis and stops it in the end. A system that runs already is named by

          --rest URL             its REST API
          --grpc URL             its gRPC API
          --process NAME=PID[@URL]   a process of it, and where that serves its metrics; any number
        """;

    public TimeSpan Duration { get; private set; } = TimeSpan.FromSeconds(8);

    public TimeSpan WarmUp { get; private set; } = TimeSpan.FromSeconds(10);

    public int Connections { get; private set; } = 16;

    public int Nodes { get; private set; } = 1000;

    public int Conductors { get; private set; } = 1;

    public IReadOnlyList<string> Only { get; private set; } = [];

    public FleetSweepOptions Fleet { get; private set; } = new();

    public string? Postgres { get; private set; }

    public string? Redis { get; private set; }

    public Uri? Rest { get; private set; }

    public Uri? Grpc { get; private set; }

    public IReadOnlyList<NamedProcess> Processes { get; private set; } = [];

    /// <exception cref="FormatException">An argument is wrong.</exception>
    public static BenchOptions Parse(IReadOnlyList<string> args)
    {
        var options = new BenchOptions();
        var reader = new ArgumentReader(args, message => new FormatException(message));
        while (reader.Next())
        {
            switch (reader.Name)
            {
                case "--no-build":
                    break;
                case "--seconds":
                    options.Duration = TimeSpan.FromSeconds(reader.Number(1));
                    break;
                case "--warmup":
                    options.WarmUp = TimeSpan.FromSeconds(reader.Number(0));
                    break;
                case "--connections":
                    options.Connections = reader.Number(1);
                    break;
                case "--nodes":
                    options.Nodes = reader.Number(1);
                    break;
                case "--conductors":
                    options.Conductors = reader.Number(1);
                    break;
                case "--only":
                    options.Only = reader.List(ScenarioList.Kinds.Concat(Scenario.Protocols));
                    break;
                case "--fleet":
                    options.Fleet = options.Fleet with { Each = reader.Number(1) };
                    break;
                case "--fleet-seconds":
                    options.Fleet = options.Fleet with { Duration = TimeSpan.FromSeconds(reader.Number(60)) };
                    break;
                case "--postgres":
                    options.Postgres = reader.Value();
                    break;
                case "--redis":
                    options.Redis = reader.Value();
                    break;
                case "--rest":
                    options.Rest = Url();
                    break;
                case "--grpc":
                    options.Grpc = Url();
                    break;
                case "--process":
                    options.Processes = [.. options.Processes, NamedProcess.Parse(reader.Value())];
                    break;
                default:
                    throw reader.Unknown();
            }

            Uri Url() => reader.Value() is var text && Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme == "http"
                ? url
                : throw new FormatException($"{reader.Name}: {text} is no http URL");
        }

        if (options.Connections > options.Nodes)
            throw new FormatException("there must be a node for every connection");
        if ((options.Rest is null) != (options.Grpc is null))
            throw new FormatException("a system that runs already is named by --rest and --grpc together");
        if (options.Rest is not null && options.Only.Contains(LongLists.Kind))
            throw new FormatException($"--only: {LongLists.Kind} writes into the database, so it needs a system of its own, without --rest and --grpc");
        if (options.Only.FirstOrDefault(kind => kind is FleetSweepOptions.Kind or SlowSweeps.Kind) is { } alone && (options.Only.Count > 1 || options.Rest is not null || options.Conductors > 1))
            throw new FormatException($"--only: {alone} is measured alone, in a system of its own with one conductor");
        return options;
    }
}

/// <summary>A process to watch.</summary>
/// <param name="Name">How the report calls it.</param>
/// <param name="Id">Its process id.</param>
/// <param name="ManagementUrl">Where it serves its metrics; null when it has none.</param>
internal sealed record NamedProcess(string Name, int Id, Uri? ManagementUrl)
{
    /// <param name="text">NAME=PID[@URL]</param>
    /// <exception cref="FormatException">It is of another form.</exception>
    public static NamedProcess Parse(string text)
    {
        var parts = text.Split('=', 2);
        var (id, url) = parts is [_, var rest] && rest.Split('@', 2) is var pair ? (pair[0], pair.ElementAtOrDefault(1)) : ("", null);
        return int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new NamedProcess(parts[0], number, url is null ? null : new Uri(url))
            : throw new FormatException($"--process: {text} is not NAME=PID[@URL]");
    }
}
