using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Ironic.Bench.Load;

/// <summary>
/// An HTTP/2 connection that makes one unary gRPC call after another, as frugal as <see cref="HttpConnection"/>. It knows just as much of HTTP/2
/// as the servers of this project need: requests without a dynamic table, answers without one, and a window that is never full.
/// </summary>
internal sealed class GrpcConnection : ILoadConnection
{
    private const int FrameHeader = 9;
    private const uint LargestWindow = int.MaxValue;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[256 * 1024];
    private readonly RequestCycle _requests;
    private int _start;
    private int _end;
    private int _stream = -1;
    private uint _consumed;

    /// <param name="server">Where to connect to.</param>
    /// <param name="requests">What to send.</param>
    public GrpcConnection(Uri server, RequestCycle requests)
    {
        _requests = requests;
        _socket.Connect(IPAddress.Parse(server.Host), server.Port);
        Send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8);
        Span<byte> settings = stackalloc byte[FrameHeader + 18];
        WriteFrameHeader(settings, 18, FrameType.Settings, 0, 0);
        WriteSetting(settings[FrameHeader..], 1, 0); // SETTINGS_HEADER_TABLE_SIZE
        WriteSetting(settings[(FrameHeader + 6)..], 2, 0); // SETTINGS_ENABLE_PUSH
        WriteSetting(settings[(FrameHeader + 12)..], 4, LargestWindow); // SETTINGS_INITIAL_WINDOW_SIZE
        Send(settings);
        SendWindowUpdate(LargestWindow - 65535);
    }

    private enum FrameType : byte
    {
        Data = 0,
        Headers = 1,
        ResetStream = 3,
        Settings = 4,
        Ping = 6,
        GoAway = 7,
        WindowUpdate = 8,
    }

    /// <summary>Writes a call as it goes over the wire: HEADERS and DATA; only the number of the stream is missing.</summary>
    public static byte[] CreateRequest(Uri server, MethodDescriptor method, IMessage message)
    {
        using var block = new MemoryStream();
        block.Write([0x83, 0x86]); // :method POST, :scheme http
        WriteHeader(block, [0x04], $"/{method.Service.FullName}/{method.Name}"); // :path
        WriteHeader(block, [0x01], server.Authority); // :authority
        WriteHeader(block, [0x0f, 0x10], "application/grpc"); // content-type
        block.Write([0x00]);
        WriteText(block, "te");
        WriteText(block, "trailers");
        var payload = message.ToByteArray();
        var request = new byte[FrameHeader + block.Length + FrameHeader + 5 + payload.Length];
        WriteFrameHeader(request, (int)block.Length, FrameType.Headers, 0x4, 0);
        block.ToArray().CopyTo(request, FrameHeader);
        var data = request.AsSpan(FrameHeader + (int)block.Length);
        WriteFrameHeader(data, 5 + payload.Length, FrameType.Data, 0x1, 0);
        BinaryPrimitives.WriteInt32BigEndian(data[(FrameHeader + 1)..], payload.Length);
        payload.CopyTo(data[(FrameHeader + 5)..]);
        return request;
    }

    public ValueTask<bool> RequestAsync()
    {
        var request = _requests.Next();
        _stream += 2;
        BinaryPrimitives.WriteInt32BigEndian(request.AsSpan(5), _stream);
        BinaryPrimitives.WriteInt32BigEndian(request.AsSpan(FrameHeader + Length(request) + 5), _stream);
        Send(request);
        return ValueTask.FromResult(ReadAnswer());
    }

    public void Dispose() => _socket.Dispose();

    private bool ReadAnswer()
    {
        while (true)
        {
            Fill(FrameHeader);
            var header = _buffer.AsSpan(_start, FrameHeader);
            var (length, type, flags) = (Length(header), (FrameType)header[3], header[4]);
            _start += FrameHeader;
            switch (type)
            {
                case FrameType.Data:
                    Skip(length);
                    Consume((uint)length);
                    break;
                case FrameType.Headers:
                    Fill(length);
                    var block = _buffer.AsSpan(_start, length);
                    _start += length;
                    if ((flags & 0x1) != 0)
                        return block.IndexOf("grpc-status\u00010"u8) >= 0;
                    break;
                case FrameType.Settings when (flags & 0x1) == 0:
                    Skip(length);
                    Acknowledge(FrameType.Settings, []);
                    break;
                case FrameType.Ping when (flags & 0x1) == 0:
                    Fill(length);
                    Acknowledge(FrameType.Ping, _buffer.AsSpan(_start, length));
                    _start += length;
                    break;
                case FrameType.ResetStream or FrameType.GoAway:
                    throw new IOException($"the server sent {type}");
                default:
                    Skip(length);
                    break;
            }
        }
    }

    // The answers' bytes are given back to the server's window long before it is full.
    private void Consume(uint length)
    {
        _consumed += length;
        if (_consumed < LargestWindow / 2)
            return;
        SendWindowUpdate(_consumed);
        _consumed = 0;
    }

    private void Fill(int count)
    {
        if (_end - _start >= count)
            return;
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        while (_end < count)
            _end += Receive(_buffer.AsSpan(_end));
    }

    private void Skip(int count)
    {
        var here = Math.Min(count, _end - _start);
        _start += here;
        for (var left = count - here; left > 0;)
            left -= Receive(_buffer.AsSpan(0, Math.Min(left, _buffer.Length)));
    }

    private int Receive(Span<byte> buffer)
    {
        var received = _socket.Receive(buffer);
        return received > 0 ? received : throw new IOException("the server closed the connection");
    }

    private void Send(ReadOnlySpan<byte> bytes)
    {
        for (var sent = 0; sent < bytes.Length;)
            sent += _socket.Send(bytes[sent..]);
    }

    private void Acknowledge(FrameType type, ReadOnlySpan<byte> payload)
    {
        Span<byte> frame = stackalloc byte[FrameHeader + payload.Length];
        WriteFrameHeader(frame, payload.Length, type, 0x1, 0);
        payload.CopyTo(frame[FrameHeader..]);
        Send(frame);
    }

    private void SendWindowUpdate(uint increment)
    {
        Span<byte> frame = stackalloc byte[FrameHeader + 4];
        WriteFrameHeader(frame, 4, FrameType.WindowUpdate, 0, 0);
        BinaryPrimitives.WriteUInt32BigEndian(frame[FrameHeader..], increment);
        Send(frame);
    }

    private static int Length(ReadOnlySpan<byte> frameHeader) => (frameHeader[0] << 16) | (frameHeader[1] << 8) | frameHeader[2];

    private static void WriteFrameHeader(Span<byte> frame, int length, FrameType type, byte flags, int stream)
    {
        (frame[0], frame[1], frame[2]) = ((byte)(length >> 16), (byte)(length >> 8), (byte)length);
        (frame[3], frame[4]) = ((byte)type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame[5..], stream);
    }

    private static void WriteSetting(Span<byte> setting, ushort name, uint value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(setting, name);
        BinaryPrimitives.WriteUInt32BigEndian(setting[2..], value);
    }

    // A literal field without indexing whose name is in HPACK's static table.
    private static void WriteHeader(Stream block, ReadOnlySpan<byte> name, string value)
    {
        block.Write(name);
        WriteText(block, value);
    }

    private static void WriteText(Stream block, string text)
    {
        if (text.Length > 126)
            throw new ArgumentException("A header is too long.", nameof(text));
        block.WriteByte((byte)text.Length);
        block.Write(Encoding.ASCII.GetBytes(text));
    }
}
