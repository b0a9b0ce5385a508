using System.ComponentModel.DataAnnotations;
using Ironic.Driver.V1;

namespace Ironic.Conductor.Steps;

/// <summary>How steps are run: configuration section <c>Steps</c>.</summary>
public sealed class StepOptions
{
    public const string Section = "Steps";

    private static readonly Dictionary<string, int> NoOverrides = [];

    /// <summary>Priorities of clean steps, <c>INTERFACE.STEP</c>, in place of the drivers' own; 0 disables one.</summary>
    public Dictionary<string, int> CleanPriorities { get; } = [];

    /// <summary>Priorities of verify steps, as <see cref="CleanPriorities"/>.</summary>
    public Dictionary<string, int> VerifyPriorities { get; } = [];

    /// <summary>Clean steps, <c>INTERFACE.STEP</c>, that nobody may ask for and that do not run by themselves.</summary>
    public IList<string> DisallowedCleanSteps { get; } = [];

    /// <summary>Deploy steps that nobody may ask for and that do not run by themselves.</summary>
    public IList<string> DisallowedDeploySteps { get; } = [];

    /// <summary>Service steps that nobody may ask for.</summary>
    public IList<string> DisallowedServiceSteps { get; } = [];

    /// <summary>The longest that a step <c>wait</c> with <c>seconds</c> waits; a longer one is cut to it.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan MaximumWait { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether children may answer a step of their parent's that it goes on in the ramdisk; it then counts as done.</summary>
    public bool ChildStepsMayWait { get; set; }

    internal IList<string> Disallowed(StepKind kind) => kind switch
    {
        StepKind.Clean => DisallowedCleanSteps,
        StepKind.Deploy => DisallowedDeploySteps,
        StepKind.Service => DisallowedServiceSteps,
        _ => [],
    };

    internal IReadOnlyDictionary<string, int> PriorityOverrides(StepKind kind) => kind switch
    {
        StepKind.Clean => CleanPriorities,
        StepKind.Verify => VerifyPriorities,
        _ => NoOverrides,
    };
}
