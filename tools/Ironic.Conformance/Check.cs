namespace Ironic.Conformance;

/// <summary>What a check has come to.</summary>
public enum Verdict
{
    /// <summary>The driver does what is required.</summary>
    Pass,

    /// <summary>It does not.</summary>
    Fail,

    /// <summary>It could not be told, or does not apply; the reason says which.</summary>
    Skip,
}

/// <summary>The outcome of one check.</summary>
/// <param name="Id">Unique in a run and the same in each: <c>R-061 PowerService.SetPowerState ipmitool</c>.</param>
/// <param name="Requirement">The number of the requirement in SPEC.md.</param>
/// <param name="Title">What was looked at.</param>
/// <param name="Reason">Why it failed or was skipped; empty for a pass.</param>
public sealed record CheckResult(string Id, string Requirement, string Title, Verdict Verdict, string Reason, TimeSpan Duration);

/// <summary>One thing that a driver is looked at for.</summary>
/// <param name="Requirement">The number of the requirement in SPEC.md.</param>
/// <param name="Subject">What of the driver: a call, an implementation; empty for the driver as a whole.</param>
/// <param name="Title">What must be so.</param>
/// <param name="RunAsync">Looks; throws <see cref="CheckFailedException"/> or <see cref="CheckSkippedException"/>.</param>
internal sealed record Check(string Requirement, string Subject, string Title, Func<CancellationToken, Task> RunAsync)
{
    public Check(string requirement, string subject, string title, Action look)
        : this(requirement, subject, title, _ =>
        {
            look();
            return Task.CompletedTask;
        })
    {
    }
}

/// <summary>The driver does not do what is required.</summary>
internal sealed class CheckFailedException(string reason) : Exception(reason);

/// <summary>It cannot be told.</summary>
internal sealed class CheckSkippedException(string reason) : Exception(reason);
