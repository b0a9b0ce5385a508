using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Ironic.Drivers.Ipmi.Tests.Support;

/// <summary>Somebody at a console: types, and remembers what it shows.</summary>
internal sealed class ConsoleClient : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly NetworkStream _stream;
    private readonly StringBuilder _shown = new();

    private ConsoleClient(NetworkStream stream) => _stream = stream;

    /// <summary>All that the console has shown so far.</summary>
    public string Shown => _shown.ToString();

    public static async Task<ConsoleClient> ConnectAsync(IPEndPoint endpoint)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endpoint);
            return new ConsoleClient(new NetworkStream(socket, ownsSocket: true));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public async Task TypeAsync(string text) => await _stream.WriteAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>Says that it will type no more.</summary>
    public void EndTyping() => _stream.Socket.Shutdown(SocketShutdown.Send);

    /// <summary>Reads until everything that was shown ends so.</summary>
    public async Task WaitForAsync(string end)
    {
        while (!Shown.EndsWith(end, StringComparison.Ordinal))
        {
            if (!await ReadAsync())
                throw new EndOfStreamException($"The console was closed; it has shown: {Shown}");
        }
    }

    /// <summary>Reads until the console is closed.</summary>
    public async Task WaitForEndAsync()
    {
        try
        {
            while (await ReadAsync())
            {
                // What it shows is remembered.
            }
        }
        catch (IOException)
        {
            // Closed in the middle of something.
        }
    }

    public void Dispose() => _stream.Dispose();

    private async Task<bool> ReadAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        var buffer = new byte[4096];
        try
        {
            var length = await _stream.ReadAsync(buffer, limit.Token);
            _shown.Append(Encoding.Latin1.GetString(buffer, 0, length));
            return length > 0;
        }
        catch (OperationCanceledException exception)
        {
            throw new TimeoutException($"The console shows nothing more than: {Shown}", exception);
        }
    }
}
