using Ironic.Api.V1;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Storage;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Tests.Nodes;

public sealed class ProvisionStateMachineTests
{
    private static readonly DateTime Now = new(2026, 1, 31, 12, 0, 0, DateTimeKind.Utc);

    private static IEnumerable<Dictionary<string, string>> Rows(string file)
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Data", file));
        var header = lines[0].Split(',');
        // Only the last column, the notes, has commas of its own.
        return lines[1..].Select(l => l.Split(',', header.Length)).Select(cells => header.Zip(cells).ToDictionary(p => p.First, p => p.Second));
    }

    [Fact]
    public void The_table_is_Ironics()
    {
        var expected = Rows("states.csv").Select(r => (r["from_state"], r["event"], r["to_state"], r["event_source"] == "internal")).ToHashSet();
        Assert.Equal(93, expected.Count);
        Assert.Equal(93, ProvisionStateMachine.Transitions.Count);
        Assert.Equal(expected, ProvisionStateMachine.Transitions.Select(t => (t.From, t.Event, t.To, t.IsInternal)).ToHashSet());
    }

    [Fact]
    public void A_state_moves_towards_its_target_and_a_stable_one_has_none()
    {
        var targets = Rows("state_list.csv").ToDictionary(r => r["state"], r => r["default_target"].Length == 0 ? null : r["default_target"]);
        Assert.Equal(30, targets.Count);
        foreach (var (from, @event, to, _) in ProvisionStateMachine.Transitions)
        {
            var node = new NodeRow { ProvisionState = from, TargetProvisionState = "before" };
            var entry = ProvisionStateMachine.Move(node, @event, Now);
            Assert.Equal((to, targets[to], Now), (node.ProvisionState, node.TargetProvisionState, node.ProvisionUpdatedAt!.Value));
            Assert.Equal((from, to, targets[to]), (entry.FromState, entry.ToState, entry.TargetState));
            var other = new NodeRow { ProvisionState = from };
            ProvisionStateMachine.Move(other, @event, Now, "manageable");
            Assert.Equal(targets[to] is null ? null : "manageable", other.TargetProvisionState);
        }
    }

    [Fact]
    public void Every_state_of_the_contract_is_a_state_of_the_machine()
    {
        var states = ProvisionStateMachine.Transitions.SelectMany(t => new[] { t.From, t.To }).ToHashSet();
        Assert.Equal(30, states.Count);
        Assert.All(states, s => Assert.NotEqual(ProvisionState.Unspecified, ProvisionStates.ToApi(s)));
        Assert.Equal(30, states.Select(s => ProvisionStates.ToApi(s)).Distinct().Count());
    }

    [Fact]
    public void The_states_that_end_by_themselves_are_Ironics() =>
        Assert.All(Rows("state_list.csv"), row => Assert.Equal(row["in_UNSTABLE"] == "yes", ProvisionStates.IsUnstable(row["state"])));

    [Fact]
    public void What_is_no_edge_is_refused_and_changes_nothing()
    {
        var node = new NodeRow { Uuid = "u", ProvisionState = "enroll" };
        Assert.Equal(ErrorReason.InvalidStateRequested, Assert.Throws<IronicException>(() => ProvisionStateMachine.Move(node, "provide", Now)).Reason);
        Assert.Equal(("enroll", null), (node.ProvisionState, node.ProvisionUpdatedAt));
    }
}
