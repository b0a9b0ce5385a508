using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Ironic.Bench.Load;

/// <summary>
/// An HTTP/1.1 connection that sends prepared bytes and looks at no more of an answer than it must: two system calls for a request. It blocks
/// its thread, which is cheaper than everything else while there are only a few connections.
/// </summary>
internal sealed class HttpConnection : ILoadConnection
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[256 * 1024];
    private readonly RequestCycle _requests;
    private readonly int _expectedStatus;

    /// <param name="server">Where to connect to.</param>
    /// <param name="requests">What to send.</param>
    /// <param name="expectedStatus">The status of a good answer.</param>
    public HttpConnection(Uri server, RequestCycle requests, int expectedStatus)
    {
        (_requests, _expectedStatus) = (requests, expectedStatus);
        _socket.Connect(IPAddress.Parse(server.Host), server.Port);
    }

    /// <summary>Writes a request as it goes over the wire.</summary>
    /// <param name="server">The server, for the Host header.</param>
    /// <param name="verb">GET, POST, ...</param>
    /// <param name="path">Path and query.</param>
    /// <param name="body">A JSON body, ASCII only; null for none.</param>
    public static byte[] CreateRequest(Uri server, string verb, string path, string? body = null)
    {
        var text = new StringBuilder($"{verb} {path} HTTP/1.1\r\nHost: {server.Authority}\r\nAccept: application/json\r\nX-OpenStack-Ironic-API-Version: 1.82\r\n");
        if (body is not null)
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n");
        return Encoding.ASCII.GetBytes(text.Append("\r\n").Append(body).ToString());
    }

    public ValueTask<bool> RequestAsync()
    {
        var request = _requests.Next();
        for (var sent = 0; sent < request.Length;)
            sent += _socket.Send(request.AsSpan(sent));
        return ValueTask.FromResult(ReadAnswer());
    }

    public void Dispose() => _socket.Dispose();

    private bool ReadAnswer()
    {
        int length = 0, headEnd;
        do
        {
            if (length == _buffer.Length)
                throw new IOException("the head of an answer is too long");
            var received = _socket.Receive(_buffer.AsSpan(length));
            if (received == 0)
                throw new IOException("the server closed the connection");
            length += received;
            headEnd = _buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
        }
        while (headEnd < 0);

        var head = _buffer.AsSpan(0, headEnd + 2);
        // "HTTP/1.1 200 ..."
        if (!Utf8Parser.TryParse(head[9..], out int status, out _))
            throw new IOException("an answer has no status");
        for (var left = BodyLength(head, status) - (length - headEnd - 4); left > 0;)
        {
            var received = _socket.Receive(_buffer.AsSpan(0, (int)Math.Min(_buffer.Length, left)));
            if (received == 0)
                throw new IOException("the server closed the connection");
            left -= received;
        }

        return status == _expectedStatus;
    }

    private static long BodyLength(ReadOnlySpan<byte> head, int status)
    {
        if (status is 204 or 304)
            return 0;
        var name = "\r\nContent-Length: "u8;
        var at = head.IndexOf(name);
        return at >= 0 && Utf8Parser.TryParse(head[(at + name.Length)..], out long length, out _)
            ? length
            : throw new IOException($"an answer with status {status} does not say its length");
    }
}
