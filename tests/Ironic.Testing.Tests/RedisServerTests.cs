using System.Net;
using System.Net.Sockets;

namespace Ironic.Testing.Tests;

public sealed class RedisServerTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    [Fact]
    public async Task A_restart_empties_it()
    {
        await using var server = await RedisServer.StartAsync();
        Assert.NotEqual(redis.Server.Port, server.Port);
        Assert.Equal("+OK", await SendAsync(server, "SET k v"));
        await server.RestartAsync();
        Assert.Equal(":0", await SendAsync(server, "EXISTS k"));
    }

    [Fact]
    public async Task A_persistent_one_survives_a_crash()
    {
        await using var server = await RedisServer.StartAsync(persistent: true);
        Assert.Equal("+OK", await SendAsync(server, "SET k v"));
        await server.KillAsync();
        await server.StartProcessAsync();
        Assert.Equal(":1", await SendAsync(server, "EXISTS k"));
    }

    [Fact]
    public async Task Paused_it_answers_nothing_until_resumed()
    {
        await using var server = await RedisServer.StartAsync();
        server.Pause();
        var answer = SendAsync(server, "PING");
        var first = await Task.WhenAny(answer, Task.Delay(TimeSpan.FromMilliseconds(200)));
        Assert.NotSame(answer, first);
        server.Resume();
        Assert.Equal("+PONG", await answer);
    }

    [Fact]
    public async Task The_shared_one_answers() => Assert.Equal("+PONG", await SendAsync(redis.Server, "PING"));

    private static async Task<string?> SendAsync(RedisServer server, string command)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Port);
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream);
        await using var writer = new StreamWriter(stream) { NewLine = "\r\n", AutoFlush = true };
        await writer.WriteLineAsync(command);
        return await reader.ReadLineAsync();
    }
}
