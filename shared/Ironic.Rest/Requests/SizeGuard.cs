using Ironic.Rest.Errors;
using Ironic.Rest.Wire;
using Microsoft.AspNetCore.Http;

namespace Ironic.Rest.Requests;

/// <summary>Reads bodies within their limits of size and depth.</summary>
internal sealed class SizeGuard(long maximumBytes, int maximumDepth)
{
    /// <summary>Reads a request's body.</summary>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="RestException">413: too large. 400: JSON nested too deep, or the body is broken off.</exception>
    public async ValueTask<PooledBuffer?> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > maximumBytes)
            throw TooLarge();
        if (request.ContentLength == 0 || (request.ContentLength is null && !HasChunkedBody(request)))
            return null;
        var buffer = new PooledBuffer((int)Math.Clamp(request.ContentLength ?? 4096, 16, 1 << 20));
        try
        {
            while (true)
            {
                var read = await request.Body.ReadAsync(buffer.GetMemory(4096), cancellationToken);
                if (read == 0)
                    break;
                buffer.Advance(read);
                if (buffer.Length > maximumBytes)
                    throw TooLarge();
            }

            CheckDepth(buffer.Span);
            return buffer;
        }
        catch (IOException exception) when (exception is not BadHttpRequestException)
        {
            // Broken chunks that the server has no error of its own for, such as a size that no number holds.
            buffer.Dispose();
            throw new RestException(400, "The request body could not be read.");
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    /// <summary>Refuses a request by the size that it announces, before anything else is looked at.</summary>
    /// <exception cref="RestException">413: too large.</exception>
    public void CheckAnnounced(HttpRequest request)
    {
        if (request.ContentLength > maximumBytes)
            throw TooLarge();
    }

    private static bool HasChunkedBody(HttpRequest request) => request.Headers.TransferEncoding.Count > 0;

    // Counts brackets outside of texts, whether or not the whole is JSON: the guard is there to keep parsers from work.
    private void CheckDepth(ReadOnlySpan<byte> body)
    {
        var depth = 0;
        var inText = false;
        for (var index = 0; index < body.Length; index++)
        {
            switch (body[index])
            {
                case (byte)'"':
                    inText = !inText;
                    break;
                case (byte)'\\' when inText:
                    index++;
                    break;
                case (byte)'{' or (byte)'[' when !inText:
                    if (++depth > maximumDepth)
                        throw new RestException(400, $"The request body is nested too deep; at most {maximumDepth} levels are accepted.", ErrorShape.Guard);
                    break;
                case (byte)'}' or (byte)']' when !inText:
                    depth--;
                    break;
            }
        }
    }

    private RestException TooLarge() => new(413, $"The request body is too large; at most {maximumBytes} bytes are accepted.", ErrorShape.Guard);
}
