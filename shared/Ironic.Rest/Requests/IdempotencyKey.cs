using Ironic.Rest.Errors;
using Microsoft.AspNetCore.Http;

namespace Ironic.Rest.Requests;

/// <summary>The header by which a creation can be repeated without creating twice. What it means is the conductor's matter.</summary>
internal static class IdempotencyKey
{
    /// <summary>Its name over HTTP.</summary>
    public const string Header = "Idempotency-Key";

    /// <summary>Its name in the metadata of a call.</summary>
    public const string Metadata = "idempotency-key";

    /// <summary>Its greatest length, in characters.</summary>
    public const int MaximumLength = 255;

    /// <summary>The key of a request; null when it has none.</summary>
    /// <exception cref="RestException">400: it has several, or one that is none.</exception>
    public static string? Read(HttpRequest request)
    {
        if (!request.Headers.TryGetValue(Header, out var values))
            return null;
        return values is [{ Length: > 0 and <= MaximumLength } key] && !key.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? key
            : throw RestException.BadRequest($"{Header} must be one text of 1 to {MaximumLength} visible ASCII characters without blanks.");
    }
}
