using Ironic.Conductor.Nodes;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Provisioning;

/// <summary>
/// How long nodes should be in a state at most: configuration section <c>Sla</c>. Nothing happens to a node that is there for longer; it is counted and can be listed.
/// All conductors should have the same limits.
/// </summary>
public sealed class SlaOptions
{
    public const string Section = "Sla";

    /// <summary>Limits by provisioning state. <c>_</c> stands for a space or hyphen where a key cannot have one: <c>wait_call_back</c>. A state without one has no limit.</summary>
    public Dictionary<string, TimeSpan> Limits { get; } = [];

    /// <summary>How often nodes above their limits are counted for the metric; zero: never.</summary>
    [System.ComponentModel.DataAnnotations.Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan CountInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The state that a key means, or null.</summary>
    internal static string? FindState(string key) => ProvisionStates.All.FirstOrDefault(state => Spaced(state) == Spaced(key));

    private static string Spaced(string text) => text.Replace('_', ' ').Replace('-', ' ');
}

internal sealed class SlaOptionsValidator : IValidateOptions<SlaOptions>
{
    public ValidateOptionsResult Validate(string? name, SlaOptions options)
    {
        var failures = options.Limits.Where(limit => SlaOptions.FindState(limit.Key) is null).Select(limit => $"Sla:Limits:{limit.Key}: there is no such provisioning state.")
            .Concat(options.Limits.Where(limit => limit.Value <= TimeSpan.Zero).Select(limit => $"Sla:Limits:{limit.Key} must be longer than nothing."))
            .Concat(options.Limits.GroupBy(limit => SlaOptions.FindState(limit.Key)).Where(same => same.Key is not null && same.Count() > 1).Select(same => $"Sla:Limits has \"{same.Key}\" twice."))
            .ToList();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
