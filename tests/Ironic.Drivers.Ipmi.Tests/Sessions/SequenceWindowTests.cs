using Ironic.Drivers.Ipmi.Sessions;

namespace Ironic.Drivers.Ipmi.Tests.Sessions;

public sealed class SequenceWindowTests
{
    [Theory]
    [InlineData(new uint[] { 1, 2, 3 }, new[] { true, true, true })]
    [InlineData(new uint[] { 5, 5 }, new[] { true, false })]
    [InlineData(new uint[] { 5, 7, 6, 6, 7 }, new[] { true, true, true, false, false })]
    [InlineData(new uint[] { 5, 21, 22, 38, 55 }, new[] { true, true, true, true, false })]
    [InlineData(new uint[] { 20, 5, 4 }, new[] { true, true, false })]
    [InlineData(new uint[] { uint.MaxValue, 1, 0, uint.MaxValue }, new[] { true, true, true, false })]
    public void A_sequence_number_is_taken_once_and_near_the_others(uint[] numbers, bool[] expected)
    {
        var window = new SequenceWindow(ahead: 16, behind: 15);

        Assert.Equal(expected, numbers.Select(window.Accept));
    }
}
