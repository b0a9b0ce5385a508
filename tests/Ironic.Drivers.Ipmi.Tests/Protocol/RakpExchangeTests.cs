using System.Buffers.Binary;
using Ironic.Drivers.Ipmi.Protocol;

namespace Ironic.Drivers.Ipmi.Tests.Protocol;

/// <summary>The key exchange, against codes that Python's hmac has computed from the same numbers.</summary>
public sealed class RakpExchangeTests
{
    private const uint ConsoleId = 0x01020305;
    private const uint ControllerId = 0xA0B0C0D0;
    private const byte Tag = 0x5A;

    [Theory]
    [InlineData(3, "7a0231d5d28f085db468284ee99ca7017e75046d", "eca9a658c56e8aa8e3448d0c76c5192323ba1788", "bf02a157f161fb5872e1f53b")]
    [InlineData(17, "c05be78d6acf5893d8f8ef4c35b96e76c02c6aedb7a7a6037cc84216d9f6e9a8", "629c30bea0774676f158a95260cc98499d1db31c01fe28c7cb8ee34fed40c96f", "216a2885401a5f3aaa483bc523668846")]
    public void The_codes_are_those_of_the_specification(int suite, string second, string third, string fourth)
    {
        var exchange = Create(suite);

        Assert.Equal(RakpStatus.Ok, exchange.ReadOpenSessionResponse(OpenSessionResponse(suite)));
        var first = exchange.CreateMessage1();
        Assert.Equal((ControllerId, 0x14, 5), (BinaryPrimitives.ReadUInt32LittleEndian(first.AsSpan(4)), first[24], first[27]));
        Assert.Equal("admin"u8.ToArray(), first[28..]);
        Assert.Equal(RakpStatus.Ok, exchange.ReadMessage2(Message2(second)));
        Assert.Equal(third, Convert.ToHexStringLower(exchange.CreateMessage3().AsSpan(8)));
        Assert.Equal(RakpStatus.Ok, exchange.ReadMessage4(Answer(RakpStatus.Ok, Convert.FromHexString(fourth))));
        using var keys = exchange.CreateKeys();
        Assert.Equal(suite, keys.Suite.Id);
    }

    [Fact]
    public void A_controller_that_does_not_know_the_password_is_found_out()
    {
        var exchange = Create(3);
        exchange.ReadOpenSessionResponse(OpenSessionResponse(3));

        Assert.Equal(RakpStatus.InvalidIntegrityCheck, exchange.ReadMessage2(Message2("7a0231d5d28f085db468284ee99ca7017e75046c")));
    }

    [Fact]
    public void Weaker_algorithms_than_asked_for_are_not_taken() => Assert.Equal(RakpStatus.NoCipherSuiteMatch, Create(17).ReadOpenSessionResponse(OpenSessionResponse(3)));

    [Fact]
    public void Answers_to_others_and_cut_answers_are_none()
    {
        var exchange = Create(3);
        var answer = OpenSessionResponse(3);

        Assert.Null(exchange.ReadOpenSessionResponse(answer.AsSpan(0, 35)));
        Assert.Null(exchange.ReadOpenSessionResponse(answer.AsSpan(0, 7)));
        Assert.Null(exchange.ReadOpenSessionResponse([(byte)(Tag + 1), .. answer[1..]]));
        Assert.Null(exchange.ReadOpenSessionResponse([.. answer[..4], 9, 9, 9, 9, .. answer[8..]]));
        Assert.Null(exchange.ReadMessage2(Message2("00")));
    }

    [Theory]
    [InlineData(0x0D, "unauthorized name")]
    [InlineData(0x01, "insufficient resources")]
    [InlineData(0x7F, "0x7f")]
    public void Refusals_are_told(byte status, string expected)
    {
        var read = Create(3).ReadOpenSessionResponse(Answer((RakpStatus)status, []));

        Assert.Equal((RakpStatus)status, read);
        Assert.Contains(expected, read!.Value.Describe(), StringComparison.Ordinal);
    }

    private static RakpExchange Create(int suite) => new(
        CipherSuite.Find(suite)!, PrivilegeLevel.Administrator, new IpmiCredentials("admin", "secret", []), Tag, ConsoleId, Range(0));

    private static byte[] OpenSessionResponse(int suite)
    {
        var found = CipherSuite.Find(suite)!;
        return
        [
            .. Answer(RakpStatus.Ok, Bytes(ControllerId)), 0, 0, 0, 8, found.Authentication, 0, 0, 0, 1, 0, 0, 8, found.Integrity, 0, 0, 0, 2, 0, 0, 8, 1, 0, 0, 0,
        ];
    }

    private static byte[] Message2(string code) => Answer(RakpStatus.Ok, [.. Range(16), .. Range(32), .. Convert.FromHexString(code)]);

    private static byte[] Answer(RakpStatus status, byte[] rest) => [Tag, (byte)status, 4, 0, .. Bytes(ConsoleId), .. rest];

    private static byte[] Range(int start) => [.. Enumerable.Range(start, 16).Select(i => (byte)i)];

    private static byte[] Bytes(uint value)
    {
        var bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }
}
