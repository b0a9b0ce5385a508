using System.Text.Json.Nodes;
using Ironic.Conductor.Steps;
using Ironic.Conductor.Storage;

namespace Ironic.Conductor.Tests.Provisioning;

public sealed class NodeStepTests
{
    [Fact]
    public void A_given_step_is_stored_as_it_was_given()
    {
        const string Given = """[{"interface":"bios","step":"apply_configuration","args":{"settings":[{"name":"ä","value":null}]}},{"interface":"power","step":"hold"}]""";
        Assert.Equal(Given, NodeStep.WriteList(NodeStep.ReadList(JsonNode.Parse(Given))).ToJsonString(Ironic.Conductor.Nodes.JsonTexts.Verbatim));
    }

    [Fact]
    public void What_the_driver_says_of_it_is_shown()
    {
        var step = new NodeStep { Interface = "raid", Name = "delete_configuration", Priority = 0, Abortable = false };
        Assert.Equal("""{"interface":"raid","step":"delete_configuration","priority":0,"abortable":false}""", step.ToJson());
        Assert.Equal(step, NodeStep.Read(step.ToJson()));
    }

    [Theory]
    [InlineData("\"20\"", 20)]
    [InlineData("20", 20)]
    public void Priorities_may_be_texts(string priority, int expected) =>
        Assert.Equal(expected, NodeStep.ReadList(JsonNode.Parse($$"""[{"interface": "bios", "step": "x", "args": {}, "priority": {{priority}}}]"""))[0].Priority);

    [Fact]
    public void The_record_of_a_flow_keeps_the_other_members_and_says_that_its_steps_are_gone()
    {
        var node = new NodeRow { DriverInternalInfo = """{"mine":1}""" };
        var record = FlowRecord.Read(node, StepFlowKind.Cleaning);
        (record.Steps, record.Index, record.Operation, record.WithoutRamdisk) = ([new NodeStep { Interface = "bios", Name = "x" }], 0, "op", true);
        record.Write(node);
        Assert.Equal(
            """{"mine":1,"clean_steps":[{"interface":"bios","step":"x"}],"clean_step_index":0,"clean_step_operation":"op","cleaning_disable_ramdisk":true}""", node.DriverInternalInfo);

        FlowRecord.Stop(node, StepFlowKind.Cleaning);
        Assert.Equal("""{"mine":1,"clean_steps":[{"interface":"bios","step":"x"}],"cleaning_disable_ramdisk":true}""", node.DriverInternalInfo);
        FlowRecord.Wipe(node, StepFlowKind.Cleaning);
        Assert.Equal("""{"mine":1,"clean_steps":null}""", node.DriverInternalInfo);
    }
}
