using System.Text.Json;
using Ironic.Api.V1;
using Ironic.Conductor.Contracts;
using Ironic.Conductor.Storage;
using Ironic.Hosting.Errors;
using Ironic.Types.V1;

namespace Ironic.Conductor.InspectionRules;

/// <summary>What must be true of an inspection rule.</summary>
internal static class RuleChecks
{
    private static readonly string[] Multiples = ["any", "all", "first", "last"];

    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE, MISSING_PARAMETER_VALUE.</exception>
    public static void Check(InspectionRule rule)
    {
        ContractRules.Check(rule);
        if (rule.HasPhase && rule.Phase != InspectionRuleRow.MainPhase)
            throw Invalid($"Invalid phase: {rule.Phase}. Valid phases are: {InspectionRuleRow.MainPhase}");
        foreach (var condition in rule.Conditions)
        {
            // One exclamation mark turns the question round.
            var op = condition.Op.StartsWith('!') ? condition.Op[1..] : condition.Op;
            if (!RuleOperation.Conditions.TryGetValue(op, out var operation))
                throw Invalid($"Unsupported condition operator: {condition.Op}");
            operation.Check(condition.Op, condition.Args.Text);
            CheckLoop(condition.Loop);
            if (condition.HasMultiple && !Multiples.Contains(condition.Multiple))
                throw Invalid($"'{condition.Multiple}' is not one of {string.Join(", ", Multiples)}");
        }

        foreach (var action in rule.Actions)
        {
            if (!RuleOperation.Actions.TryGetValue(action.Op, out var operation))
                throw Invalid($"Unsupported action operator: {action.Op}");
            operation.Check(action.Op, action.Args.Text);
            CheckLoop(action.Loop);
        }
    }

    /// <summary>Whether there is anything to loop over.</summary>
    public static bool HasItems(Json? loop)
    {
        if (loop is null)
            return false;
        using var document = JsonDocument.Parse(loop.Text);
        return document.RootElement.ValueKind == JsonValueKind.Array ? document.RootElement.GetArrayLength() > 0 : document.RootElement.GetPropertyCount() > 0;
    }

    private static void CheckLoop(Json? loop)
    {
        if (loop is null)
            return;
        using var document = JsonDocument.Parse(loop.Text);
        if (document.RootElement.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object))
            throw Invalid("loop is neither a list nor an object.");
    }

    private static IronicException Invalid(string message) => new(ErrorReason.InvalidParameterValue, message);
}
