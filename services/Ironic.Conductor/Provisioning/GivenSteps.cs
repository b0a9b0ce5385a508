using System.Text.Json.Nodes;
using Ironic.Api.V1;
using Ironic.Conductor.Contracts;
using Ironic.Conductor.Runbooks;
using Ironic.Conductor.Steps;
using Ironic.Conductor.Storage;
using Ironic.Hosting.Errors;
using Ironic.Hosting.Requests;
using Ironic.Types.V1;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Provisioning;

/// <summary>Steps that somebody chose, in their order.</summary>
/// <param name="WithoutRamdisk">Whether they do without the ramdisk.</param>
internal sealed record GivenStepList(IReadOnlyList<NodeStep> Steps, bool WithoutRamdisk);

/// <summary>Finds the steps that a caller gives, or names by a runbook.</summary>
internal sealed class GivenSteps(RunbookCatalog runbooks, IOptions<ProvisioningOptions> options)
{
    // From here on a runbook has traits of its own; before, its name was the trait of the nodes that it is for.
    private const int RunbookTraitsSince = 112;

    private readonly ProvisioningOptions _options = options.Value;

    /// <param name="steps">The request's steps, whose shape was checked.</param>
    /// <exception cref="IronicException">RUNBOOK_NOT_FOUND; INVALID_PARAMETER_VALUE: the runbook is not for the node.</exception>
    public async Task<GivenStepList> ReadAsync(
        NodeRow node, SetNodeProvisionStateRequest request, Json? steps, Microversion version, CancellationToken cancellationToken)
    {
        if (!request.HasRunbook)
            return new GivenStepList(Read(steps), request is { HasDisableRamdisk: true, DisableRamdisk: true });
        var runbook = await runbooks.FindAsync(request.Runbook, cancellationToken);
        if (version.Minor >= RunbookTraitsSince)
            CheckTraits(node, runbook);
        else if (!TraitsOf(node).Contains(runbook.Name))
            throw Invalid($"This runbook has not been approved for use on this node {node.Uuid}. Please ask an administrator to add it to your node traits.");
        return Convert(runbook);
    }

    /// <summary>Steps out of a request.</summary>
    public static IReadOnlyList<NodeStep> Read(Json? steps) => steps is null ? [] : NodeStep.ReadList(JsonNode.Parse(steps.Text));

    /// <summary>The runbook by which a node is cleaned before it becomes available.</summary>
    /// <returns>Null: the steps are the driver's own.</returns>
    /// <exception cref="IronicException">RUNBOOK_NOT_FOUND; INVALID_PARAMETER_VALUE: there is none although there has to be one, or it is not for the node.</exception>
    public async Task<GivenStepList?> FindAutomatedAsync(NodeRow node, CancellationToken cancellationToken)
    {
        if (_options.AutomatedCleaningSource == CleaningSource.Drivers)
            return null;
        var ident = node.ResourceClass is { } resourceClass && _options.CleaningRunbookByResourceClass.TryGetValue(resourceClass, out var byClass) ? byClass : _options.CleaningRunbook;
        if (_options.CleaningRunbookFromNode && JsonNode.Parse(node.DriverInfo ?? "{}")!["cleaning_runbook"] is JsonValue value && value.TryGetValue<string>(out var own))
            ident = own;
        if (string.IsNullOrEmpty(ident))
        {
            return _options.AutomatedCleaningSource == CleaningSource.Hybrid
                ? null
                : throw Invalid($"Node {node.Uuid} cannot be cleaned: the configuration asks for a runbook, and there is none for the node.");
        }

        var runbook = await runbooks.FindAsync(ident, cancellationToken);
        if (_options.CleaningRunbookNeedsTrait)
            CheckTraits(node, runbook);
        return Convert(runbook);
    }

    private static void CheckTraits(NodeRow node, RunbookRow runbook)
    {
        if (runbook.Traits is null)
            throw Invalid($"Runbook {runbook.Uuid} has no traits configured. Please ask an administrator to add traits to the runbook.");
        var traits = runbook.Traits.Split(',');
        if (!TraitsOf(node).Intersect(traits).Any())
        {
            throw Invalid(
                $"This runbook has not been approved for use on this node {node.Uuid}. The node does not have any of the runbook's traits {string.Join(", ", traits)}. Please ask an administrator to add a matching trait to your node.");
        }
    }

    private static string[] TraitsOf(NodeRow node) => node.Traits?.Split(',') ?? [];

    private static GivenStepList Convert(RunbookRow runbook)
    {
        var steps = MessageJson.ReadList<RunbookStep>(runbook.Steps).OrderBy(step => step.Order).Select(step => new NodeStep
        {
            Interface = step.Interface.ToString().ToLowerInvariant(),
            Name = step.Step,
            Args = step.Args is { Text.Length: > 0 } args ? JsonNode.Parse(args.Text)!.AsObject() : null,
        });
        return new GivenStepList([.. steps], runbook.DisableRamdisk);
    }

    private static IronicException Invalid(string message) => new(ErrorReason.InvalidParameterValue, message);
}
