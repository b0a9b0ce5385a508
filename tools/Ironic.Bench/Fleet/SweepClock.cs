using System.Globalization;
using System.Text.RegularExpressions;
using Ironic.Bench.Target;

namespace Ironic.Bench.Fleet;

/// <summary>Learns from a conductor's metrics how long each of its looks at the power of all nodes took. Read more often than they come.</summary>
/// <param name="target">The system, with one conductor.</param>
internal sealed partial class SweepClock(BenchTarget target)
{
    private readonly List<TimeSpan> _durations = [];
    private (double Sum, long Count)? _seen;

    public IReadOnlyList<TimeSpan> Durations => _durations;

    /// <exception cref="InvalidOperationException">Two ended since the last reading.</exception>
    public async Task ReadAsync()
    {
        var text = await target.ReadMetricsAsync("conductor-1");
        var now = (Sum: Value(Sums(), text), Count: (long)Value(Counts(), text));
        if (_seen is { } seen && now.Count != seen.Count)
        {
            if (now.Count != seen.Count + 1)
                throw new InvalidOperationException("looks at the power follow each other too fast to be told apart");
            _durations.Add(TimeSpan.FromSeconds(now.Sum - seen.Sum));
        }

        _seen = now;
    }

    // There is none before the first look has ended.
    private static double Value(Regex pattern, string text) =>
        pattern.Match(text) is { Success: true } match ? double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex("""^ironic_conductor_periodic_run_seconds_sum\{(?=[^}]*work="power-sync")(?=[^}]*outcome="ok")[^}]*\} (\S+)$""", RegexOptions.Multiline)]
    private static partial Regex Sums();

    [GeneratedRegex("""^ironic_conductor_periodic_run_seconds_count\{(?=[^}]*work="power-sync")(?=[^}]*outcome="ok")[^}]*\} (\S+)$""", RegexOptions.Multiline)]
    private static partial Regex Counts();
}
