using System.Text;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Provisioning;

namespace Ironic.Conductor.Tests.Provisioning;

/// <summary><c>docs/provisioning-states.md</c> is made of the state machine.</summary>
public sealed class StateDocumentTests
{
    // Set it to write the document instead of comparing it.
    private const string WriteVariable = "IRONIC_WRITE_DOCS";

    [Fact]
    public void The_document_shows_the_state_machine()
    {
        var path = Path.Combine(FindRepository(), "docs", "provisioning-states.md");
        var document = Write();
        if (Environment.GetEnvironmentVariable(WriteVariable) is { Length: > 0 })
            File.WriteAllText(path, document);
        Assert.Equal(document, File.ReadAllText(path).ReplaceLineEndings("\n"));
    }

    private static string Write()
    {
        var verbs = ProvisionVerbs.All.GroupBy(verb => verb.Value.Event).ToDictionary(group => group.Key, group => string.Join(", ", group.Select(verb => $"`{verb.Key}`").Order(StringComparer.Ordinal)));
        var states = ProvisionStateMachine.Transitions.SelectMany(each => new[] { each.From, each.To }).Distinct().Order(StringComparer.Ordinal).ToList();
        var text = new StringBuilder();
        text.Append("# Provisioning states\n\n");
        text.Append($"Written from `services/Ironic.Conductor/Nodes/ProvisionStateMachine.cs` by `StateDocumentTests` (with `{WriteVariable}=1`); a test keeps both equal.\n\n");
        text.Append("```mermaid\nstateDiagram-v2\n");
        foreach (var state in states)
            text.Append($"    {Id(state)} : {state}\n");
        foreach (var (from, @event, to, _) in ProvisionStateMachine.Transitions)
            text.Append($"    {Id(from)} --> {Id(to)} : {@event}\n");
        text.Append("```\n\n## Who may go where\n\nVerbs are what callers ask for with `PUT /v1/nodes/{node}/states/provision`; the other events are the conductor's own.\n\n");
        text.Append("| from | event | verbs | to |\n| --- | --- | --- | --- |\n");
        foreach (var edge in ProvisionStateMachine.Transitions.OrderBy(each => each.From, StringComparer.Ordinal).ThenBy(each => each.Event, StringComparer.Ordinal))
            text.Append($"| {edge.From} | {edge.Event} | {(edge.IsInternal ? "" : verbs[edge.Event])} | {edge.To} |\n");
        text.Append("\n## States\n\n| state | leads to | a conductor works on it | ends by itself |\n| --- | --- | --- | --- |\n");
        foreach (var state in states)
        {
            text.Append(
                $"| {state} | {ProvisionStateMachine.DefaultTarget(state) ?? ""} | {(ProvisionStateMachine.WorkedOn.Contains(state) ? "yes" : "")} | {(ProvisionStates.IsUnstable(state) ? "yes" : "")} |\n");
        }

        return text.ToString();
    }

    private static string Id(string state) => state.Replace(' ', '_').Replace('-', '_');

    private static string FindRepository()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Ironic.sln")))
            directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException("The repository was not found.");
    }
}
