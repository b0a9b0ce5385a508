using System.Text.Json.Nodes;
using Ironic.Testing;
using Ironic.Testing.Stack;

namespace Ironic.Conformance.Tests;

/// <summary>The kit as a program.</summary>
public sealed class ProgramTests
{
    [Fact]
    public async Task It_tells_people_and_programs_what_it_found()
    {
        await using var driver = await DriverProcess.StartAsync("example");
        using var directory = new TestDirectory("conformance");
        await File.WriteAllTextAsync(directory.Combine("machine.json"), """{"hardware_type": "example", "driver_info": {}}""");
        string[] arguments = [driver.Url.OriginalString, "--machine", directory.Combine("machine.json"), "--allow-changes", "--json", directory.Combine("report.json"), "--only", "R-013,R-061"];

        var (status, text) = await RunAsync(arguments);

        Assert.True(status == 0, text);
        Assert.Contains("R-013  1 passed\n", text, StringComparison.Ordinal);
        var report = JsonNode.Parse(await File.ReadAllTextAsync(directory.Combine("report.json")))!;
        Assert.Equal(("example", true), ((string?)report["driver"], (bool)report["is_conformant"]!));
        Assert.Contains(report["results"]!.AsArray(), result => (string?)result!["requirement"] == "R-061" && (string?)result["verdict"] == "Pass");
        await driver.KillAsync();
        Assert.Equal(2, (await RunAsync(arguments)).Status);
        Assert.Equal(2, (await RunAsync(["nowhere"])).Status);
        Assert.Equal(2, (await RunAsync([driver.Url.OriginalString, "--machine", directory.Combine("report.txt")])).Status);
    }

    private static async Task<(int Status, string Text)> RunAsync(string[] arguments)
    {
        await using var process = await ServerProcess.StartAsync(new ServerProcessOptions("dotnet", [typeof(ConformanceRun).Assembly.Location, .. arguments]));
        await process.WaitForExitAsync(TestStack.Limit);
        return (process.ExitCode, process.Output);
    }
}
