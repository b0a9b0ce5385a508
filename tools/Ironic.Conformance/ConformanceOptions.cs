using System.Text.Json.Nodes;

namespace Ironic.Conformance;

/// <summary>A machine that the driver under test can reach.</summary>
/// <param name="HardwareType">The hardware type of its node.</param>
/// <param name="DriverInfo">How it is reached.</param>
/// <param name="MayChange">Whether it may be switched, rebooted, reconfigured and erased: a machine that nobody needs. Otherwise it is only read.</param>
public sealed record Machine(string HardwareType, JsonObject DriverInfo, bool MayChange);

/// <summary>What a run looks at.</summary>
public sealed record ConformanceOptions
{
    /// <summary>Where the driver listens: <c>http://127.0.0.1:7101</c>, <c>https://…</c>.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>Machines that it can reach, at most one of each hardware type. Without one, what needs a machine is skipped.</summary>
    public IReadOnlyList<Machine> Machines { get; init; } = [];

    /// <summary>The requirements that are looked at; empty: all of them.</summary>
    public IReadOnlyCollection<string> Requirements { get; init; } = [];

    /// <summary>How long a call may take before it counts as hanging.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Starts the driver's process anew, by force, and ends when it listens again at the same endpoint; null: it cannot be.</summary>
    public Func<CancellationToken, Task>? RestartAsync { get; init; }

    /// <summary>PEM file with the authorities of which the driver must have its certificate; null: the system's.</summary>
    public string? AuthorityPath { get; init; }

    /// <summary>PEM file with the certificate, and its key, that is shown to the driver; null: none.</summary>
    public string? CertificatePath { get; init; }

    /// <summary>PEM file with the key of <see cref="CertificatePath"/>; null: it is in the same file.</summary>
    public string? KeyPath { get; init; }
}
