using System.Net;
using System.Net.Sockets;
using Ironic.BmcSimulator.Faults;
using Ironic.BmcSimulator.Ipmi;
using Ironic.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Ironic.BmcSimulator.Tests.Ipmi;

/// <summary>What comes from the network need not be IPMI.</summary>
public sealed class PacketTests
{
    private const int Packets = 20_000;

    // From the ASF specification: a ping of tag 9.
    private static readonly byte[] Ping = [6, 0, 0xFF, 6, 0, 0, 0x11, 0xBE, 0x80, 9, 0, 0];

    [Fact]
    public async Task Two_requests_at_the_same_time_are_told_from_one_that_comes_again()
    {
        var limit = TimeSpan.FromSeconds(30);
        var time = new FakeTimeProvider();
        await using var fleet = await SimulatedFleet.StartAsync(new FleetOptions { IpmiServers = 1, Time = time, Ipmi = new IpmiBehaviour { AnswerDelay = TimeSpan.FromMinutes(1) } });
        var counters = fleet.Servers[0].IpmiCounters;
        using var client = new UdpClient();
        client.Connect(new IPEndPoint(IPAddress.Loopback, fleet.Servers[0].IpmiPort!.Value));

        await client.SendAsync(Ping);
        await client.SendAsync(Ping);
        await Eventually.ThatAsync(() => fleet.PacketsReceived == 2, limit, "both have arrived");
        Assert.Equal((1, 1), (counters.RequestsNow, counters.PeakRequests));
        byte[] another = [.. Ping];
        another[9]++;
        await client.SendAsync(another);
        await Eventually.ThatAsync(() => counters.RequestsNow == 2, limit, "another is under way");
        time.Advance(TimeSpan.FromMinutes(1));

        await Eventually.ThatAsync(() => counters.RequestsNow == 0, limit, "all are answered");
        Assert.Equal(2, counters.PeakRequests);
    }

    [Fact]
    public async Task Lost_packets_or_their_answers_are_lost()
    {
        const int lost = 20;
        await using var fleet = await SimulatedFleet.StartAsync(new FleetOptions { IpmiServers = 1 });
        using var client = new UdpClient();
        client.Connect(new IPEndPoint(IPAddress.Loopback, fleet.Servers[0].IpmiPort!.Value));
        fleet.Servers[0].Faults.Add(new Fault(FaultKind.Lost) { Times = lost });

        for (var i = 0; i < lost; i++)
            await client.SendAsync(Ping);
        await Eventually.ThatAsync(() => fleet.PacketsReceived == lost, TimeSpan.FromSeconds(30), "all have arrived");
        byte[] another = [.. Ping];
        another[9]++;
        await client.SendAsync(another);

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        Assert.Equal(another[9], (await client.ReceiveAsync(limit.Token)).Buffer[9]);
        Assert.Equal(lost, fleet.Servers[0].IpmiCounters.FaultsMet);
    }

    [Fact]
    public async Task It_lives_through_garbage_and_answers_pings()
    {
        await using var fleet = await SimulatedFleet.StartAsync(new FleetOptions { IpmiServers = 1 });
        using var client = new UdpClient();
        client.Connect(new IPEndPoint(IPAddress.Loopback, fleet.Servers[0].IpmiPort!.Value));
        var random = new Random(1);
        byte[][] beginnings = [[], [6, 0, 0xFF, 7, 0], [6, 0, 0xFF, 7, 2], [6, 0, 0xFF, 7, 6, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 32, 0], [6, 0, 0xFF, 7, 6, 0x12, 0, 0, 0, 0, 0, 0, 0, 0, 40, 0], [6, 0, 0xFF, 7, 6, 0xC0, 1, 2, 3, 4]];

        for (var i = 0; i < Packets; i++)
        {
            var rest = new byte[random.Next(80)];
            random.NextBytes(rest);
            await client.SendAsync((byte[])[.. beginnings[i % beginnings.Length], .. rest]);
        }

        // What it answered to garbage comes first, or was lost where there was no room for it.
        UdpReceiveResult pong;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        do
        {
            await client.SendAsync(Ping, limit.Token);
            pong = await client.ReceiveAsync(limit.Token);
        }
        while (pong.Buffer[3] != 6);
        Assert.Equal([0x40, 9], pong.Buffer[8..10]);
        Assert.True(fleet.Servers[0].IpmiCounters.ProtocolErrors > 0);
        Assert.Equal(0, fleet.Servers[0].IpmiCounters.SessionsOpened);
    }
}
