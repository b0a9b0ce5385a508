using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Ironic.Testing;

/// <summary>A real Redis on a free loopback port. It keeps its data in memory only, unless asked: a restart then empties it. Several run side by side.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(1);

    private readonly TestDirectory _directory = new("redis");
    private readonly bool _persistent;
    private ServerProcess? _process;

    private RedisServer(bool persistent) => _persistent = persistent;

    /// <summary>The TCP port on 127.0.0.1; the same after a restart.</summary>
    public int Port { get; } = FreePort.Next();

    /// <summary>HOST:PORT, which is also a StackExchange.Redis configuration.</summary>
    public string Endpoint => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <summary>The running server process.</summary>
    /// <exception cref="InvalidOperationException">It is stopped.</exception>
    public ServerProcess Process => _process ?? throw new InvalidOperationException("Redis is stopped.");

    /// <summary>Starts a server and waits until it answers.</summary>
    /// <param name="persistent">Whether every write reaches the append-only file, so that data survives <see cref="KillAsync"/> and restarts.</param>
    /// <exception cref="ProgramNotFoundException">Redis is not installed.</exception>
    public static async Task<RedisServer> StartAsync(bool persistent = false)
    {
        var server = new RedisServer(persistent);
        try
        {
            await server.StartProcessAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a stopped server on its port and waits until it answers.</summary>
    public async Task StartProcessAsync()
    {
        if (_process is not null)
            throw new InvalidOperationException("Redis runs already.");
        _process = await ServerProcess.StartAsync(new ServerProcessOptions(
            "redis-server",
            "--bind", "127.0.0.1",
            "--port", Port.ToString(CultureInfo.InvariantCulture),
            "--dir", _directory.FullName,
            "--save", "",
            "--appendonly", _persistent ? "yes" : "no",
            "--appendfsync", "always")
        { Name = "Redis" });
        await _process.WaitUntilReadyAsync(AnswersAsync, StartTimeout);
    }

    /// <summary>Stops the server (SIGTERM). Connections are closed.</summary>
    public async Task StopAsync()
    {
        await Process.DisposeAsync();
        _process = null;
    }

    /// <summary>SIGKILL, as a crash would end it. <see cref="StartProcessAsync"/> starts it again.</summary>
    public async Task KillAsync()
    {
        await Process.KillAsync();
        await StopAsync();
    }

    /// <summary>Stops it and starts it again on its port; empty, unless it is persistent.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await StartProcessAsync();
    }

    /// <summary>SIGSTOP: connections stay open, nothing is answered.</summary>
    public void Pause() => Process.Pause();

    /// <summary>SIGCONT: everything that was sent meanwhile is answered.</summary>
    public void Resume() => Process.Resume();

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DiscardAsync();
            await StopAsync();
        }

        _directory.Dispose();
    }

    private async Task<bool> AnswersAsync()
    {
        using var limit = new CancellationTokenSource(AnswerTimeout);
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, Port, limit.Token);
            var stream = client.GetStream();
            await stream.WriteAsync("PING\r\n"u8.ToArray(), limit.Token);
            var answer = new byte[7];
            await stream.ReadExactlyAsync(answer, limit.Token);
            return Encoding.ASCII.GetString(answer) == "+PONG\r\n";
        }
        catch (Exception exception) when (exception is SocketException or IOException or OperationCanceledException)
        {
            return false;
        }
    }
}
