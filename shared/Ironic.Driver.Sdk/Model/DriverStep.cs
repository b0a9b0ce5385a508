namespace Ironic.Driver.Sdk;

/// <summary>The flows that may use a step. The flags stand for the values of <c>ironic.driver.v1.StepKind</c>.</summary>
[Flags]
public enum StepKinds
{
    None = 0,
    Clean = 1,
    Deploy = 2,
    Service = 4,
    Verify = 8,
}

/// <summary>A step that an interface offers to cleaning, deployment, service or verification.</summary>
/// <param name="Name">The name that operators use: <c>update_firmware</c>.</param>
/// <param name="Kinds">The flows that may use it; at least one.</param>
/// <param name="Description">What it does, for people.</param>
/// <param name="Priority">The order within an automated flow, the highest first; 0: only when asked for.</param>
/// <param name="Abortable">Whether it may be stopped in the middle.</param>
/// <param name="RequiresRamdisk">Whether it needs the agent's ramdisk to run on the node.</param>
public sealed record DriverStep(
    string Name, StepKinds Kinds, string Description = "", int Priority = 0, bool Abortable = false, bool RequiresRamdisk = true)
{
    /// <summary>The arguments that the step takes.</summary>
    public IReadOnlyList<DriverStepArgument> Arguments { get; init; } = [];
}

/// <summary>An argument of a step.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it means, for people.</param>
/// <param name="Required">Whether the step cannot run without it.</param>
public sealed record DriverStepArgument(string Name, string Description, bool Required = false);
