using Ironic.Api.V1;
using Ironic.Conductor.Contracts;
using Ironic.Hosting.Errors;
using Ironic.Types.V1;

namespace Ironic.Conductor.Tests.Contracts;

public sealed class ContractRulesTests
{
    public static TheoryData<string, Action<DeployTemplate>, ErrorReason> Broken() => new()
    {
        { "no name", t => t.Name = "", ErrorReason.MissingParameterValue },
        { "long name", t => t.Name = new string('x', 256), ErrorReason.InvalidParameterValue },
        { "no text", t => t.Name = "a\0", ErrorReason.InvalidParameterValue },
        { "no steps", t => t.Steps.Clear(), ErrorReason.MissingParameterValue },
        { "no interface", t => t.Steps[0].Interface = StepInterface.Unspecified, ErrorReason.MissingParameterValue },
        { "unknown interface", t => t.Steps[0].Interface = (StepInterface)99, ErrorReason.InvalidParameterValue },
        { "no priority", t => t.Steps[0].ClearPriority(), ErrorReason.MissingParameterValue },
        { "negative priority", t => t.Steps[0].Priority = -1, ErrorReason.InvalidParameterValue },
        { "no args", t => t.Steps[0].Args = null, ErrorReason.MissingParameterValue },
        { "args that are no object", t => t.Steps[0].Args.Text = "[]", ErrorReason.InvalidParameterValue },
        { "args that are no JSON", t => t.Steps[0].Args.Text = "{\"a\":}", ErrorReason.InvalidParameterValue },
        { "extra that is no object", t => t.Extra = new Json { Text = "1" }, ErrorReason.InvalidParameterValue },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void What_the_contract_forbids_is_refused(string what, Action<DeployTemplate> change, ErrorReason reason)
    {
        Assert.NotEmpty(what);
        var template = Template();
        ContractRules.Check(template);
        change(template);
        Assert.Equal(reason, Assert.Throws<IronicException>(() => ContractRules.Check(template)).Reason);
    }

    [Fact]
    public void Lengths_are_in_characters()
    {
        var template = Template();
        template.Name = string.Concat(Enumerable.Repeat("😀", 255));
        ContractRules.Check(template);
    }

    private static DeployTemplate Template() => new()
    {
        Name = "CUSTOM_A",
        Steps = { new DeployStep { Interface = StepInterface.Bios, Step = "s", Args = new Json { Text = "{}" }, Priority = 0 } },
    };
}
