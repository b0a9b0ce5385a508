using System.Net;
using System.Net.Sockets;
using Ironic.Stack;
using Ironic.Testing;

namespace Ironic.Clients.Tests.Documentation;

/// <summary>The driver author's guide shows code that is there, and its commands do what it says.</summary>
public sealed class DriverGuideTests
{
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
        var commands = string.Concat(Guide.Blocks("sh").Skip(1).SkipLast(1));

        var output = await Page.PasteAsync(stack, commands.Replace("127.0.0.1:8089", $"127.0.0.1:{FindPort()}", StringComparison.Ordinal));

        Page.AssertPromised(
            output,
            "registered with conductor",
            """{"types":["NONE","MD5","MD2"]}""",
            """{"sent":["0102"]}""",
            "Parameter 'raw_bytes' not passed to method 'send_raw'.",
            "Deregistered from",
            "Driver acme at",
            """{"acme_address":"Where the management controller is, HOST:PORT. Required.","acme_password":"Its password. Optional."}""",
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
}
