namespace Ironic.Faults.Disturbances;

/// <summary>A way in which a part of the system fails and comes back.</summary>
internal abstract class Disturbance
{
    /// <summary>As <see cref="FaultOptions.Kinds"/> has it.</summary>
    public abstract string Kind { get; }

    /// <summary>Makes the part fail, brings it back, and waits until the system has got over it.</summary>
    /// <returns>What failed, and how long the system took.</returns>
    public abstract Task<Recovery> StrikeAsync(Random random, CancellationToken cancellationToken);
}

/// <summary>How the system got over a fault.</summary>
/// <param name="What">What failed.</param>
/// <param name="Away">How long it was away.</param>
/// <param name="Took">From the fault until nothing of it was left, as <paramref name="Until"/> says.</param>
/// <param name="Until">What was waited for.</param>
internal sealed record Recovery(string What, TimeSpan Away, TimeSpan Took, string Until)
{
    /// <summary>Whether others go on with its work, so that nobody has to wait until it is back.</summary>
    public bool HasOthers { get; init; }

    /// <summary>How long the system itself took.</summary>
    public TimeSpan OwnTime => HasOthers ? Took : Took - Away;
}
