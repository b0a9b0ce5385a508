using System.Globalization;

namespace Ironic.Stack;

/// <summary>What stack to start.</summary>
public sealed record StackOptions
{
    /// <summary>Port of the REST API on 127.0.0.1; 0 for a free one.</summary>
    public int RestPort { get; init; }

    /// <summary>Port of the gRPC API on 127.0.0.1; 0 for a free one.</summary>
    public int GrpcPort { get; init; }

    /// <summary>Port of the first conductor on 127.0.0.1, the others have those that follow; 0 for free ones.</summary>
    public int ConductorPort { get; init; }

    /// <summary>Directory of the SQLite database and, in <c>logs</c>, of the processes' logs. It is created, and used by one stack at a time.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Npgsql connection string; null for SQLite in the data directory.</summary>
    public string? Postgres { get; init; }

    /// <summary>Redis, <c>host:port</c>; null for locks inside of the conductor process.</summary>
    public string? Redis { get; init; }

    /// <summary>How many conductors. More than one needs PostgreSQL and Redis.</summary>
    public int Conductors { get; init; } = 1;

    /// <summary>The driver processes, by the names of <see cref="StackPrograms.Drivers"/>.</summary>
    public IReadOnlyList<string> Drivers { get; init; } = ["fake", "example"];

    /// <summary>Settings for the processes.</summary>
    public StackProfile Profile { get; init; } = StackProfile.Empty;

    /// <summary>The programs; null for the build outputs of this repository.</summary>
    public StackPrograms? Programs { get; init; }

    /// <summary>How long one process may take until it serves.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long one process may take to stop before it is killed.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The ports that were chosen, with what is served there.</summary>
    internal IEnumerable<(int Port, string Name)> ChosenPorts
    {
        get
        {
            var chosen = new List<(int, string)> { (RestPort, "REST"), (GrpcPort, "gRPC") };
            for (var i = 0; i < Conductors; i++)
                chosen.Add((ConductorPort == 0 ? 0 : ConductorPort + i, string.Create(CultureInfo.InvariantCulture, $"conductor-{i + 1}")));
            return chosen.Where(port => port.Item1 != 0);
        }
    }

    /// <exception cref="StackException">The options contradict each other or name what does not exist.</exception>
    internal void Validate(StackPrograms programs)
    {
        foreach (var (port, name) in ChosenPorts)
        {
            if (port is < 0 or > ushort.MaxValue)
                throw new StackException($"{port} is no port for {name}; ports are 0 to {ushort.MaxValue}");
        }

        if (ChosenPorts.GroupBy(chosen => chosen.Port, chosen => chosen.Name).FirstOrDefault(names => names.Count() > 1) is { } shared)
            throw new StackException($"{string.Join(" and ", shared)} cannot share the port {shared.Key}");
        if (Conductors < 1)
            throw new StackException("a stack needs at least one conductor");
        if (Conductors > 1 && (Postgres is null || Redis is null))
            throw new StackException("more than one conductor needs PostgreSQL and Redis (--postgres and --redis): SQLite and in-process locks serve a single one");
        foreach (var driver in Drivers)
        {
            if (!programs.Drivers.ContainsKey(driver))
                throw new StackException($"there is no driver {driver}; there are: {string.Join(", ", programs.Drivers.Keys.Select(name => name.ToLowerInvariant()).Order(StringComparer.Ordinal))}");
        }

        if (Drivers.Distinct(StringComparer.OrdinalIgnoreCase).Count() != Drivers.Count)
            throw new StackException("a driver is named twice");
    }
}
