namespace Ironic.Testing;

/// <summary>What to start as a <see cref="ServerProcess"/>.</summary>
/// <param name="Program">An absolute path, or a name to find as <see cref="Programs.Find"/> does.</param>
/// <param name="Arguments">Passed as they are, one by one; no shell reads them.</param>
public sealed record ServerProcessOptions(string Program, params IReadOnlyList<string> Arguments)
{
    /// <summary>How messages call it; by default the program's file name.</summary>
    public string Name { get; init; } = Path.GetFileName(Program);

    /// <summary>null: this process' own.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Added to this process' environment; a null value removes a variable.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Run as this user and the group of its name. Needs root. null: as whoever runs the tests.</summary>
    public string? User { get; init; }

    /// <summary>What asks it to stop.</summary>
    public Signal StopSignal { get; init; } = Signal.Terminate;

    /// <summary>What ends it fast when nothing of its state is wanted any more.</summary>
    public Signal DiscardSignal { get; init; } = Signal.Kill;

    /// <summary>How long it may take to end after one of these before it is killed.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
