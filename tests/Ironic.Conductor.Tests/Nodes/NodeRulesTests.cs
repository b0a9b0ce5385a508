using Ironic.Api.V1;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Storage;
using Ironic.Hosting.Errors;
using Ironic.Hosting.Requests;

namespace Ironic.Conductor.Tests.Nodes;

public sealed class NodeRulesTests
{
    [Theory]
    [InlineData("node-1", 82, true)]
    [InlineData("Node_1.rack~2", 82, true)]
    [InlineData("Node_1", 9, false)]
    [InlineData("node-1.rack_2.", 9, true)]
    [InlineData("-node", 9, false)]
    [InlineData("a b", 82, false)]
    [InlineData("", 82, false)]
    [InlineData("x\n", 82, false)]
    [InlineData("5f000000-0000-4000-8000-0000000000aa", 82, false)]
    [InlineData("5F0000000000400080000000000000AA", 82, false)]
    [InlineData("detail", 82, false)]
    [InlineData("states", 82, false)]
    [InlineData("ports", 82, true)]
    public void Names(string name, int version, bool valid)
    {
        void Check() => NodeRules.CheckName(name, new Microversion(version));
        if (valid)
            Check();
        else
            Assert.Equal(ErrorReason.InvalidName, Assert.Throws<IronicException>(Check).Reason);
    }

    [Fact]
    public void A_name_has_at_most_255_characters()
    {
        NodeRules.CheckName(new string('x', 255), Microversion.Newest);
        Assert.Throws<IronicException>(() => NodeRules.CheckName(new string('x', 256), Microversion.Newest));
    }

    [Theory]
    [InlineData("""{"cpus": 4, "memory_mb": "1024", "local_gb": 0}""", true)]
    [InlineData("""{"cpus": null, "other": -1}""", true)]
    [InlineData(null, true)]
    [InlineData("""{"cpus": "four"}""", false)]
    [InlineData("""{"memory_mb": -1}""", false)]
    [InlineData("""{"local_gb": 1.5}""", false)]
    [InlineData("""{"local_gb": []}""", false)]
    public void Sizes_are_non_negative_integers(string? properties, bool valid)
    {
        void Check() => NodeRules.CheckProperties(new NodeRow { Properties = properties });
        if (valid)
            Check();
        else
            Assert.Equal(ErrorReason.InvalidParameterValue, Assert.Throws<IronicException>(Check).Reason);
    }

    [Fact]
    public void A_conductor_group_is_lower_case_and_plain()
    {
        Assert.Equal("rack-1", NodeRules.NormalizeConductorGroup("Rack-1"));
        Assert.Equal("", NodeRules.NormalizeConductorGroup(""));
        Assert.Throws<IronicException>(() => NodeRules.NormalizeConductorGroup("no such!"));
    }
}
