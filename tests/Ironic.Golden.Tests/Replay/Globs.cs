using System.Text.RegularExpressions;

namespace Ironic.Golden.Tests.Replay;

/// <summary>Patterns over dotted paths: <c>*</c> is any text, dots included, <c>?</c> any one character.</summary>
internal static class Globs
{
    public static bool Match(IEnumerable<string> globs, string? path) => path is not null && globs.Any(glob => Match(glob, path));

    private static bool Match(string glob, string path) =>
        Regex.IsMatch(path, "^" + Regex.Escape(glob).Replace("\\*", ".*", StringComparison.Ordinal).Replace("\\?", ".", StringComparison.Ordinal) + "$", RegexOptions.Singleline);
}
