using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Ironic.Stack;
using Ironic.Testing;

namespace Ironic.Clients.Tests.Documentation;

/// <summary>The driver author's guide shows code that is there, and its commands do what it says.</summary>
public sealed partial class DriverGuideTests
{
    private const string CSharp = "A driver in C#, in ten minutes";

    private const string Python = "A driver in Python, in ten minutes";

    private static readonly Page Guide = new("docs", "driver-authors-guide.md");

    [Fact]
    public void Every_excerpt_is_in_the_repository()
    {
        var root = StackPrograms.FindRepository();
        string[] folders = ["services/drivers/Ironic.Drivers.Example", "services/drivers/Ironic.Drivers.Fake/Interfaces", "docs/examples", "tests/Ironic.Drivers.Example.Tests"];
        // Line by line, so that half a line is no excerpt.
        var files = folders
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(root, folder)))
            .Select(file => "\n" + File.ReadAllText(file).ReplaceLineEndings("\n") + "\n")
            .ToList();
        var excerpts = Guide.Blocks("csharp").Concat(Guide.Blocks("xml")).ToList();

        Assert.NotEmpty(excerpts);
        Assert.Equal([], excerpts.Where(excerpt => !files.Exists(file => file.Contains("\n" + excerpt, StringComparison.Ordinal))));
    }

    [Fact]
    public async Task The_guides_commands_do_as_promised()
    {
        using var directory = new TestDirectory("guide");
        await using var stack = await StartAsync(directory);
        // The first one starts the stack; the last one is a test project, which runs by itself.
        var commands = Guide.Blocks("sh").Skip(1).SkipLast(1).Except(Guide.Blocks("sh", CSharp)).Except(Guide.Blocks("sh", Python));

        var output = await PasteAsync(stack, commands);

        Page.AssertPromised(
            output,
            "registered with conductor",
            """{"types":["NONE","MD5","MD2"]}""",
            """{"sent":["0102"]}""",
            "Parameter 'raw_bytes' not passed to method 'send_raw'.",
            "Deregistered from",
            "Driver acme at",
            """
            "acme_address":"Where the management controller is, HOST:PORT. Required.","acme_password":"Its password. Optional."
            """,
            """{"timeout_seconds":5}""",
            "\"acme_password\":\"******\"",
            "The machine is on.",
            """{"color":"amber","seconds":5}""",
            "must be one of 'off', 'amber', 'blue', not this string.",
            """{"boot":{"quiet":true}}""",
            "cannot be reached: Connection refused",
            """{"timeout_seconds":20}""",
            "Deregistered from",
            """{"timeout_seconds":20}""",
            "Deregistered from",
            "Could not find the following driver(s) or hardware type(s): acme.");
    }

    [Fact]
    public async Task The_template_makes_a_driver_that_passes_its_tests_and_joins_the_system()
    {
        using var directory = new TestDirectory("guide");
        await using var stack = await StartAsync(directory);

        var output = await PasteAsync(stack, [Definitions, .. Guide.Blocks("sh", CSharp)]);

        Page.AssertPromised(
            output,
            "The template \"Ironic driver\" was created successfully.",
            "Failed:     0, Passed:     3, Skipped:     0",
            "registered with conductor",
            "\"driver\":\"contoso\"",
            "\"provision_state\":\"manageable\"",
            "The machine is on.",
            """{"seconds":30}""",
            "seconds must be 0 to 255.",
            "Deregistered from");
    }

    [Fact]
    public async Task The_example_in_Python_becomes_a_driver_of_another_name()
    {
        using var directory = new TestDirectory("guide");
        await using var stack = await StartAsync(directory);

        var output = await PasteAsync(stack, [Definitions, .. Guide.Blocks("sh", Python)]);

        Page.AssertPromised(
            output,
            "registered with conductor",
            "\"driver\":\"contoso-py\"",
            "\"power_state\":\"power on\"",
            """{"led": "blue"}""",
            "contoso-py 1.0 at http://127.0.0.1:",
            "0 failed",
            "deregistered");
    }

    [Fact]
    public async Task The_commands_of_the_driver_in_Python_do_as_promised()
    {
        using var directory = new TestDirectory("guide");
        await using var stack = await StartAsync(directory);

        var output = await Page.PasteAsync(stack, string.Concat(new Page("examples", "python-driver", "README.md").Blocks("sh")));

        Page.AssertPromised(
            output,
            "registered with conductor",
            "\"driver\":\"python-example\"",
            """{"colors": ["off", "blue", "amber"]}""",
            """{"led": "blue"}""",
            "Parameter 'color' must be one of off, blue, amber.",
            "deregistered");
    }

    // The shell functions and variables that all commands use: the block after the one that starts the stack.
    private static string Definitions => Guide.Blocks("sh")[1];

    /// <summary>Pastes commands, at free ports in place of those that the guide chose.</summary>
    private static Task<string> PasteAsync(IronicStack stack, IEnumerable<string> commands)
    {
        var text = string.Concat(commands);
        foreach (var address in ChosenAddress().Matches(text).Select(match => match.Value).Distinct())
            text = text.Replace(address, $"127.0.0.1:{FindPort()}", StringComparison.Ordinal);
        return Page.PasteAsync(stack, text);
    }

    private static Task<IronicStack> StartAsync(TestDirectory directory) => IronicStack.StartAsync(new StackOptions
    {
        DataDirectory = directory.FullName,
        Drivers = ["fake"],
        StartTimeout = TestStack.Limit * 2,
        Profile = StackProfile.LoadNamed("default"),
    });

    private static int FindPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex(@"127\.0\.0\.1:(8088|8089|7109)\b")]
    private static partial Regex ChosenAddress();
}
