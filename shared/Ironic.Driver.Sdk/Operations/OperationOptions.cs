namespace Ironic.Driver.Sdk;

/// <summary>How long the driver remembers what it has done: section <c>Driver:Operations</c>.</summary>
public sealed class OperationOptions
{
    /// <summary>How long the outcome of a finished operation is kept for a caller that repeats it.</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How many outcomes are kept at most; the oldest go first.</summary>
    public int MaximumOutcomes { get; set; } = 10_000;

    /// <summary>How many bytes of results are kept at most; the oldest go first.</summary>
    public long MaximumOutcomeBytes { get; set; } = 32 * 1024 * 1024;

    /// <summary>How many nodes' fencing epochs are kept at most; those not used for the longest time go first.</summary>
    public int MaximumFences { get; set; } = 65_536;

    /// <summary>How long an operation whose caller's connection broke goes on without a caller that takes it up again.</summary>
    public TimeSpan ResumeWindow { get; set; } = TimeSpan.FromSeconds(60);
}
