using Ironic.Driver.Sdk;
using Ironic.Drivers.Ipmi.Commands;
using Ironic.Drivers.Ipmi.Consoles;
using Ironic.Drivers.Ipmi.Protocol;
using Ironic.Drivers.Ipmi.Sessions;
using Ironic.Drivers.Ipmi.Tests.Support;

namespace Ironic.Drivers.Ipmi.Tests.Protocol;

/// <summary>Malformed packets: decoders say no, and calls end with an error of a class.</summary>
public sealed class FuzzTests
{
    private const int Packets = 150_000;

    [Fact]
    public void Decoders_take_nothing_that_is_malformed_and_never_fail()
    {
        var random = new Random(20260101);
        using var keys = new SessionKeys(CipherSuite.Three, new byte[20]);
        using var session = new Session20Codec(keys, 1, 2);
        var rakp = new RakpExchange(CipherSuite.Seventeen, PrivilegeLevel.Administrator, new IpmiCredentials("u", "p", []), 1, 1, new byte[16]);
        var console = new SolStream();
        byte[][] seeds =
        [
            new Ipmi20Packet(PayloadType.IpmiMessage, 1, 1, new byte[20]).Encode(keys),
            new Ipmi20Packet(PayloadType.OpenSessionResponse, 0, 0, new byte[36]).Encode(),
            new Ipmi20Packet(PayloadType.RakpMessage2, 0, 0, new byte[72]).Encode(),
            new Ipmi15Packet(AuthenticationType.None, 0, 0, new LanMessage(0x81, 7, 0, 0x20, 1, 0, 0x38, new byte[9]).Encode()).Encode(),
            new Ipmi15Packet(AuthenticationType.Md5, 1, 1, new byte[20]).Encode(new byte[16]),
        ];
        var authentic = 0;
        for (var i = 0; i < Packets; i++)
        {
            ReadOnlyMemory<byte> packet = Mutate(seeds[i % seeds.Length], random);
            if (session.TryUnwrap(packet, out _))
                authentic++;
            if (Ipmi20Packet.TryDecode(packet, out var opening))
            {
                rakp.ReadOpenSessionResponse(opening.Payload.Span);
                rakp.ReadMessage2(opening.Payload.Span);
                rakp.ReadMessage4(opening.Payload.Span);
            }

            if (Ipmi15Packet.TryDecode(packet, new byte[16], out var old))
                LanMessage.TryDecode(old.Payload, out _);
            LanMessage.TryDecode(packet, out var message);
            Bridging.TryUnwrap(message, new IpmiRequest(NetworkFunction.Application, 1), 1, out _);
            CipherSuiteQuery.Parse([.. packet.Span]);
            Ipmi20Packet.IsSerialOverLan(packet.Span);
            console.TryReceive(packet, out _);
            console.TryReceive(opening.Payload, out _);
        }

        // A mutation may change nothing that is looked at, and the packet is then taken once at most.
        Assert.InRange(authentic, 0, 1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Calls_end_with_an_error_of_a_class(bool inSession)
    {
        var random = new Random(7);
        await using var bmc = new SimulatedBmc();
        // Half of what it sends is broken: whole packets, or (inside of the encryption) the answers to commands.
        if (inSession)
            bmc.Answers = _ => Mutate([0, 1, 0x80, 4, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0], random);
        else
            bmc.Sends = packet => [Mutate(packet, random), Mutate(packet, random)];
        await using var pool = new TestPool(options =>
        {
            options.RetransmitAfter = options.MaximumRetransmitAfter = TimeSpan.FromMilliseconds(5);
            options.Attempts = 2;
            options.CircuitThreshold = 1000;
            options.RefusedCredentialsPause = TimeSpan.Zero;
        });

        for (var i = 0; i < 100; i++)
        {
            try
            {
                await pool.Client.UseAsync(
                    TestNodes.Create(bmc.Port),
                    channel => (i % 3) switch { 0 => channel.GetDeviceIdAsync(), 1 => channel.GetBootFlagsAsync(), _ => (Task)channel.GetPowerStateAsync() },
                    CancellationToken.None);
            }
            catch (DriverException exception)
            {
                Assert.NotEqual(ErrorClass.Internal, exception.Class);
            }
        }
    }

    private static byte[] Mutate(byte[] seed, Random random)
    {
        var bytes = (byte[])seed.Clone();
        switch (random.Next(5))
        {
            case 0:
                return bytes[..random.Next(bytes.Length + 1)];
            case 1:
                var longer = new byte[bytes.Length + random.Next(300)];
                random.NextBytes(longer);
                bytes.CopyTo(longer, 0);
                return longer;
            case 2:
                var noise = new byte[random.Next(64)];
                random.NextBytes(noise);
                return noise;
            case 3 when bytes.Length > 0:
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                return bytes;
            default:
                for (var i = 0; i < 4 && bytes.Length > 0; i++)
                    bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                return bytes;
        }
    }
}
