using Ironic.Conductor.Traits;

namespace Ironic.Conductor.Tests.Traits;

public sealed class TraitRulesTests
{
    [Theory]
    [InlineData("HW_CPU_X86_VMX")]
    [InlineData("COMPUTE_VOLUME_EXTEND")]
    [InlineData("CUSTOM_A")]
    [InlineData("CUSTOM_9_")]
    public void It_is_a_trait(string text) => Assert.True(TraitRules.IsTrait(text));

    [Theory]
    [InlineData("")]
    [InlineData("CUSTOM_")]
    [InlineData("CUSTOM_a")]
    [InlineData("custom_A")]
    [InlineData("CUSTOM_A-B")]
    [InlineData("CUSTOM_A\n")]
    [InlineData("HW_CPU_X86_VMX ")]
    [InlineData("NOSUCH_TRAIT")]
    [InlineData("CUSTOM_Ä")]
    public void It_is_none(string text) => Assert.False(TraitRules.IsTrait(text));

    [Fact]
    public void A_trait_has_at_most_255_characters()
    {
        Assert.True(TraitRules.IsTrait("CUSTOM_" + new string('X', 248)));
        Assert.False(TraitRules.IsTrait("CUSTOM_" + new string('X', 249)));
    }
}
