using System.Text.RegularExpressions;
using Ironic.Stack;
using Ironic.Testing;

namespace Ironic.Clients.Tests.Documentation;

/// <summary>What README.md and the launcher tell people to paste does what they say.</summary>
public sealed class ReadmeTests
{
    [Fact]
    public async Task The_first_steps_of_the_readme_answer_as_promised()
    {
        using var directory = new TestDirectory("readme");
        await using var stack = await StartAsync(directory);

        var commands = string.Concat(new Page("README.md").Blocks("sh").Skip(1));
        var output = await Page.PasteAsync(stack, commands.Replace("docs/examples/FirstCall.cs", $"docs/examples/FirstCall.cs {stack.GrpcUrl.OriginalString}", StringComparison.Ordinal));

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
        Page.AssertPromised(output, promised);
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
            var output = await Page.PasteAsync(stack, pasted);
            if (request.EndsWith("/authentication_types", StringComparison.Ordinal))
                Assert.Equal("{\"types\":[\"NONE\",\"MD5\",\"MD2\"]}", output);
            // What was accepted before may take longer on a busy machine than a person does.
            if (request.EndsWith("/sent_raw", StringComparison.Ordinal))
                await Eventually.ThatAsync(async () => await Page.PasteAsync(stack, pasted) == "{\"sent\":[\"0102\"]}", TestStack.Limit, "send_raw has sent");
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
}
