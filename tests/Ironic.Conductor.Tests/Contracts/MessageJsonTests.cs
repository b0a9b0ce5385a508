using Ironic.Api.V1;
using Ironic.Conductor.Contracts;
using Ironic.Hosting.Errors;
using Ironic.Types.V1;

namespace Ironic.Conductor.Tests.Contracts;

public sealed class MessageJsonTests
{
    private const string Text = """[{"interface":"raid","step":"ż \"x\"","args":{"big": 12345678901234567890, "f": 1e3},"priority":0}]""";

    [Fact]
    public void A_list_reads_back_as_it_was_written()
    {
        var step = new DeployStep { Interface = StepInterface.Raid, Step = "ż \"x\"", Args = new Json { Text = """{"big": 12345678901234567890, "f": 1e3}""" }, Priority = 0 };
        Assert.Equal(Text, MessageJson.WriteList([step]));
        Assert.Equal(step, MessageJson.ReadList<DeployStep>(Text).Single());
    }

    [Fact]
    public void Unknown_members_are_left_out_and_digits_count_as_an_integer()
    {
        var step = MessageJson.ReadList<DeployStep>("""[{"x": [], "priority": "12", "step": "s", "args": {}, "interface": "bios"}]""").Single();
        Assert.Equal(12, step.Priority);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("""[{"step": "s", "args": {}, "priority": 1}]""")]
    [InlineData("""[{"interface": null, "step": "s", "args": {}, "priority": 1}]""")]
    [InlineData("""[{"interface": "Bios", "step": "s", "args": {}, "priority": 1}]""")]
    [InlineData("""[{"interface": 6, "step": "s", "args": {}, "priority": 1}]""")]
    [InlineData("""[{"interface": "bios", "step": 1, "args": {}, "priority": 1}]""")]
    [InlineData("""[{"interface": "bios", "step": "s", "args": "{}", "priority": 1}]""")]
    [InlineData("""[{"interface": "bios", "step": "s", "args": {}, "priority": 1.5}]""")]
    [InlineData("""[{"interface": "bios", "step": "s", "args": {}, "priority": "-1"}]""")]
    [InlineData("""[{"interface": "bios", "step": "s", "args": {}, "priority": 4294967296}]""")]
    public void What_does_not_fit_is_refused(string json) =>
        Assert.Equal(ErrorReason.PatchError, Assert.Throws<IronicException>(() => MessageJson.ReadList<DeployStep>(json)).Reason);
}
