using System.Net;
using System.Net.Sockets;
using Ironic.Drivers.Ipmi.Configuration;
using Ironic.Drivers.Ipmi.Sessions;

namespace Ironic.Drivers.Ipmi.Consoles;

/// <summary>The TCP port of one node's console. It serves one client at a time, and sends others away.</summary>
internal sealed partial class ConsoleListener : IAsyncDisposable
{
    private const int Backlog = 4;

    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    private readonly string _node;
    private readonly BmcPool _pool;
    private readonly IpmiOptions _options;
    private readonly TimeProvider _time;
    private readonly IpmiMetrics _metrics;
    private readonly ILogger _logger;
    private readonly Socket _socket;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    /// <summary>Opens the port.</summary>
    /// <exception cref="SocketException">It cannot be opened: another has it.</exception>
    public ConsoleListener(
        string node, IpmiTarget target, IPEndPoint endpoint, BmcPool pool, IpmiOptions options, TimeProvider time, IpmiMetrics metrics, ILogger logger)
    {
        (_node, Target, _pool, _options, _time, _metrics, _logger) = (node, target, pool, options, time, metrics, logger);
        _socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _socket.Bind(endpoint);
            _socket.Listen(Backlog);
            Endpoint = (IPEndPoint)_socket.LocalEndPoint!;
        }
        catch
        {
            _socket.Dispose();
            throw;
        }

        _accepting = Task.Run(AcceptAsync);
        _metrics.ConsolesChanged(1);
        LogOpened(_node, Endpoint);
    }

    /// <summary>The management controller whose console it is.</summary>
    public IpmiTarget Target { get; }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Endpoint { get; }

    /// <summary>Closes the port, lets the client go, and deactivates the console at its management controller.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _socket.Dispose();
        await _accepting;
        _stop.Dispose();
        _metrics.ConsolesChanged(-1);
        LogClosed(_node, Endpoint);
    }

    private async Task AcceptAsync()
    {
        ConsoleRelay? relay = null;
        var serving = Task.CompletedTask;
        try
        {
            while (true)
            {
                var client = await AcceptOneAsync();
                if (relay is { HasLeft: false })
                {
                    await RefuseAsync(client);
                    continue;
                }

                // The console is being deactivated after the last client: the next one waits for that.
                await serving;
                var stream = new NetworkStream(client, ownsSocket: true);
                relay = new ConsoleRelay(_node, Target, stream, _pool, _options, _time, _metrics, _logger);
                serving = ServeAsync(relay, stream, client.RemoteEndPoint);
            }
        }
        catch (Exception exception) when (_stop.IsCancellationRequested && exception is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The console is stopped.
        }

        await serving;
    }

    private async Task<Socket> AcceptOneAsync()
    {
        while (true)
        {
            try
            {
                return Configure(await _socket.AcceptAsync(_stop.Token));
            }
            catch (SocketException exception) when (!_stop.IsCancellationRequested)
            {
                // Too many open files, or a client that has left already: neither is a reason to close the port.
                LogAcceptFailed(_node, exception.SocketErrorCode);
                await Task.Delay(PauseAfterFailure, _time, _stop.Token);
            }
        }
    }

    private async Task ServeAsync(ConsoleRelay relay, NetworkStream stream, EndPoint? from)
    {
        LogClientConnected(_node, from);
        using (relay)
        await using (stream)
        {
            try
            {
                await relay.RunAsync(_stop.Token);
            }
#pragma warning disable CA1031 // A defect costs the client its connection, and no other client the console.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                LogDefect(exception, _node);
            }
        }

        LogClientLeft(_node, from);
    }

    private async Task RefuseAsync(Socket client)
    {
        LogClientRefused(_node, client.RemoteEndPoint);
        using (client)
        {
            try
            {
                await client.SendAsync("The console is in use by another client.\r\n"u8.ToArray(), SocketFlags.None, _stop.Token);
                client.Shutdown(SocketShutdown.Both);
            }
            catch (SocketException exception)
            {
                // It has not waited for the answer.
                LogAcceptFailed(_node, exception.SocketErrorCode);
            }
        }
    }

    // A client whose machine is gone must not keep the console for ever.
    private static Socket Configure(Socket client)
    {
        const int idleSeconds = 60;
        const int intervalSeconds = 10;
        const int probes = 5;
        try
        {
            client.NoDelay = true;
            client.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            client.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, idleSeconds);
            client.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, intervalSeconds);
            client.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, probes);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    [LoggerMessage(EventId = 7220, EventName = "ConsoleOpened", Level = LogLevel.Information, Message = "Node {Node}: the console is at {Endpoint}")]
    private partial void LogOpened(string node, IPEndPoint endpoint);

    [LoggerMessage(EventId = 7221, EventName = "ConsoleClosed", Level = LogLevel.Information, Message = "Node {Node}: the console at {Endpoint} is closed")]
    private partial void LogClosed(string node, IPEndPoint endpoint);

    [LoggerMessage(EventId = 7222, EventName = "ConsoleClientConnected", Level = LogLevel.Information, Message = "Node {Node}: {Client} is connected to the console")]
    private partial void LogClientConnected(string node, EndPoint? client);

    [LoggerMessage(EventId = 7223, EventName = "ConsoleClientLeft", Level = LogLevel.Information, Message = "Node {Node}: {Client} has left the console")]
    private partial void LogClientLeft(string node, EndPoint? client);

    [LoggerMessage(EventId = 7228, EventName = "ConsoleClientRefused", Level = LogLevel.Information, Message = "Node {Node}: {Client} is sent away, for the console has a client")]
    private partial void LogClientRefused(string node, EndPoint? client);

    [LoggerMessage(EventId = 7229, EventName = "ConsoleAcceptFailed", Level = LogLevel.Warning, Message = "Node {Node}: a client of the console was lost: {Error}")]
    private partial void LogAcceptFailed(string node, SocketError error);

    [LoggerMessage(EventId = 7230, EventName = "ConsoleDefect", Level = LogLevel.Error, Message = "Node {Node}: the console has failed, and its client is disconnected")]
    private partial void LogDefect(Exception exception, string node);
}
