using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Ironic.EndToEnd.Tests.Robustness;

/// <summary>An answer, as far as a client needs to take it apart.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Headers">Its header lines.</param>
/// <param name="Body">Its body, decoded when it came in chunks. Of a stream, which has no end, the first chunk.</param>
internal sealed record RawAnswer(int Status, IReadOnlyList<string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>Whether the connection is good for nothing else.</summary>
    public bool IsStream => Header("Content-Type") == "text/event-stream";

    public string? Header(string name) =>
        Headers.FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();
}

/// <summary>A connection on which anything can be said.</summary>
internal sealed class RawConnection : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[16384];
    private int _start;
    private int _end;

    private RawConnection(Socket socket) => _socket = socket;

    public static async Task<RawConnection> OpenAsync(Uri server)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server.Host, server.Port);
        return new RawConnection(socket);
    }

    /// <summary>Sends a request and reads its answer.</summary>
    /// <param name="request">The request.</param>
    /// <returns>Null when the server ended the connection instead.</returns>
    /// <exception cref="TimeoutException">The server does neither.</exception>
    public async Task<RawAnswer?> ExchangeAsync(FuzzedRequest request)
    {
        using var timeout = new CancellationTokenSource(Limit);
        try
        {
            // The server may answer, and close, before it has read everything.
            var sending = SendAsync(request, timeout.Token);
            var answer = await ReadAnswerAsync(request.IsHead, timeout.Token);
            await sending;
            return answer;
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"No answer within {Limit.TotalSeconds} s.");
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown or SocketError.ConnectionAborted)
        {
            return null;
        }
    }

    public void Dispose() => _socket.Dispose();

    private async Task SendAsync(FuzzedRequest request, CancellationToken cancellationToken)
    {
        try
        {
            for (var sent = 0; sent < request.Bytes.Length;)
                sent += await _socket.SendAsync(request.Bytes.AsMemory(sent), cancellationToken);
            if (request.IsCutOff)
                _socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown or SocketError.NotConnected)
        {
            // What the server thinks of the request is read, not written.
        }
    }

    private async Task<RawAnswer?> ReadAnswerAsync(bool isHead, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await ReadLineAsync(cancellationToken) is not { } line)
                return null;
            Assert.Matches(@"\AHTTP/1\.1 \d{3} ?", line);
            var status = int.Parse(line.AsSpan(9, 3), CultureInfo.InvariantCulture);
            var headers = new List<string>();
            while (await ReadLineAsync(cancellationToken) is { Length: > 0 } header)
                headers.Add(header);
            var answer = new RawAnswer(status, headers, []);
            if (status >= 200)
                return answer with { Body = isHead || status is 204 or 304 ? [] : await ReadBodyAsync(answer, cancellationToken) };
        }
    }

    private async Task<byte[]> ReadBodyAsync(RawAnswer answer, CancellationToken cancellationToken)
    {
        if (answer.Header("Content-Length") is { } length)
            return await ReadBytesAsync(int.Parse(length, CultureInfo.InvariantCulture), cancellationToken);
        using var body = new MemoryStream();
        while (true)
        {
            var size = int.Parse(await ReadLineAsync(cancellationToken) ?? "", NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            body.Write(await ReadBytesAsync(size, cancellationToken));
            await ReadLineAsync(cancellationToken);
            if (size == 0 || answer.IsStream)
                return body.ToArray();
        }
    }

    private async Task<string?> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        while (true)
        {
            if (_start == _end && !await FillAsync(cancellationToken))
                return line.Length == 0 ? null : throw new InvalidDataException($"The answer ends within a line: {line}");
            var letter = (char)_buffer[_start++];
            if (letter == '\n')
                return line.ToString().TrimEnd('\r');
            line.Append(letter);
        }
    }

    private async Task<byte[]> ReadBytesAsync(int count, CancellationToken cancellationToken)
    {
        var bytes = new byte[count];
        for (var read = 0; read < count;)
        {
            if (_start == _end && !await FillAsync(cancellationToken))
                throw new InvalidDataException($"The answer ends after {read} of {count} bytes.");
            var part = Math.Min(count - read, _end - _start);
            _buffer.AsSpan(_start, part).CopyTo(bytes.AsSpan(read));
            (_start, read) = (_start + part, read + part);
        }

        return bytes;
    }

    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        (_start, _end) = (0, await _socket.ReceiveAsync(_buffer, cancellationToken));
        return _end > 0;
    }
}
