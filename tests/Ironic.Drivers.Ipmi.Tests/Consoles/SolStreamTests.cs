using System.Text;
using Ironic.Drivers.Ipmi.Consoles;
using Ironic.Drivers.Ipmi.Protocol;

namespace Ironic.Drivers.Ipmi.Tests.Consoles;

/// <summary>Sequence numbers, acknowledgements and repetitions of the serial console (IPMI 2.0, section 15.11).</summary>
public sealed class SolStreamTests
{
    private readonly SolStream _stream = new();

    [Fact]
    public void A_text_is_numbered_from_1_to_15_and_over_again()
    {
        var numbers = new List<byte>();
        for (var i = 0; i < 16; i++)
        {
            _stream.Begin("ab"u8.ToArray(), out var packet);
            Assert.Equal([packet[0], 0, 0, 0, (byte)'a', (byte)'b'], packet);
            numbers.Add(packet[0]);
        }

        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 1], numbers);
    }

    [Theory]
    [InlineData(new byte[] { 0, 1, 3, 0 }, 3, false)]
    [InlineData(new byte[] { 0, 1, 2, 0 }, 2, false)]
    [InlineData(new byte[] { 0, 1, 0, 0 }, 3, false)]
    [InlineData(new byte[] { 0, 1, 200, 0 }, 3, false)]
    [InlineData(new byte[] { 0, 1, 1, 0x40 }, 1, true)]
    [InlineData(new byte[] { 0, 1, 0, 0x60 }, 0, true)]
    [InlineData(new byte[] { 0, 1, 0, 0x20 }, 0, true)]
    [InlineData(new byte[] { 5, 1, 3, 0, 0x41 }, 3, false)]
    internal async Task A_text_is_answered(byte[] payload, int accepted, bool refused)
    {
        var answered = _stream.Begin("abc"u8.ToArray(), out _);

        Assert.True(_stream.TryReceive(payload, out _));

        Assert.Equal(new SolAnswer(accepted, refused), await answered);
    }

    [Fact]
    public void What_answers_another_text_is_no_answer()
    {
        _stream.Begin("a"u8.ToArray(), out _);
        var second = _stream.Begin("b"u8.ToArray(), out _);

        Receive([0, 1, 1, 0]);
        Receive([0, 0, 1, 0]);
        Receive([0, 3, 1, 0]);
        Assert.False(second.IsCompleted);

        Receive([0, 2, 1, 0]);
        Receive([0, 2, 1, 0]);
        Assert.True(second.IsCompletedSuccessfully);
    }

    [Fact]
    public void A_text_that_comes_again_is_acknowledged_again_and_not_shown_again()
    {
        var first = Receive([1, 0, 0, 0, .. "abc"u8]);
        var again = Receive([1, 0, 0, 0, .. "abc"u8]);
        var longer = Receive([1, 0, 0, 0, .. "abcde"u8]);
        var shorter = Receive([1, 0, 0, 0, .. "ab"u8]);
        var longerAgain = Receive([1, 0, 0, 0, .. "abcde"u8]);

        Assert.Equal(["abc", "", "de", "", ""], new[] { first, again, longer, shorter, longerAgain }.Select(Text));
        Assert.Equal([0, 1, 3, 0], first.Reply);
        Assert.Equal([0, 1, 3, 0], again.Reply);
        Assert.Equal([0, 1, 5, 0], longer.Reply);
    }

    [Fact]
    public void A_repetition_that_takes_the_longer_way_is_not_shown_again()
    {
        Receive([15, 0, 0, 0, .. "a"u8]);
        Receive([1, 0, 0, 0, .. "b"u8]);

        var late = Receive([15, 0, 0, 0, .. "a"u8]);

        Assert.Equal(("", (byte)15), (Text(late), late.Reply![1]));
        Assert.Equal("c", Text(Receive([2, 0, 0, 0, .. "c"u8])));
    }

    [Fact]
    public void Numbers_that_the_controller_has_given_up_are_not_waited_for()
    {
        Receive([1, 0, 0, 0, .. "a"u8]);

        Assert.Equal("d", Text(Receive([4, 0, 0, 0, .. "d"u8])));
    }

    [Fact]
    public void What_carries_no_text_is_not_acknowledged()
    {
        var receipt = Receive([0, 0, 0, 0x18]);

        Assert.Null(receipt.Reply);
        Assert.Equal(SolStatus.Deactivating | SolStatus.TransmitOverrun, receipt.Status);
        Assert.Equal([0, 3, 0, 0], Receive([3, 0, 0, 0]).Reply);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(260)]
    [InlineData(1400)]
    public void Malformed_packets_have_no_effect(int length)
    {
        var payload = new byte[length];
        if (length > 1)
            (payload[0], payload[1]) = (1, 1);
        var answered = _stream.Begin("a"u8.ToArray(), out _);

        Assert.False(_stream.TryReceive(payload, out _));

        Assert.False(answered.IsCompleted);
        Assert.Equal("x", Text(Receive([1, 0, 0, 0, .. "x"u8])));
    }

    private SolReceipt Receive(byte[] payload)
    {
        Assert.True(_stream.TryReceive(payload, out var receipt));
        return receipt;
    }

    private static string Text(SolReceipt receipt) => Encoding.ASCII.GetString(receipt.Text.Span);
}
