using System.Globalization;

namespace Ironic.Stack;

/// <summary>What the command line asks for.</summary>
/// <param name="Options">The stack.</param>
/// <param name="Strict">A process that dies ends the stack instead of being restarted.</param>
internal sealed record CommandLine(StackOptions Options, bool Strict)
{
    public const int DefaultPort = 6385;

    public const string Usage = """
        Starts the whole system on this machine: API, conductor and drivers as separate processes, on 127.0.0.1.

          tools/run [options]

          --port PORT            REST (default 6385)
          --grpc-port PORT       gRPC without TLS (default: the REST port plus 1)
          --conductor-port PORT  the first conductor, where drivers register; the others follow (default: free ports)
          --data DIR             database and logs, kept between runs (default data/PORT in the repository)
          --postgres CONNECTION  Npgsql connection string; default: SQLite in the data directory
          --redis HOST:PORT      locks in Redis; default: inside of the conductor
          --conductors N         more than one needs --postgres and --redis (default 1)
          --drivers LIST         driver processes, separated by commas (default fake,example)
          --profile NAME         settings from tools/profiles/NAME.json (default: default)
          --strict               end when a process dies (default: restart it)
          --release              Release builds (default: Debug)
          --no-build             start what was built before

        Prints `ready http://127.0.0.1:PORT` when requests are answered. Ctrl-C stops everything.
        """;

    /// <exception cref="StackException">An argument is wrong.</exception>
    public static CommandLine Parse(IReadOnlyList<string> args)
    {
        int port = DefaultPort, conductorPort = 0, conductors = 1;
        int? grpcPort = null;
        string? data = null, postgres = null, redis = null, configuration = null;
        var profile = "default";
        string[] drivers = ["fake", "example"];
        var strict = false;
        var reader = new ArgumentReader(args, message => new StackException(message));
        while (reader.Next())
        {
            switch (reader.Name)
            {
                case "--strict":
                    strict = true;
                    break;
                case "--release":
                    configuration = "Release";
                    break;
                case "--no-build":
                    break;
                case "--port":
                    port = reader.Number();
                    break;
                case "--grpc-port":
                    grpcPort = reader.Number();
                    break;
                case "--conductor-port":
                    conductorPort = reader.Number();
                    break;
                case "--data":
                    data = reader.Value();
                    break;
                case "--postgres":
                    postgres = reader.Value();
                    break;
                case "--redis":
                    redis = reader.Value();
                    break;
                case "--conductors":
                    conductors = reader.Number();
                    break;
                case "--drivers":
                    drivers = reader.List();
                    break;
                case "--profile":
                    profile = reader.Value();
                    break;
                default:
                    throw reader.Unknown();
            }
        }

        return new CommandLine(
            new StackOptions
            {
                RestPort = port,
                GrpcPort = grpcPort ?? (port == 0 ? 0 : port + 1),
                ConductorPort = conductorPort,
                DataDirectory = data ?? Path.Combine(StackPrograms.FindRepository(), "data", port.ToString(CultureInfo.InvariantCulture)),
                Postgres = postgres,
                Redis = redis,
                Conductors = conductors,
                Drivers = drivers,
                Profile = StackProfile.LoadNamed(profile),
                Programs = StackPrograms.FromRepository(configuration),
            },
            strict);
    }
}
