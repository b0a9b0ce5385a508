using System.Collections.Frozen;
using System.Text.Json;
using Ironic.Api.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.InspectionRules;

/// <summary>What a condition asks or an action does, and which arguments it takes.</summary>
/// <param name="Required">The arguments that it needs, in the order in which a list has them.</param>
/// <param name="Optional">Those that may follow.</param>
internal sealed record RuleOperation(string[] Required, params string[] Optional)
{
    /// <summary>What a condition can ask, by its name.</summary>
    public static FrozenDictionary<string, RuleOperation> Conditions { get; } = new Dictionary<string, RuleOperation>
    {
        ["eq"] = new(["values"], "force_strings"),
        ["lt"] = new(["values"], "force_strings"),
        ["gt"] = new(["values"], "force_strings"),
        ["is-empty"] = new(["value"]),
        ["in-net"] = new(["address", "subnet"]),
        ["matches"] = new(["value", "regex"]),
        ["contains"] = new(["value", "regex"]),
        ["one-of"] = new(["value"], "values"),
        ["is-none"] = new(["value"]),
        ["is-true"] = new(["value"]),
        ["is-false"] = new(["value"]),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What an action can do, by its name.</summary>
    public static FrozenDictionary<string, RuleOperation> Actions { get; } = new Dictionary<string, RuleOperation>
    {
        ["fail"] = new(["msg"]),
        ["log"] = new(["msg"], "level"),
        ["set-attribute"] = new(["path", "value"]),
        ["extend-attribute"] = new(["path", "value"], "unique"),
        ["del-attribute"] = new(["path"]),
        ["set-capability"] = new(["name", "value"]),
        ["unset-capability"] = new(["name"]),
        ["add-trait"] = new(["name"]),
        ["remove-trait"] = new(["name"]),
        ["set-plugin-data"] = new(["path", "value"]) { IsOnPluginData = true },
        ["extend-plugin-data"] = new(["path", "value"], "unique") { IsOnPluginData = true },
        ["unset-plugin-data"] = new(["path"]) { IsOnPluginData = true },
        ["set-port-attribute"] = new(["port_id", "path", "value"]),
        ["extend-port-attribute"] = new(["port_id", "path", "value"], "unique"),
        ["del-port-attribute"] = new(["port_id", "path"]),
        ["api-call"] = new(["url"], "headers", "proxies", "timeout", "retries", "backoff_factor"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>
    /// Whether it works on the data of inspection's plugins. Those are given to it when it runs; Ironic shows them among its arguments, so what
    /// was read there may come back.
    /// </summary>
    public bool IsOnPluginData { get; init; }

    /// <summary>Checks arguments, given by name as an object or by position as a list.</summary>
    /// <param name="op">The operation's name.</param>
    /// <param name="args">JSON text.</param>
    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE.</exception>
    public void Check(string op, string args)
    {
        using var document = JsonDocument.Parse(args);
        switch (document.RootElement.ValueKind)
        {
            case JsonValueKind.Array:
                CheckPositions(op, document.RootElement.GetArrayLength());
                break;
            case JsonValueKind.Object:
                CheckNames(op, [.. document.RootElement.EnumerateObject().Select(member => member.Name)]);
                break;
            default:
                throw Invalid($"Invalid parameters for operator {op}: args must be either a list or dictionary");
        }
    }

    private void CheckPositions(string op, int count)
    {
        if (count < Required.Length)
            throw Invalid($"Invalid parameters for operator {op}: not enough arguments provided. Missing: {string.Join(", ", Required[count..])}");
        if (count > Required.Length + Optional.Length)
            throw Invalid($"Invalid parameters for operator {op}: it takes at most {Required.Length + Optional.Length} arguments.");
    }

    private void CheckNames(string op, string[] names)
    {
        var problems = new List<string>();
        if (Required.Except(names).ToArray() is { Length: > 0 } missing)
            problems.Add($"missing required argument(s): {string.Join(", ", missing)}");
        if (names.Except(Required).Except(Optional).Where(n => !(IsOnPluginData && n == "plugin_data")).ToArray() is { Length: > 0 } unexpected)
            problems.Add($"unexpected argument(s): {string.Join(", ", unexpected)}");
        if (problems.Count > 0)
            throw Invalid($"Invalid parameters for operator {op}: {string.Join("; ", problems)}");
    }

    private static IronicException Invalid(string message) => new(ErrorReason.InvalidParameterValue, message);
}
