using System.Text.RegularExpressions;

namespace Ironic.Conductor;

/// <summary>Addresses of network interfaces.</summary>
internal static partial class MacAddress
{
    /// <summary>The address in lower case, or null when the text is none: six pairs of hexadecimal digits with colons between them.</summary>
    public static string? TryParse(string text) => Mac().IsMatch(text) ? text.ToLowerInvariant() : null;

    [GeneratedRegex(@"^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}\z")]
    private static partial Regex Mac();
}
