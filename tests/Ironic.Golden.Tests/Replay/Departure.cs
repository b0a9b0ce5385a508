namespace Ironic.Golden.Tests.Replay;

/// <summary>A difference that is meant.</summary>
/// <param name="Recording">Name of the recording's file.</param>
/// <param name="Labels">Number and title of the steps, as <see cref="Step.Label"/> has them.</param>
/// <param name="Where">Globs over the paths of the differences.</param>
/// <param name="Why">For people.</param>
internal sealed record Departure(string Recording, IReadOnlyList<string> Labels, IReadOnlyList<string> Where, string Why)
{
    private readonly HashSet<int> _numbers = [.. Labels.Select(Step.NumberOf)];

    public bool IsOf(Step step) => _numbers.Contains(step.Number);

    /// <summary>Whether it explains this difference.</summary>
    public bool Covers(Difference difference) => Globs.Match(Where, difference.Path);
}
