using Ironic.Stack;

namespace Ironic.Faults;

/// <summary>What the command line asks for.</summary>
internal sealed record FaultOptions
{
    public const string Usage = """
        Provisions fake nodes through a whole system - enroll, manageable, available, active and back to available - while its parts are killed
        (SIGKILL) and started again, and then checks that nothing was lost, done twice, or left stuck. Prints a report; exit status 0 only when
        every check holds.

          tools/faults [options]

          --nodes N        nodes, all under way at the same time (default 500)
          --conductors N   conductor processes (default 3)
          --seconds N      for how long faults happen; then every node ends its round (default 180)
          --every N        seconds from one fault to the next (default 20)
          --faults LIST    some of conductor,driver,redis,postgres, in turn (default conductor,driver)
          --seed N         of what is left to chance (default 1)
          --no-build       run what was built before

        Needs PostgreSQL and Redis installed (tools/apt-install postgresql redis-server); it starts servers of its own.
        """;

    public static readonly IReadOnlyList<string> Kinds = ["conductor", "driver", "redis", "postgres"];

    public int Nodes { get; private set; } = 500;

    public int Conductors { get; private set; } = 3;

    public TimeSpan Duration { get; private set; } = TimeSpan.FromMinutes(3);

    public TimeSpan Interval { get; private set; } = TimeSpan.FromSeconds(20);

    public IReadOnlyList<string> Faults { get; private set; } = ["conductor", "driver"];

    public int Seed { get; private set; } = 1;

    /// <exception cref="FormatException">An argument is wrong.</exception>
    public static FaultOptions Parse(IReadOnlyList<string> args)
    {
        var options = new FaultOptions();
        var reader = new ArgumentReader(args, message => new FormatException(message));
        while (reader.Next())
        {
            switch (reader.Name)
            {
                case "--no-build":
                    break;
                case "--nodes":
                    options.Nodes = reader.Number(1);
                    break;
                case "--conductors":
                    options.Conductors = reader.Number(1);
                    break;
                case "--seconds":
                    options.Duration = TimeSpan.FromSeconds(reader.Number(0));
                    break;
                case "--every":
                    options.Interval = TimeSpan.FromSeconds(reader.Number(1));
                    break;
                case "--seed":
                    options.Seed = reader.Number(0);
                    break;
                case "--faults":
                    options.Faults = reader.List(Kinds);
                    break;
                default:
                    throw reader.Unknown();
            }
        }

        return options;
    }
}
