using Ironic.Api.V1;
using Ironic.Conductor.Contracts;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.DeployTemplates;

/// <summary>The steps of a deploy template.</summary>
internal static class DeployTemplateSteps
{
    /// <summary>No interface may have the same step twice.</summary>
    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE.</exception>
    public static void CheckUnique(IEnumerable<DeployStep> steps)
    {
        var duplicates = steps.GroupBy(s => (s.Interface, s.Step)).Where(g => g.Count() > 1)
            .Select(g => $"interface: {g.Key.Interface.ToString().ToLowerInvariant()}, step: {g.Key.Step}");
        if (string.Join("; ", duplicates) is { Length: > 0 } text)
        {
            throw new IronicException(
                ErrorReason.InvalidParameterValue, $"Deploy template invalid: it cannot have several steps with the same interface and step. Duplicates: {text}.");
        }
    }

    /// <summary>
    /// The steps after a change. Those that did not change keep their order and come first, as in Ironic, where the others are new rows.
    /// </summary>
    public static string Merge(string before, IReadOnlyCollection<DeployStep> after)
    {
        var old = MessageJson.ReadList<DeployStep>(before);
        return MessageJson.WriteList([.. old.Where(after.Contains), .. after.Where(s => !old.Contains(s))]);
    }
}
