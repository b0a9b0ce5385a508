using System.Text.RegularExpressions;
using Ironic.Stack;
using Ironic.Testing;

namespace Ironic.Clients.Tests.Documentation;

/// <summary>A page of the documentation: its code blocks, and what comes of pasting them.</summary>
/// <param name="path">The file, from the repository's root.</param>
internal sealed partial class Page(params string[] path)
{
    // Among what is pasted are builds, on a machine that is busy.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private static readonly string Root = StackPrograms.FindRepository();

    private readonly string _text = File.ReadAllText(Path.Combine([Root, .. path]));

    /// <summary>The code blocks of a language, in their order, without the fences.</summary>
    /// <param name="section">Those under this heading only; null: all.</param>
    public IReadOnlyList<string> Blocks(string language, string? section = null) =>
        [.. Block().Matches(section is null ? _text : Section(section)).Where(match => match.Groups["language"].Value == language).Select(match => match.Groups["code"].Value)];

    /// <summary>Pastes commands into a shell in the repository's directory. The addresses of a stack that runs with defaults become those of <paramref name="stack"/>.</summary>
    /// <returns>What was to be seen on the terminal.</returns>
    public static async Task<string> PasteAsync(IronicStack stack, string commands)
    {
        // Where what is installed for the user goes, such as templates of projects.
        using var home = new TestDirectory("dotnet-home");
        var script = InstallLine().Replace(commands, "")
            .Replace("http://127.0.0.1:6385", stack.RestUrl.OriginalString, StringComparison.Ordinal)
            .Replace("http://127.0.0.1:6390", stack.Conductors[0].Url.OriginalString, StringComparison.Ordinal)
            .Replace("data/6385", stack.DataDirectory, StringComparison.Ordinal);
        await using var shell = await ServerProcess.StartAsync(new ServerProcessOptions("bash", "-c", script)
        {
            WorkingDirectory = Root,
            // No build server may stay behind.
            Environment = new Dictionary<string, string?>
            {
                ["MSBUILDDISABLENODEREUSE"] = "1",
                ["UseSharedCompilation"] = "false",
                ["DOTNET_NOLOGO"] = "1",
                ["DOTNET_CLI_HOME"] = home.FullName,
                ["DOTNET_GENERATE_ASPNET_CERTIFICATE"] = "false",
                ["TMPDIR"] = home.FullName,
            },
        });
        try
        {
            await shell.WaitForExitAsync(Limit);
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"{exception.Message} It wrote: {shell.Output}", exception);
        }

        return shell.Output;
    }

    /// <summary>Fails with the whole output when something that the page promises is not in it, in this order.</summary>
    public static void AssertPromised(string output, params IEnumerable<string> promised)
    {
        var from = 0;
        foreach (var text in promised)
        {
            var found = output.IndexOf(text, from, StringComparison.Ordinal);
            Assert.True(found >= 0, $"{text} is not in, or not in its place in: {output}");
            from = found + text.Length;
        }
    }

    private string Section(string heading)
    {
        var from = _text.IndexOf($"\n## {heading}\n", StringComparison.Ordinal);
        Assert.True(from >= 0, $"There is no section {heading}.");
        var to = _text.IndexOf("\n## ", from + 1, StringComparison.Ordinal);
        return to < 0 ? _text[from..] : _text[from..to];
    }

    [GeneratedRegex("^```(?<language>[a-z]+)\n(?<code>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();

    // The tests have installed what they need.
    [GeneratedRegex("^sudo apt-get .*\n", RegexOptions.Multiline)]
    private static partial Regex InstallLine();
}
