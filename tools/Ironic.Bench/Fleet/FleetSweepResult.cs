namespace Ironic.Bench.Fleet;

/// <summary>What <see cref="FleetSweeps"/> measured.</summary>
/// <param name="Sweeps">How long each look at the power of all machines took.</param>
/// <param name="Ages">How long ago the controllers that answer had been asked.</param>
/// <param name="Cpu">The part of a core that each process took.</param>
/// <param name="ResidentBytes">The memory of each process.</param>
/// <param name="MostSessions">The controller that saw the most sessions at the same time.</param>
/// <param name="MostRequests">The controller that saw the most requests at the same time.</param>
/// <param name="SessionsLeft">Sessions that were open after the system had stopped, at controllers that answer.</param>
/// <param name="StallingSessionsLeft">The same at those that stall, and cannot be told to close one.</param>
internal sealed record FleetSweepResult(
    IReadOnlyList<TimeSpan> Sweeps,
    AgeHistogram Ages,
    IReadOnlyList<double> Cpu,
    IReadOnlyList<long> ResidentBytes,
    (string Server, int Count) MostSessions,
    (string Server, int Count) MostRequests,
    int SessionsLeft,
    int StallingSessionsLeft);
