using System.Text.RegularExpressions;
using Ironic.EndToEnd.Tests.Support;
using Ironic.Stack;
using Ironic.Testing;

namespace Ironic.EndToEnd.Tests.Documentation;

/// <summary>What README.md and the launcher tell people to paste does what they say.</summary>
public sealed partial class ReadmeTests
{
    // Among them a build, on a machine that is busy.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private static readonly string Root = StackPrograms.FindRepository();

    [Fact]
    public async Task The_first_steps_of_the_readme_answer_as_promised()
    {
        using var directory = new TestDirectory("readme");
        await using var stack = await StartAsync(directory);

        var output = await PasteAsync(stack, string.Concat(Blocks().Skip(1)));

        string[] promised =
        [
            "\"name\":\"fake-hardware\"",
            "\"provision_state\":\"enroll\"",
            "\"power_state\":\"power on\",\"provision_state\":\"manageable\"",
            "\"send_raw\":{\"http_methods\":[\"POST\"],\"async\":true",
            "{\"sent\":[\"0102\"]}",
            "'no' is none.",
            "{\"types\":[\"NONE\",\"MD5\",\"MD2\"]}\n",
            "node-1: On, Manageable",
            "| node-2 | None          | power on    | available ",
            "| second_method             | POST                   | True  |",
            "Parameter 'bar' not passed to method 'third_method_sync'. (HTTP 400)",
            "Deleted node node-1\nDeleted node node-2",
        ];
        Assert.Equal([], promised.Where(text => !output.Contains(text, StringComparison.Ordinal)).Select(text => $"{text} is not in: {output}"));
        Assert.Equal(2, Regex.Count(output, """^\{"types":""", RegexOptions.Multiline));
    }

    [Fact]
    public async Task The_launchers_requests_answer()
    {
        using var directory = new TestDirectory("readme");
        await using var stack = await StartAsync(directory);

        foreach (var request in Introduction.Requests(stack.RestUrl.OriginalString, [.. stack.Drivers.Select(driver => driver.Name)]))
        {
            var pasted = request.Replace("curl ", "curl --fail-with-body ", StringComparison.Ordinal) + "\n";
            var output = await PasteAsync(stack, pasted);
            if (request.EndsWith("/authentication_types", StringComparison.Ordinal))
                Assert.Equal("{\"types\":[\"NONE\",\"MD5\",\"MD2\"]}", output);
            // What was accepted before may take longer on a busy machine than a person does.
            if (request.EndsWith("/sent_raw", StringComparison.Ordinal))
                await Eventually.ThatAsync(async () => await PasteAsync(stack, pasted) == "{\"sent\":[\"0102\"]}", TestStack.Limit, "send_raw has sent");
            if (request.EndsWith("/third_method_sync", StringComparison.Ordinal))
                Assert.Equal("true", output);
        }
    }

    private static Task<IronicStack> StartAsync(TestDirectory directory) => IronicStack.StartAsync(new StackOptions
    {
        DataDirectory = directory.FullName,
        StartTimeout = TestStack.Limit * 2,
        Profile = StackProfile.LoadNamed("default"),
    });

    private static async Task<string> PasteAsync(IronicStack stack, string text)
    {
        var script = text
            .Replace("http://127.0.0.1:6385", stack.RestUrl.OriginalString, StringComparison.Ordinal)
            .Replace("docs/examples/FirstCall.cs", $"docs/examples/FirstCall.cs {stack.GrpcUrl.OriginalString}", StringComparison.Ordinal);
        await using var shell = await ServerProcess.StartAsync(new ServerProcessOptions("bash", "-c", InstallLine().Replace(script, ""))
        {
            WorkingDirectory = Root,
            // No build server may stay behind.
            Environment = new Dictionary<string, string?> { ["MSBUILDDISABLENODEREUSE"] = "1", ["UseSharedCompilation"] = "false", ["DOTNET_NOLOGO"] = "1" },
        });
        await shell.WaitForExitAsync(Limit);
        return shell.Output;
    }

    private static IEnumerable<string> Blocks() =>
        ShellBlock().Matches(File.ReadAllText(Path.Combine(Root, "README.md"))).Select(match => match.Groups[1].Value);

    [GeneratedRegex("^```sh\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex ShellBlock();

    // The tests have installed what they need.
    [GeneratedRegex("^sudo apt-get .*\n", RegexOptions.Multiline)]
    private static partial Regex InstallLine();
}
