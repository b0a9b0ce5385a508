using System.Text.RegularExpressions;
using Ironic.Stack;
using Ironic.Testing;

namespace Ironic.Clients.Tests.Compatibility;

/// <summary>A driver as it is now works with a conductor that was built from an older revision of the contract: SPEC.md 9.</summary>
public sealed partial class OlderConductorTests
{
    public static TheoryData<string> Revisions => new(ContractRevision.All);

    [Theory]
    [MemberData(nameof(Revisions))]
    public async Task It_registers_the_driver_and_uses_it(string revision)
    {
        await using var conductor = await ContractRevision.StartAsync(revision, "frozen_conductor.py");
        var registry = (await conductor.WaitForOutputAsync(Listening(), TestStack.Limit)).Groups["url"].Value;
        await using var driver = await ServerProcess.StartAsync(new ServerProcessOptions(
            "dotnet", StackPrograms.FromRepository().Drivers["fake"], "--Driver:Url=http://127.0.0.1:0", $"--Driver:Conductors:0={registry}"));

        await conductor.WaitForExitAsync(TestStack.Limit * 2);

        Assert.True(conductor.ExitCode == 0, $"{conductor.Output}\n{driver.Output}");
        // Nothing is skipped, and a script without tests is no success.
        Assert.Matches(@"Ran [1-9]\d* tests? in .*\s+OK\s*$", conductor.Output);
    }

    [GeneratedRegex(@"listening on (?<url>http://127\.0\.0\.1:\d+)")]
    private static partial Regex Listening();
}
