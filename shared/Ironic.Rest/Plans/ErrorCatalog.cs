using System.Collections.Frozen;
using System.Text;
using Google.Protobuf.Reflection;
using Ironic.Rest.V1;

namespace Ironic.Rest.Plans;

/// <summary>The annotated error values of the contract, by the reason that their gRPC status carries.</summary>
internal sealed class ErrorCatalog
{
    private readonly FrozenDictionary<string, ErrorRule> _rules;

    public ErrorCatalog(IEnumerable<EnumDescriptor> enums) =>
        _rules = enums.SelectMany(RulesOf).ToFrozenDictionary(entry => entry.Reason, entry => entry.Rule, StringComparer.Ordinal);

    /// <summary>Every reason with its rule, by name.</summary>
    public IEnumerable<KeyValuePair<string, ErrorRule>> Rules => _rules.OrderBy(rule => rule.Key, StringComparer.Ordinal);

    /// <summary>The rule of a reason; null when this process does not know it.</summary>
    public ErrorRule? Find(string reason) => _rules.GetValueOrDefault(reason);

    private static IEnumerable<(string Reason, ErrorRule Rule)> RulesOf(EnumDescriptor descriptor)
    {
        var prefix = UpperSnake(descriptor.Name) + "_";
        foreach (var value in descriptor.Values)
        {
            if (value.GetOptions()?.GetExtension(RestExtensions.Error) is not { } rule)
                continue;
            if (!value.Name.StartsWith(prefix, StringComparison.Ordinal) || rule.Http is < 400 or > 599)
                throw new ContractException($"The error {value.FullName} needs the prefix {prefix} and an HTTP status from 400 to 599.");
            yield return (value.Name[prefix.Length..], rule);
        }
    }

    private static string UpperSnake(string name)
    {
        var text = new StringBuilder();
        foreach (var letter in name)
        {
            if (char.IsAsciiLetterUpper(letter) && text.Length > 0)
                text.Append('_');
            text.Append(char.ToUpperInvariant(letter));
        }

        return text.ToString();
    }
}
