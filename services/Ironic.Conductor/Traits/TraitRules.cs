using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Ironic.Api.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Traits;

/// <summary>What a trait is: a standard name of OpenStack's os-traits, or <c>CUSTOM_</c> with upper-case letters, digits and underscores after it.</summary>
internal static partial class TraitRules
{
    private const int MaximumLength = 255;

    private static readonly FrozenSet<string> Standard = ReadStandard();

    public static bool IsTrait(string text) => text.Length is > 0 and <= MaximumLength && (Custom().IsMatch(text) || Standard.Contains(text));

    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE.</exception>
    public static void Check(string text)
    {
        if (!IsTrait(text))
        {
            throw new IronicException(
                ErrorReason.InvalidParameterValue,
                $"'{(text.Length <= MaximumLength ? text : text[..MaximumLength] + "...")}' is no trait: neither a standard one nor of the form CUSTOM_[A-Z0-9_]+ with at most {MaximumLength} characters.");
        }
    }

    // The names of os-traits as of August 2026.
    private static FrozenSet<string> ReadStandard()
    {
        using var stream = typeof(TraitRules).Assembly.GetManifestResourceStream("standard-traits.txt")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
    }

    [GeneratedRegex(@"^CUSTOM_[A-Z0-9_]+\z")]
    private static partial Regex Custom();
}
