using Google.Protobuf;
using Ironic.Api.V1;
using Ironic.Conductor.Contracts;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Steps;

/// <summary>The lists of steps that templates and runbooks consist of.</summary>
internal static class StepLists
{
    /// <summary>No interface may have the same step twice.</summary>
    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE.</exception>
    public static void CheckUnique(IEnumerable<(StepInterface Interface, string Step)> steps)
    {
        var duplicates = steps.GroupBy(s => s).Where(g => g.Count() > 1).Select(g => $"interface: {g.Key.Interface.ToString().ToLowerInvariant()}, step: {g.Key.Step}");
        if (string.Join("; ", duplicates) is { Length: > 0 } text)
            throw new IronicException(ErrorReason.InvalidParameterValue, $"There cannot be several steps with the same interface and step. Duplicates: {text}.");
    }

    /// <summary>
    /// The steps after a change, as they are stored. Those that did not change keep their order and come first, as in Ironic, where the others
    /// are new rows.
    /// </summary>
    public static string Merge<T>(string before, IReadOnlyCollection<T> after)
        where T : IMessage, new()
    {
        var old = MessageJson.ReadList<T>(before);
        return MessageJson.WriteList([.. old.Where(after.Contains), .. after.Where(s => !old.Contains(s))]);
    }
}
