using Ironic.Bench.Load;
using Ironic.Bench.Scenarios;

namespace Ironic.Bench.Measurement;

/// <summary>What was measured of a scenario.</summary>
/// <param name="Scenario">The scenario.</param>
/// <param name="Load">What the callers saw.</param>
/// <param name="Used">What each watched process used in that time.</param>
/// <param name="Generator">The CPU time of the load itself.</param>
internal sealed record Row(Scenario Scenario, LoadResult Load, IReadOnlyList<Usage> Used, TimeSpan Generator);
