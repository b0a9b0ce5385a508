using System.Net;
using System.Net.Sockets;
using System.Text;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Ipmi.Tests.Support;
using Ironic.Testing;

namespace Ironic.Drivers.Ipmi.Tests.Sim;

/// <summary>The serial console of OpenIPMI's simulator, behind which the test itself is the machine.</summary>
public sealed class SolTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Text_goes_both_ways_beside_commands()
    {
        using var machine = new TcpListener(IPAddress.Loopback, 0);
        machine.Start();
        await using var simulator = await IpmiSimulator.StartAsync(((IPEndPoint)machine.LocalEndpoint).Port);
        await using var pool = new TestPool();
        var node = TestNodes.Create(simulator.Port, more: $"\"ipmi_terminal_port\": {FreePort.Next()}");
        await pool.Console.StartConsoleAsync(node, CancellationToken.None);
        using var client = await ConsoleClient.ConnectAsync(pool.Consoles.Find(node.Uuid)!);
        using var line = await machine.AcceptTcpClientAsync().WaitAsync(Limit);
        var serial = line.GetStream();

        await client.TypeAsync("from the client");
        var typed = new byte["from the client".Length];
        await serial.ReadExactlyAsync(typed).AsTask().WaitAsync(Limit);
        Assert.Equal("from the client", Encoding.ASCII.GetString(typed));
        await serial.WriteAsync("from the machine"u8.ToArray());
        await client.WaitForAsync("from the machine");

        simulator.Power = "1";
        Assert.Equal(PowerState.On, await pool.Power.GetPowerStateAsync(node, CancellationToken.None));
        var text = string.Concat(Enumerable.Range(0, 1000).Select(i => $"{i:d4} "));
        var sending = client.TypeAsync(text);
        typed = new byte[text.Length];
        await serial.ReadExactlyAsync(typed).AsTask().WaitAsync(Limit);
        await sending;
        Assert.Equal(text, Encoding.ASCII.GetString(typed));
        await serial.WriteAsync(Encoding.ASCII.GetBytes(text));
        await client.WaitForAsync(text[^20..]);
        Assert.EndsWith($"from the machine{text}", client.Shown, StringComparison.Ordinal);
        Assert.Equal(1, pool.Pool.SessionCount);

        await pool.Console.StopConsoleAsync(node, CancellationToken.None);
        await client.WaitForEndAsync();
    }
}
