using System.Text.RegularExpressions;
using Ironic.Stack;

namespace Ironic.Clients.Tests.Documentation;

/// <summary>The documentation is complete where completeness can be counted.</summary>
public sealed partial class GuideTests
{
    private static readonly string Root = StackPrograms.FindRepository();

    [Fact]
    public void Every_setting_is_in_the_operators_guide()
    {
        var guide = File.ReadAllText(Path.Combine(Root, "docs", "operator-guide.md"));
        // Ironic.Rest's own options are set through those of the API.
        string[] folders = ["services", "shared/Ironic.Hosting", "shared/Ironic.Driver.Sdk"];
        var settings = (
            from folder in folders
            from file in Directory.EnumerateFiles(Path.Combine(Root, folder), "*Options.cs", SearchOption.AllDirectories)
            from Match property in Property().Matches(File.ReadAllText(file))
            select (Class: Path.GetFileNameWithoutExtension(file), Name: property.Groups[1].Value)).ToList();

        Assert.Contains(("ApiOptions", "RestUrl"), settings);
        // As a row has it: `Name`, `Name:N` or, of a nested object, `Parent:Name`.
        Assert.Equal([], settings.Where(setting => !Regex.IsMatch(guide, $"^\\| `(\\w+:)?{setting.Name}(:\\w+)?` \\|", RegexOptions.Multiline) && setting.Name != "Operations"));
    }

    [Fact]
    public void Every_decision_is_in_the_index()
    {
        var index = File.ReadAllText(Path.Combine(Root, "docs", "README.md"));
        var decisions = Directory.EnumerateFiles(Path.Combine(Root, "docs", "decisions"), "*.md").Select(path => Path.GetFileName(path)).ToList();

        Assert.NotEmpty(decisions);
        Assert.Equal([], decisions.Where(name => !index.Contains($"(decisions/{name})", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_link_leads_somewhere()
    {
        var pages = Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories).Append(Path.Combine(Root, "README.md"));
        var broken =
            from page in pages
            from Match link in Link().Matches(File.ReadAllText(page))
            let target = Path.Combine(Path.GetDirectoryName(page)!, link.Groups[1].Value)
            where !link.Groups[1].Value.Contains("://", StringComparison.Ordinal) && !Path.Exists(target)
            select $"{Path.GetFileName(page)}: {link.Groups[1].Value}";

        Assert.Equal([], broken);
    }

    [GeneratedRegex(@"^    public (?!const|static)[\w<>?, ]+ (\w+) \{ get; ", RegexOptions.Multiline)]
    private static partial Regex Property();

    [GeneratedRegex(@"\]\(([^)#]+)(#[^)]*)?\)")]
    private static partial Regex Link();
}
