using System.Text.Json;
using System.Text.Json.Nodes;
using Ironic.Api.V1;
using Ironic.Conductor.Storage;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Steps;

/// <summary>The steps that a deployment gets by its instance's traits.</summary>
/// <param name="Names">The deploy templates.</param>
/// <param name="Steps">Their steps.</param>
internal sealed record TemplateSteps(IReadOnlyList<string> Names, IReadOnlyList<NodeStep> Steps)
{
    /// <summary>Those of the templates that have the name of one of the traits that the instance asks for.</summary>
    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE: the traits are none, or the node does not have them.</exception>
    public static async Task<TemplateSteps> FindAsync(DeployTemplateStore templates, NodeRow node, CancellationToken cancellationToken)
    {
        var traits = ReadTraits(node);
        if (traits.Count == 0)
            return new TemplateSteps([], []);
        var missing = traits.Except(node.Traits?.Split(',') ?? []).ToList();
        if (missing.Count > 0)
        {
            throw new IronicException(
                ErrorReason.InvalidParameterValue,
                $"Cannot specify instance traits that are not also set on the node. Node {node.Uuid} is missing traits {string.Join(", ", missing)}");
        }

        var found = await templates.ListByNamesAsync(traits, cancellationToken);
        return new TemplateSteps([.. found.Select(each => each.Name)], [.. found.SelectMany(each => NodeStep.ReadList(JsonNode.Parse(each.Steps)))]);
    }

    private static List<string> ReadTraits(NodeRow node)
    {
        if (node.InstanceInfo is null || !node.InstanceInfo.Contains("traits", StringComparison.Ordinal))
            return [];
        using var info = JsonDocument.Parse(node.InstanceInfo);
        if (!info.RootElement.TryGetProperty("traits", out var traits) || traits.ValueKind == JsonValueKind.Null)
            return [];
        if (traits.ValueKind != JsonValueKind.Array || traits.EnumerateArray().Any(each => each.ValueKind != JsonValueKind.String))
            throw new IronicException(ErrorReason.InvalidParameterValue, $"Error parsing traits from Node {node.Uuid} instance_info field. A list of strings is expected.");
        return [.. traits.EnumerateArray().Select(each => each.GetString()!).Distinct(StringComparer.Ordinal)];
    }
}
