using System.Text.Json.Nodes;
using Ironic.BmcSimulator;
using Ironic.BmcSimulator.Machines;
using Xunit.Abstractions;

namespace Ironic.Conformance.Tests.OurDrivers;

/// <summary>The ipmi driver keeps the contract with simulated machines.</summary>
public sealed class IpmiDriverTests(ITestOutputHelper output)
{
    [Fact]
    public async Task It_keeps_the_contract()
    {
        await using var fleet = await SimulatedFleet.StartAsync(new FleetOptions { IpmiServers = 2, Timings = MachineTimings.None });
        Machine[] machines = [.. fleet.Servers.Zip((string[])["ipmi", "intel-ipmi"], (server, type) => new Machine(type, Info(fleet, server), MayChange: true))];
        await ConformantDriver.AssertAsync(output, "ipmi", ["--Ipmi:PowerPollInterval=00:00:00.050", "--Ipmi:CommandsPerSecond=1000", "--Ipmi:ConsolePortRange=40000:49999"], machines);
    }

    private static JsonObject Info(SimulatedFleet fleet, SimulatedServer server) => new()
    {
        ["ipmi_address"] = "127.0.0.1",
        ["ipmi_port"] = server.IpmiPort,
        ["ipmi_username"] = fleet.Options.User,
        ["ipmi_password"] = fleet.Options.Password,
    };
}
