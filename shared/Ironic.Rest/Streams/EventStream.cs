using Ironic.Rest.Errors;
using Ironic.Rest.Requests;
using Ironic.Rest.Responses;
using Ironic.Rest.Wire;
using Microsoft.AspNetCore.Http;

namespace Ironic.Rest.Streams;

/// <summary>
/// The answer of a streaming method as server-sent events: begun by the first message, kept alive by comments. It takes the next message
/// when the client has taken the one before.
/// </summary>
internal sealed class EventStream : IAsyncDisposable
{
    public const string MediaType = "text/event-stream";

    private readonly HttpContext _context;
    private readonly RequestContext _request;
    private readonly byte[] _baseUrl;
    private readonly TimeSpan _keepAliveInterval;
    private readonly CancellationTokenSource _ended;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private Task _keepAlive = Task.CompletedTask;
    private bool _isIdle;

    public EventStream(HttpContext context, RequestContext request, byte[] baseUrl, TimeSpan keepAliveInterval)
    {
        (_context, _request, _baseUrl, _keepAliveInterval) = (context, request, baseUrl, keepAliveInterval);
        _ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
    }

    /// <summary>Sends a message and disposes it.</summary>
    /// <exception cref="MalformedWireException">The bytes are no message of the method.</exception>
    public async Task SendAsync(PooledBuffer message, CancellationToken cancellationToken)
    {
        using (message)
        {
            using var output = new PooledBuffer(Math.Max(1024, message.Length * 2));
            WriteId(output, message.Span);
            if (_request.Route.ResponseBody is not { } body || WireFields.Find(message.Span, body).Count > 0)
            {
                using var json = new PooledBuffer(Math.Max(1024, message.Length * 2));
                ResponseBodyWriter.Write(json, _request, message.Span, _baseUrl);
                WriteData(output, json.Span);
            }

            output.WriteByte((byte)'\n');
            Begin();
            await WriteAsync(output.Memory, cancellationToken);
        }
    }

    /// <summary>Ends a stream that was begun with an event of the type <c>error</c>, whose data is the body that the error has elsewhere.</summary>
    public async Task SendErrorAsync(RestException error)
    {
        using var json = new PooledBuffer();
        ErrorBody.Write(json, error, ErrorFormat.Json);
        using var output = new PooledBuffer();
        output.Write("event: error\n"u8);
        WriteData(output, json.Span);
        output.WriteByte((byte)'\n');
        await WriteAsync(output.Memory, _context.RequestAborted);
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _keepAlive;
        _ended.Dispose();
        _turn.Dispose();
    }

    private void Begin()
    {
        if (_context.Response.HasStarted || _context.Response.ContentType == MediaType)
            return;
        _context.Response.StatusCode = _request.Route.Method.SuccessStatus;
        _context.Response.ContentType = MediaType;
        _context.Response.Headers.CacheControl = "no-store";
        // Proxies that collect answers before they pass them on, nginx' among them, are told not to.
        _context.Response.Headers["X-Accel-Buffering"] = "no";
        _keepAlive = KeepAliveAsync();
    }

    private void WriteId(PooledBuffer output, ReadOnlySpan<byte> message)
    {
        if (_request.Route.Method.EventId is not { } field || WireFields.FindBytes(message, field) is not { IsEmpty: false } id)
            return;
        if (id.IndexOfAny((byte)'\n', (byte)'\r', (byte)0) >= 0)
            throw new MalformedWireException("A cursor is no text of one line.");
        output.Write("id: "u8);
        output.Write(id);
        output.WriteByte((byte)'\n');
    }

    // Free-form JSON within the data may have lines.
    private static void WriteData(PooledBuffer output, ReadOnlySpan<byte> json)
    {
        while (true)
        {
            output.Write("data: "u8);
            var end = json.IndexOfAny((byte)'\n', (byte)'\r');
            output.Write(end < 0 ? json : json[..end]);
            output.WriteByte((byte)'\n');
            if (end < 0)
                return;
            json = json[(end + 1)..];
        }
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await _context.Response.Body.WriteAsync(bytes, cancellationToken);
            await _context.Response.Body.FlushAsync(cancellationToken);
            _isIdle = false;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task KeepAliveAsync()
    {
        using var timer = new PeriodicTimer(_keepAliveInterval);
        try
        {
            while (await timer.WaitForNextTickAsync(_ended.Token))
            {
                if (_isIdle)
                    await WriteAsync(": keep-alive\n\n"u8.ToArray(), _ended.Token);
                _isIdle = true;
            }
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            // The stream has ended.
        }
    }
}
