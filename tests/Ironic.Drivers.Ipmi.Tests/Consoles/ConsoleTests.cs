using System.Net;
using System.Net.Sockets;
using Ironic.BmcSimulator;
using Ironic.BmcSimulator.Faults;
using Ironic.BmcSimulator.Machines;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Ipmi.Configuration;
using Ironic.Drivers.Ipmi.Protocol;
using Ironic.Drivers.Ipmi.Tests.Support;
using Ironic.Testing;
using PowerState = Ironic.Driver.Sdk.PowerState;

namespace Ironic.Drivers.Ipmi.Tests.Consoles;

/// <summary>Serial consoles, from the client's TCP connection to the simulated controller, which greets and echoes.</summary>
public sealed class ConsoleTests
{
    private const string Login = "bmc login: ";
    private const byte ActivatePayload = 0x48;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(3)]
    [InlineData(17)]
    public async Task Text_goes_both_ways(int suite)
    {
        await using var bmc = new SimulatedBmc { Suites = [suite] };
        await using var pool = new TestPool();
        using var client = await OpenAsync(pool, bmc);

        await client.WaitForAsync(Login);
        await client.TypeAsync("hello\r");
        await client.WaitForAsync("hello\r\n");
        var many = string.Concat(Enumerable.Range(0, 500).Select(i => $"{i:d5} "));
        await client.TypeAsync(many);
        await client.WaitForAsync(many);

        Assert.Equal($"\r\nbmc console\r\n{Login}hello\r\n{many}", client.Shown);
        Assert.Equal(1, Activations(bmc));
    }

    [Fact]
    public async Task Commands_go_on_in_the_same_session()
    {
        await using var bmc = new SimulatedBmc { PowerIsOn = true };
        await using var pool = new TestPool();
        using var client = await OpenAsync(pool, bmc);
        await client.WaitForAsync(Login);

        for (var i = 0; i < 20; i++)
        {
            var reading = pool.Power.GetPowerStateAsync(TestNodes.Create(bmc.Port), CancellationToken.None);
            await client.TypeAsync($"line {i}\r");
            await client.WaitForAsync($"line {i}\r\n");
            Assert.Equal(PowerState.On, await reading);
        }

        Assert.Equal((1, 1, 1, 1), (bmc.SessionsOpened, bmc.MostSessions, bmc.MostInFlight, Activations(bmc)));
    }

    [Fact]
    public async Task The_session_stays_open_as_long_as_the_console_is()
    {
        await using var bmc = new SimulatedBmc();
        await using var pool = new TestPool(options => options.SessionIdleTimeout = TimeSpan.Zero);
        using (var client = await OpenAsync(pool, bmc))
        {
            await client.WaitForAsync(Login);
            await pool.Pool.SweepOnceAsync();
            await client.TypeAsync("x");
            await client.WaitForAsync("x");
            Assert.Equal((1, 1), (bmc.SessionsOpened, bmc.OpenSessions));
        }

        await WaitForDeactivationAsync(bmc);
        await Eventually.ThatAsync(
            async () =>
            {
                await pool.Pool.SweepOnceAsync();
                return bmc.OpenSessions == 0;
            },
            Limit,
            "the session that nobody uses is closed");
    }

    [Fact]
    public async Task Nothing_is_lost_or_doubled_on_a_network_that_loses_a_third()
    {
        const double share = 0.33;
        var random = new Random(4711);
        await using var bmc = new SimulatedBmc
        {
            Loses = _ => Draw(),
            Sends = packet => Draw() ? [] : [packet],
        };
        await using var pool = new TestPool(options =>
        {
            options.RetransmitAfter = options.MaximumRetransmitAfter = TimeSpan.FromMilliseconds(20);
            options.Attempts = 30;
        });
        using var client = await OpenAsync(pool, bmc);
        await client.WaitForAsync(Login);

        var text = await TypeLinesAsync(client, lines: 30);

        Assert.Equal($"\r\nbmc console\r\n{Login}{text}", client.Shown);
        Assert.Equal((1, 1), (bmc.SessionsOpened, Activations(bmc)));

        bool Draw()
        {
            lock (random)
                return random.NextDouble() < share;
        }
    }

    [Fact]
    public async Task Nothing_is_lost_or_doubled_with_a_machine_of_the_simulator_that_loses_packets()
    {
        await using var fleet = await SimulatedFleet.StartAsync(new FleetOptions { IpmiServers = 1, Timings = MachineTimings.None });
        var server = fleet["ipmi-1"];
        await using var pool = new TestPool(options =>
        {
            options.RetransmitAfter = options.MaximumRetransmitAfter = TimeSpan.FromMilliseconds(20);
            options.Attempts = 30;
        });
        var node = TestNodes.Create(server.IpmiPort!.Value, fleet.Options.User, fleet.Options.Password, Port(FreePort.Next()));
        using var client = await OpenAsync(pool, node);
        await client.WaitForAsync("ipmi-1 login: ");
        server.Faults.Add(new Fault(FaultKind.Lost) { Probability = 0.3 });

        var text = await TypeLinesAsync(client, lines: 20);
        await pool.Power.GetPowerStateAsync(node, CancellationToken.None);

        Assert.EndsWith($"ipmi-1 login: {text}", client.Shown, StringComparison.Ordinal);
        Assert.Equal((1, 1), (server.IpmiCounters.SessionsOpened, server.IpmiCounters.PeakSessions));
    }

    [Fact]
    public async Task What_is_typed_after_a_restart_of_the_controller_comes_through()
    {
        await using var bmc = new SimulatedBmc();
        await using var pool = new TestPool(options => options.RetransmitAfter = options.MaximumRetransmitAfter = TimeSpan.FromMilliseconds(50));
        using var client = await OpenAsync(pool, bmc);
        await client.WaitForAsync(Login);

        bmc.Forget();
        await client.TypeAsync("still here\r");
        await client.WaitForAsync("still here\r\n");

        Assert.Equal((2, 1), (bmc.SessionsOpened, bmc.MostSessions));
    }

    [Fact]
    public async Task A_restart_of_the_controller_is_noticed_though_nobody_types()
    {
        await using var bmc = new SimulatedBmc();
        await using var pool = new TestPool(options =>
        {
            options.RetransmitAfter = options.MaximumRetransmitAfter = TimeSpan.FromMilliseconds(50);
            options.ConsoleKeepAlive = TimeSpan.FromMilliseconds(50);
        });
        using var client = await OpenAsync(pool, bmc);
        await client.WaitForAsync(Login);

        bmc.Forget();

        await client.WaitForAsync($"{Login}\r\nbmc console\r\n{Login}");
    }

    [Fact]
    public async Task A_controller_that_is_away_for_a_while_is_waited_for()
    {
        await using var bmc = new SimulatedBmc();
        await using var pool = new TestPool(options =>
        {
            options.RetransmitAfter = options.MaximumRetransmitAfter = TimeSpan.FromMilliseconds(20);
            options.ConsoleKeepAlive = TimeSpan.FromMilliseconds(20);
            options.CircuitThreshold = 1;
            options.CircuitPause = options.MaximumCircuitPause = TimeSpan.FromMilliseconds(50);
        });
        using var client = await OpenAsync(pool, bmc);
        await client.WaitForAsync(Login);

        var lost = 0;
        bmc.Loses = _ => Interlocked.Increment(ref lost) > 0;
        await client.TypeAsync("typed in the gap\r");
        await Eventually.ThatAsync(() => Volatile.Read(ref lost) > 50, Limit, "the controller is looked for");
        bmc.Forget();
        bmc.Loses = _ => false;

        await client.WaitForAsync("typed in the gap\r\n");
    }

    [Fact]
    public async Task A_console_that_somebody_else_has_is_taken()
    {
        var answered = 0;
        await using var bmc = new SimulatedBmc();
        bmc.Answers = command => command.Command == ActivatePayload && answered++ == 0 ? [0x80] : null;
        await using var pool = new TestPool();
        using var client = await OpenAsync(pool, bmc);

        await client.WaitForAsync(Login);

        Assert.Equal(["06 48", "06 49", "06 48"], bmc.Commands.Select(command => command[..5]));
    }

    [Theory]
    [InlineData(0x81)]
    [InlineData(0x83)]
    [InlineData(0xC1)]
    [InlineData(0xD4)]
    public async Task A_client_of_a_console_that_is_refused_is_disconnected(byte code)
    {
        await using var bmc = new SimulatedBmc { Answers = command => command.Command == ActivatePayload ? [code] : null };
        await using var pool = new TestPool();
        using var client = await OpenAsync(pool, bmc);

        await client.WaitForEndAsync();

        Assert.Equal("", client.Shown);
        Assert.Equal(1, Activations(bmc));
    }

    [Fact]
    public async Task A_console_at_another_port_is_refused()
    {
        const int otherPort = 7777;
        await using var bmc = new SimulatedBmc();
        bmc.Answers = command => command.Command == ActivatePayload ? [0, 0, 0, 0, 0, 0xD0, 0, 0xD0, 0, otherPort & 0xFF, otherPort >> 8, 0xFF, 0xFF] : null;
        await using var pool = new TestPool();
        var target = IpmiDriverInfo.Read(TestNodes.Create(bmc.Port)).Target;

        var exception = await Assert.ThrowsAsync<PermanentFailureException>(() => pool.Pool.UseConsoleAsync(target, _ => Task.FromResult(true), CancellationToken.None));

        Assert.Contains("7777", exception.Message, StringComparison.Ordinal);
        Assert.Equal(["06 48", "06 49"], bmc.Commands.Select(command => command[..5]));
    }

    [Fact]
    public async Task Ipmi_1_5_has_no_console()
    {
        await using var simulator = await IpmiSimulator.StartAsync();
        await using var pool = new TestPool();
        var target = IpmiDriverInfo.Read(TestNodes.Create(simulator.Port, more: "\"ipmi_protocol_version\": \"1.5\"")).Target;

        await Assert.ThrowsAnyAsync<DriverException>(() => pool.Pool.UseConsoleAsync(target, _ => Task.FromResult(true), CancellationToken.None));
    }

    [Fact]
    public async Task Packets_that_are_damaged_or_come_twice_are_not_shown()
    {
        await using var bmc = new SimulatedBmc();
        bmc.Sends = packet => IsConsole(packet) ? [packet[..20], Changed(packet, packet.Length - 1), Changed(packet, 40), packet, packet] : [packet];
        await using var pool = new TestPool();
        using var client = await OpenAsync(pool, bmc);
        await client.WaitForAsync(Login);

        var text = await TypeLinesAsync(client, lines: 5);

        Assert.Equal($"\r\nbmc console\r\n{Login}{text}", client.Shown);

        static bool IsConsole(byte[] packet) => Ipmi20Packet.IsSerialOverLan(packet);

        static byte[] Changed(byte[] packet, int at)
        {
            var changed = (byte[])packet.Clone();
            changed[at] ^= 0x20;
            return changed;
        }
    }

    [Fact]
    public async Task Stopping_closes_the_port_and_deactivates()
    {
        await using var bmc = new SimulatedBmc();
        await using var pool = new TestPool();
        var node = TestNodes.Create(bmc.Port, more: Port(FreePort.Next()));
        using var client = await OpenAsync(pool, node);
        await client.WaitForAsync(Login);
        var endpoint = pool.Consoles.Find(node.Uuid)!;

        await pool.Console.StopConsoleAsync(node, CancellationToken.None);

        await client.WaitForEndAsync();
        Assert.StartsWith("06 49 01 01", bmc.Commands.Last(), StringComparison.Ordinal);
        await Assert.ThrowsAsync<SocketException>(() => ConsoleClient.ConnectAsync(endpoint));
        await pool.Console.StopConsoleAsync(node, CancellationToken.None);
        await Assert.ThrowsAsync<RetryableException>(() => pool.Console.GetConsoleAsync(node, CancellationToken.None).AsTask());

        await pool.Console.StartConsoleAsync(node, CancellationToken.None);
        using var next = await ConsoleClient.ConnectAsync(endpoint);
        await next.WaitForAsync(Login);
    }

    [Fact]
    public async Task With_the_process_the_console_and_the_session_end()
    {
        await using var bmc = new SimulatedBmc();
        await using (var pool = new TestPool())
        {
            var client = await OpenAsync(pool, bmc);
            await client.WaitForAsync(Login);
            Assert.Equal(1, bmc.OpenSessions);
        }

        Assert.Equal(0, bmc.OpenSessions);
        Assert.StartsWith("06 49 01 01", bmc.Commands.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_client_at_a_time_is_served()
    {
        await using var bmc = new SimulatedBmc();
        await using var pool = new TestPool();
        var node = TestNodes.Create(bmc.Port, more: Port(FreePort.Next()));
        using (var first = await OpenAsync(pool, node))
        {
            await first.WaitForAsync(Login);
            using var second = await ConsoleClient.ConnectAsync(pool.Consoles.Find(node.Uuid)!);
            await second.WaitForEndAsync();
            Assert.Contains("in use by another client", second.Shown, StringComparison.Ordinal);
            await first.TypeAsync("mine");
            await first.WaitForAsync("mine");
        }

        await WaitForDeactivationAsync(bmc);
        using var third = await ConsoleClient.ConnectAsync(pool.Consoles.Find(node.Uuid)!);
        await third.WaitForAsync(Login);
        Assert.Equal((1, 2), (bmc.SessionsOpened, Activations(bmc)));
    }

    [Fact]
    public async Task The_last_words_of_a_client_are_passed_on()
    {
        await using var bmc = new SimulatedBmc();
        await using var pool = new TestPool();
        using var client = await OpenAsync(pool, bmc);
        await client.TypeAsync("reboot\r");
        client.EndTyping();

        await client.WaitForEndAsync();

        await WaitForDeactivationAsync(bmc);
        Assert.Equal(7, bmc.Typed);
    }

    [Fact]
    public async Task A_client_that_does_nothing_is_disconnected_after_a_while()
    {
        await using var bmc = new SimulatedBmc();
        await using var pool = new TestPool(options => options.ConsoleIdleTimeout = TimeSpan.FromMilliseconds(300));
        using var client = await OpenAsync(pool, bmc);

        await client.WaitForEndAsync();

        Assert.EndsWith(Login, client.Shown, StringComparison.Ordinal);
        await WaitForDeactivationAsync(bmc);
    }

    private static int Activations(SimulatedBmc bmc) => bmc.Commands.Count(command => command.StartsWith("06 48", StringComparison.Ordinal));

    private static Task WaitForDeactivationAsync(SimulatedBmc bmc) =>
        Eventually.ThatAsync(() => bmc.Commands.Any(command => command.StartsWith("06 49", StringComparison.Ordinal)), Limit, "the console is deactivated");

    private static string Port(int port) => $"\"ipmi_terminal_port\": {port}";

    private static Task<ConsoleClient> OpenAsync(TestPool pool, SimulatedBmc bmc) => OpenAsync(pool, TestNodes.Create(bmc.Port, more: Port(FreePort.Next())));

    private static async Task<ConsoleClient> OpenAsync(TestPool pool, NodeContext node)
    {
        await pool.Console.StartConsoleAsync(node, CancellationToken.None);
        var address = await pool.Console.GetConsoleAsync(node, CancellationToken.None);
        Assert.Equal("socat", address.Type);
        var url = new Uri(address.Url!);
        Assert.Equal("tcp", url.Scheme);
        return await ConsoleClient.ConnectAsync(new IPEndPoint(IPAddress.Parse(url.Host), url.Port));
    }

    /// <returns>What is shown of it.</returns>
    private static async Task<string> TypeLinesAsync(ConsoleClient client, int lines)
    {
        var shown = "";
        for (var i = 0; i < lines; i++)
        {
            var line = string.Concat(Enumerable.Range(i, 60).Select(number => $"{number:d3} "));
            await client.TypeAsync(line + "\r");
            shown += line + "\r\n";
        }

        await client.WaitForAsync($"{shown[^20..]}");
        return shown;
    }
}
