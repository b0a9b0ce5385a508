using Ironic.Rest.Wire;
using Microsoft.AspNetCore.Http;

namespace Ironic.Rest.Responses;

/// <summary>The URL that links begin with.</summary>
internal sealed class BaseUrl
{
    private readonly Entry? _configured;
    private Entry _last = new("", "", "", []);

    public BaseUrl(string? configured) => _configured = configured is null ? null : Make("", "", configured.TrimEnd('/'));

    /// <summary>The base URL of a request's links.</summary>
    /// <param name="context">The request.</param>
    /// <param name="json">The same as a piece of a JSON text.</param>
    public string Of(HttpContext context, out byte[] json)
    {
        var entry = _configured;
        if (entry is null)
        {
            var request = context.Request;
            var host = request.Host.HasValue ? request.Host.Value : $"{context.Connection.LocalIpAddress}:{context.Connection.LocalPort}";
            entry = _last;
            if (entry.Scheme != request.Scheme || entry.Host != host)
                _last = entry = Make(request.Scheme, host, $"{request.Scheme}://{host}");
        }

        json = entry.Json;
        return entry.Text;
    }

    private static Entry Make(string scheme, string host, string text)
    {
        using var buffer = new PooledBuffer();
        buffer.WriteTextPart(text);
        return new Entry(scheme, host, text, buffer.Span.ToArray());
    }

    // Most requests of a process come under one name.
    private sealed record Entry(string Scheme, string Host, string Text, byte[] Json);
}
