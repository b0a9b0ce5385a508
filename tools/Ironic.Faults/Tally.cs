using System.Collections.Concurrent;
using Ironic.Api.V1;
using Ironic.Client;

namespace Ironic.Faults;

/// <summary>Counts what callers were told.</summary>
internal sealed class Tally
{
    private readonly ConcurrentDictionary<string, int> _answers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _unexpected = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _setbacks = new(StringComparer.Ordinal);
    private int _rounds;

    /// <summary>Rounds that nodes have made.</summary>
    public int Rounds => Volatile.Read(ref _rounds);

    public IEnumerable<KeyValuePair<string, int>> Answers => Sorted(_answers);

    /// <summary>Answers that no caller should get.</summary>
    public IEnumerable<KeyValuePair<string, int>> Unexpected => Sorted(_unexpected);

    /// <summary>How often nodes came to rest in a state that stands for a failure.</summary>
    public IEnumerable<KeyValuePair<string, int>> Setbacks => Sorted(_setbacks);

    public void Round() => Interlocked.Increment(ref _rounds);

    public void Setback(ProvisionState state) => Count(_setbacks, state.ToString());

    public void Accepted() => Count(_answers, "accepted");

    /// <summary>An answer that was no success.</summary>
    public void Refused(IronicApiException error)
    {
        var name = error.ReasonName ?? $"(no reason) {error.StatusCode}";
        Count(_answers, name);
        if (!IsExpected(error))
            Count(_unexpected, $"{name}: {error.Status.Detail}");
    }

    // Come later, somebody else has it, the driver left in the middle, or - when an answer was lost on the way - it is done already.
    private static bool IsExpected(IronicApiException error) => error.IsTransient || error.Reason is ErrorReason.InvalidStateRequested or ErrorReason.LockLost
        or ErrorReason.NoValidHost or ErrorReason.NoValidHostForNode or ErrorReason.DriverFailure;

    private static void Count(ConcurrentDictionary<string, int> counts, string name) => counts.AddOrUpdate(name, 1, static (_, count) => count + 1);

    private static IEnumerable<KeyValuePair<string, int>> Sorted(ConcurrentDictionary<string, int> counts) => counts.OrderByDescending(pair => pair.Value);
}
