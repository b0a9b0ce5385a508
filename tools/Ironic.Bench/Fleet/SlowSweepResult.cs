using Ironic.Bench.Load;

namespace Ironic.Bench.Fleet;

/// <summary>What <see cref="SlowSweeps"/> measured.</summary>
/// <param name="Sweeps">How long each look at the power of all nodes took.</param>
/// <param name="Idle">A caller's requests before there was anything to look at.</param>
/// <param name="During">The same caller's requests meanwhile.</param>
/// <param name="Cpu">The part of a core that each process took meanwhile.</param>
/// <param name="ResidentBytes">The memory of each process.</param>
internal sealed record SlowSweepResult(IReadOnlyList<TimeSpan> Sweeps, LoadResult Idle, LoadResult During, IReadOnlyList<double> Cpu, IReadOnlyList<long> ResidentBytes);
