using Microsoft.Net.Http.Headers;

namespace Ironic.Rest.Requests;

/// <summary>What the media type of a body means. Every one but a form's is read as JSON.</summary>
internal static class MediaType
{
    /// <summary>Whether a body is a form; one without a media type is.</summary>
    public static bool IsForm(string? contentType) =>
        string.IsNullOrWhiteSpace(contentType) ||
        (MediaTypeHeaderValue.TryParse(contentType, out var media) &&
            (media.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) ||
                media.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)));
}
