using System.Text.RegularExpressions;
using Ironic.Api.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Nodes;

/// <summary>How a node is named: by its UUID or by its name.</summary>
internal static partial class NodeIdent
{
    /// <summary>The UUID in its canonical form, or null when the text is none. Any case is accepted, and a form without hyphens.</summary>
    public static string? TryParseUuid(string text) =>
        Guid.TryParseExact(text, "D", out var uuid) || Guid.TryParseExact(text, "N", out uuid) ? uuid.ToString("D") : null;

    /// <summary>The UUID in its canonical form.</summary>
    /// <exception cref="IronicException">INVALID_UUID.</exception>
    public static string ParseUuid(string text, string field) =>
        TryParseUuid(text) ?? throw new IronicException(ErrorReason.InvalidUuid, $"Expected UUID for {field}: {text}");

    /// <summary>1 to 255 ASCII letters, digits, <c>-</c>, <c>.</c>, <c>_</c> and <c>~</c>.</summary>
    public static bool IsLogicalName(string text) => LogicalName().IsMatch(text);

    [GeneratedRegex(@"^[A-Za-z0-9._~-]{1,255}\z")]
    private static partial Regex LogicalName();
}
