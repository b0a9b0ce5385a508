using System.Globalization;
using Ironic.Drivers.Ipmi.Protocol;
using Ironic.Drivers.Ipmi.Tests.Support;

namespace Ironic.Drivers.Ipmi.Tests.Protocol;

public sealed class BridgingTests
{
    private static readonly IpmiRequest GetDeviceId = new(NetworkFunction.Application, Command.GetDeviceId);

    [Theory]
    [InlineData("\"ipmi_bridging\": \"single\", \"ipmi_target_channel\": 7, \"ipmi_target_address\": \"0x72\"", "-b 7 -t 0x72")]
    [InlineData(
        "\"ipmi_bridging\": \"dual\", \"ipmi_target_channel\": 7, \"ipmi_target_address\": \"0x72\", \"ipmi_transit_channel\": 0, \"ipmi_transit_address\": \"0x82\"",
        "-B 0 -T 0x82 -b 7 -t 0x72")]
    public async Task Commands_are_wrapped_as_ipmitool_wraps_them(string driverInfo, string arguments)
    {
        await using var bmc = new SimulatedBmc();
        await using var pool = new TestPool();

        await Assert.ThrowsAnyAsync<InvalidOperationException>(() => Ipmitool.RunAsync(bmc.Port, bmc.User, bmc.Password, 3, [.. arguments.Split(' '), "raw", "0x06", "0x01"]));
        var theirs = bmc.Commands.First(IsBridged);
        var before = bmc.Commands.Count;
        await Assert.ThrowsAnyAsync<Driver.Sdk.DriverException>(() => pool.Vendor.SendRaw(TestNodes.Create(bmc.Port, more: driverInfo), "0x06 0x01", CancellationToken.None));
        var ours = bmc.Commands.Skip(before).First(IsBridged);

        Assert.Equal(string.Join('\n', WithoutSequences(theirs)), string.Join('\n', WithoutSequences(ours)));

        static bool IsBridged(string command) => command.StartsWith("06 34", StringComparison.Ordinal) && command.Contains(" 01 ", StringComparison.Ordinal);
    }

    [Fact]
    public void A_local_address_is_where_commands_come_from()
    {
        var bridging = new Bridging(new BridgeHop(7, 0x72), new BridgeHop(0, 0x82), 0x24);

        var wrapped = bridging.Wrap(GetDeviceId, 1);

        Assert.True(LanMessage.TryDecode(wrapped.Data[1..], out var first));
        Assert.True(LanMessage.TryDecode(first.Data[1..], out var second));
        Assert.Equal((0x82, 0x24, 0x72, 0x24), (first.Destination, first.Source, second.Destination, second.Source));
    }

    [Fact]
    public void An_answer_inside_of_an_answer_is_found()
    {
        const byte sequence = 9;
        var inner = new LanMessage(0x20, 0x07, 0, 0x72, sequence, 0, Command.GetDeviceId, (byte[])[0, 0x42]).Encode();
        var middle = new LanMessage(0x20, 0x07, 0, 0x82, sequence, 0, Command.SendMessage, (byte[])[0, .. inner]).Encode();
        var outer = new LanMessage(0x81, 0x07, 0, 0x20, sequence, 0, Command.SendMessage, (byte[])[0, .. middle]);

        Assert.True(Bridging.TryUnwrap(outer, GetDeviceId, sequence, out var response));
        Assert.Equal((CompletionCode.Ok, 0x42), (response.Code, response.Data.Span[0]));
        Assert.False(Bridging.TryUnwrap(outer, GetDeviceId, sequence + 1, out _));
    }

    [Fact]
    public void An_answer_of_its_own_is_found_and_the_receipt_before_it_is_none()
    {
        var receipt = new LanMessage(0x81, 0x07, 0, 0x20, 9, 0, Command.SendMessage, (byte[])[0]);
        var answer = new LanMessage(0x81, 0x07, 0, 0x72, 9, 0, Command.GetDeviceId, (byte[])[0xC1]);

        Assert.False(Bridging.TryUnwrap(receipt, GetDeviceId, 9, out _));
        Assert.True(Bridging.TryUnwrap(answer, GetDeviceId, 9, out var response));
        Assert.Equal(CompletionCode.InvalidCommand, response.Code);
    }

    [Fact]
    public void The_refusal_of_a_hop_is_the_answer()
    {
        var refusal = new LanMessage(0x81, 0x07, 0, 0x20, 9, 0, Command.SendMessage, (byte[])[0xD3]);

        Assert.True(Bridging.TryUnwrap(refusal, GetDeviceId, 9, out var response));
        Assert.Equal(CompletionCode.DestinationUnavailable, response.Code);
    }

    /// <summary>The bytes of a Send Message without sequence numbers, and so without the checksums over them.</summary>
    private static List<string> WithoutSequences(string command)
    {
        var bytes = command.Split(' ').Select(word => byte.Parse(word, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToArray();
        var layers = new List<string>();
        ReadOnlyMemory<byte> rest = bytes.AsMemory(2);
        while (rest.Length > 1 && LanMessage.TryDecode(rest[1..], out var message))
        {
            layers.Add($"channel {rest.Span[0]:x2}: {message with { Sequence = 0, Data = default }}");
            rest = message.Command == Command.SendMessage ? message.Data : default;
        }

        Assert.NotEmpty(layers);
        return layers;
    }
}
