using System.Text.Json;
using System.Text.Unicode;
using Ironic.Rest.Errors;
using Ironic.Rest.Wire;

namespace Ironic.Rest.Requests;

/// <summary>The body of a request, parsed when somebody asks for it.</summary>
internal sealed class RequestBody : IDisposable
{
    private readonly PooledBuffer? _bytes;
    private JsonDocument? _document;

    public RequestBody(PooledBuffer? bytes, bool isForm) => (_bytes, IsForm) = (bytes, isForm && bytes is { Length: > 0 });

    /// <summary>A request without a body.</summary>
    public static RequestBody None { get; } = new(null, false);

    public bool IsEmpty => _bytes is null || _bytes.Length == 0;

    /// <summary>Whether the body's media type is that of a form, or missing, which means the same.</summary>
    public bool IsForm { get; }

    public ReadOnlySpan<byte> Bytes => _bytes is null ? default : _bytes.Span;

    /// <summary>The JSON of the body.</summary>
    /// <exception cref="RestException">400: it is none.</exception>
    public JsonElement Json() => TryJson(out var json) ? json : throw RestException.BadRequest("The request body is not valid JSON.");

    /// <summary>The JSON of the body, if it is any.</summary>
    public bool TryJson(out JsonElement json)
    {
        json = default;
        if (_document is null)
        {
            if (_bytes is null || !Utf8.IsValid(_bytes.Span))
                return false;
            try
            {
                // The size guard has bounded the depth.
                _document = JsonDocument.Parse(_bytes.Memory);
            }
            catch (JsonException)
            {
                return false;
            }
        }

        json = _document.RootElement;
        return true;
    }

    public void Dispose()
    {
        _document?.Dispose();
        _bytes?.Dispose();
    }
}
