using Ironic.BmcSimulator;
using Ironic.BmcSimulator.Machines;
using Ironic.Stack;
using Ironic.Testing;

namespace Ironic.Clients.Tests.Documentation;

/// <summary>What the page of the redfish driver tells people to paste does what it says.</summary>
public sealed class RedfishGuideTests
{
    [Fact]
    public async Task An_instance_boots_from_an_iso_as_promised()
    {
        using var directory = new TestDirectory("redfish-guide");
        await using var fleet = await SimulatedFleet.StartAsync(new FleetOptions { RedfishServers = 1, ControlPort = 0, Timings = MachineTimings.None });
        await using var stack = await IronicStack.StartAsync(new StackOptions
        {
            DataDirectory = directory.FullName,
            StartTimeout = TestStack.Limit * 2,
            Drivers = ["fake", "redfish"],
            Profile = StackProfile.LoadNamed("default"),
        });

        var commands = string.Concat(new Page("docs", "redfish-driver.md").Blocks("sh", "Instances that boot from an ISO"))
            .Replace("http://127.0.0.1:20000", fleet.Servers[0].RedfishUrl!.OriginalString, StringComparison.Ordinal)
            .Replace("http://127.0.0.1:8999", fleet.ControlUrl!.OriginalString, StringComparison.Ordinal);
        var output = await Page.PasteAsync(stack, commands);

        Page.AssertPromised(
            output,
            "manageable\n",
            "available\n",
            "is missing the following properties: boot_iso",
            "active\n",
            "\"source\":\"Cd\"",
            "\"image\":\"http://images.example/live.iso\"",
            "available\n",
            "\"media\":{}");
    }
}
