using System.Text.Json.Nodes;
using Ironic.BmcSimulator;
using Ironic.BmcSimulator.Machines;
using Xunit.Abstractions;

namespace Ironic.Conformance.Tests.OurDrivers;

/// <summary>The redfish driver keeps the contract with simulated machines.</summary>
public sealed class RedfishDriverTests(ITestOutputHelper output)
{
    [Fact]
    public async Task It_keeps_the_contract()
    {
        await using var fleet = await SimulatedFleet.StartAsync(new FleetOptions { RedfishServers = 2, Timings = MachineTimings.None });
        Machine[] machines = [.. fleet.Servers.Zip((string[])["redfish", "idrac"], (server, type) => new Machine(type, Info(fleet, server), MayChange: true))];
        await ConformantDriver.AssertAsync(output, "redfish", ["--Redfish:PollInterval=00:00:00.050", "--Redfish:TaskPollInterval=00:00:00.050", "--Redfish:RequestsPerSecond=1000"], machines);
    }

    private static JsonObject Info(SimulatedFleet fleet, SimulatedServer server) => new()
    {
        ["redfish_address"] = server.RedfishUrl!.OriginalString,
        ["redfish_username"] = fleet.Options.User,
        ["redfish_password"] = fleet.Options.Password,
    };
}
