using System.Text.RegularExpressions;
using Ironic.Rest.Quirks;

namespace Ironic.Rest.Tests.Quirks;

public sealed partial class QuirkDocumentationTests
{
    [Fact]
    public void Every_quirk_is_in_docs_compatibility_and_no_other()
    {
        var table = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Reference", "compatibility.md"))
            .SkipWhile(line => line != "### By name").SkipWhile(line => !line.StartsWith("|---", StringComparison.Ordinal)).Skip(1).TakeWhile(line => line.StartsWith('|'));
        var documented = table.Select(line => Name().Match(line).Groups["name"].Value);

        // Asked where fields are looked up, and of routes that were found.
        var quirks = QuirkList.All.Select(quirk => quirk.Name).Concat(["later-fields", "later-paths"]);

        Assert.Equal(quirks.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [GeneratedRegex("^\\| `(?<name>[a-z-]+)` \\|")]
    private static partial Regex Name();
}
