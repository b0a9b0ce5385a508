using System.Net;
using System.Net.Sockets;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Ipmi.Consoles;
using Ironic.Drivers.Ipmi.Tests.Support;
using Ironic.Testing;

namespace Ironic.Drivers.Ipmi.Tests.Consoles;

/// <summary>Where consoles listen.</summary>
public sealed class ConsolePortTests
{
    [Fact]
    public async Task A_node_with_a_port_of_its_own_gets_that_one()
    {
        await using var pool = new TestPool();
        var port = FreePort.Next();
        var node = Node(1, $"\"ipmi_terminal_port\": \"{port}\"");

        await pool.Console.StartConsoleAsync(node, CancellationToken.None);
        await pool.Console.StartConsoleAsync(node, CancellationToken.None);

        Assert.Equal(new ConsoleAddress("socat", $"tcp://127.0.0.1:{port}"), await pool.Console.GetConsoleAsync(node, CancellationToken.None));
    }

    [Fact]
    public async Task An_address_of_ipv6_is_in_brackets()
    {
        await using var pool = new TestPool(options => options.ConsoleAddress = "::1");
        var port = FreePort.Next();
        var node = Node(1, $"\"ipmi_terminal_port\": {port}");

        await pool.Console.StartConsoleAsync(node, CancellationToken.None);

        Assert.Equal($"tcp://[::1]:{port}", (await pool.Console.GetConsoleAsync(node, CancellationToken.None)).Url);
    }

    [Fact]
    public async Task A_console_of_another_controller_or_port_takes_the_place_of_the_first()
    {
        await using var pool = new TestPool();
        var (first, second) = (FreePort.Next(), FreePort.Next());

        await pool.Console.StartConsoleAsync(Node(1, $"\"ipmi_terminal_port\": {first}"), CancellationToken.None);
        await pool.Console.StartConsoleAsync(Node(1, $"\"ipmi_terminal_port\": {second}"), CancellationToken.None);
        await pool.Console.StartConsoleAsync(Node(1, $"\"ipmi_terminal_port\": {second}, \"ipmi_priv_level\": \"OPERATOR\""), CancellationToken.None);

        Assert.Equal(second, pool.Consoles.Find(Node(1).Uuid)!.Port);
        await Assert.ThrowsAsync<SocketException>(() => ConsoleClient.ConnectAsync(new IPEndPoint(IPAddress.Loopback, first)));
    }

    [Fact]
    public async Task Others_get_one_of_the_range_until_there_is_none()
    {
        var first = FreePort.Next();
        await using var pool = new TestPool(options => options.ConsolePortRange = $"{first}:{first}");
        await pool.Console.StartConsoleAsync(Node(1), CancellationToken.None);
        await pool.Console.StartConsoleAsync(Node(1), CancellationToken.None);

        var exception = await Assert.ThrowsAsync<RetryableException>(() => pool.Console.StartConsoleAsync(Node(2), CancellationToken.None));
        Assert.Contains($"{first}:{first}", exception.Message, StringComparison.Ordinal);
        Assert.Equal(first, pool.Consoles.Find(Node(1).Uuid)!.Port);

        await pool.Console.StopConsoleAsync(Node(1), CancellationToken.None);
        await pool.Console.StartConsoleAsync(Node(2), CancellationToken.None);
        Assert.Equal(first, pool.Consoles.Find(Node(2).Uuid)!.Port);
    }

    [Fact]
    public async Task A_port_of_the_range_that_a_stranger_has_is_left_to_him()
    {
        var port = FreePort.Next();
        using var stranger = new TcpListener(IPAddress.Loopback, port);
        stranger.Start();
        await using var pool = new TestPool(options => options.ConsolePortRange = $"{port}:{port}");

        await Assert.ThrowsAsync<RetryableException>(() => pool.Console.StartConsoleAsync(Node(1), CancellationToken.None));
        var own = await Assert.ThrowsAsync<RetryableException>(() => pool.Console.StartConsoleAsync(Node(1, $"\"ipmi_terminal_port\": {port}"), CancellationToken.None));

        Assert.Contains($"{port}", own.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_the_machine_has_not_is_a_lasting_failure()
    {
        await using var pool = new TestPool(options => options.ConsoleAddress = "192.0.2.1");

        await Assert.ThrowsAsync<PermanentFailureException>(() => pool.Console.StartConsoleAsync(Node(1, "\"ipmi_terminal_port\": 20001"), CancellationToken.None));
    }

    [Theory]
    [InlineData("\"ipmi_terminal_port\": 8023", null)]
    [InlineData("\"ipmi_terminal_port\": \"8023\", \"ipmi_protocol_version\": \"2.0\"", null)]
    [InlineData("", typeof(MissingParameterException))]
    [InlineData("\"ipmi_terminal_port\": 0", typeof(InvalidParameterException))]
    [InlineData("\"ipmi_terminal_port\": 65536", typeof(InvalidParameterException))]
    [InlineData("\"ipmi_terminal_port\": \"tty\"", typeof(InvalidParameterException))]
    [InlineData("\"ipmi_terminal_port\": 8023, \"ipmi_protocol_version\": \"1.5\"", typeof(InvalidParameterException))]
    public async Task Driver_info_is_checked(string more, Type? expected)
    {
        await using var pool = new TestPool();
        var exception = await Record.ExceptionAsync(() => pool.Console.ValidateAsync(Node(1, more), CancellationToken.None).AsTask());

        Assert.Equal(expected, exception?.GetType());
    }

    [Fact]
    public async Task With_a_range_no_port_is_needed()
    {
        await using var pool = new TestPool(options => options.ConsolePortRange = "8000:8010");

        await pool.Console.ValidateAsync(Node(1), CancellationToken.None);
    }

    [Theory]
    [InlineData("1:65535", true)]
    [InlineData("8023:8023", true)]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("8023", false)]
    [InlineData("0:10", false)]
    [InlineData("10:9", false)]
    [InlineData("1:65536", false)]
    [InlineData("1:2:3", false)]
    [InlineData(" 1:2", false)]
    public void Ranges_are_read(string? text, bool expected) => Assert.Equal(expected, PortRange.TryParse(text, out _));

    [Fact]
    public void A_node_tries_all_ports_and_always_in_the_same_order()
    {
        var range = new PortRange(100, 109);
        var order = range.InOrderFor("a").ToList();

        Assert.Equal(order, range.InOrderFor("a"));
        Assert.Equal(Enumerable.Range(100, 10), order.Order());
        Assert.True(Enumerable.Range(0, 50).Select(i => range.InOrderFor($"node-{i}").First()).Distinct().Count() > 5);
    }

    private static NodeContext Node(int number, string more = "") => TestNodes.Create(number, more: more);
}
