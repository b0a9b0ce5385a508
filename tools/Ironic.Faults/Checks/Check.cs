namespace Ironic.Faults.Checks;

/// <summary>Something that must hold in the end.</summary>
/// <param name="What">What must hold.</param>
/// <param name="Counted">What it was looked for in, for the report.</param>
/// <param name="Violations">Where it does not hold.</param>
internal sealed record Check(string What, string Counted, IReadOnlyList<string> Violations)
{
    public bool Holds => Violations.Count == 0;
}
