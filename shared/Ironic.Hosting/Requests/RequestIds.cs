using System.Diagnostics.CodeAnalysis;

namespace Ironic.Hosting.Requests;

/// <summary>Request ids as OpenStack writes them: <c>req-</c> and a UUID.</summary>
public static class RequestIds
{
    private const string Prefix = "req-";

    /// <summary>A new id.</summary>
    public static string Create() => string.Create(40, Guid.NewGuid(), static (span, guid) =>
    {
        Prefix.CopyTo(span);
        guid.TryFormat(span[Prefix.Length..], out _);
    });

    /// <summary>Whether a caller's text is an id. Nothing else may enter logs and headers under that name.</summary>
    public static bool IsValid([NotNullWhen(true)] string? text) =>
        text is { Length: 40 } && text.StartsWith(Prefix, StringComparison.Ordinal) && Guid.TryParseExact(text.AsSpan(Prefix.Length), "D", out _);
}
