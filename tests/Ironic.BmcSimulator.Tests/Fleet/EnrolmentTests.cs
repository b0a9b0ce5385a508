using Ironic.BmcSimulator.Enrolment;
using Ironic.BmcSimulator.Ipmi;
using Ironic.BmcSimulator.Machines;

namespace Ironic.BmcSimulator.Tests.Fleet;

/// <summary>A fleet in a whole system: its nodes are managed and turned on by a real driver, and the controllers say what they saw of it.</summary>
public sealed class EnrolmentTests
{
    private const int Count = 30;

    [Fact]
    public async Task A_fleet_is_enrolled_managed_and_turned_on()
    {
        await using var stack = await TestStack.StartAsync(options => options with { Drivers = ["fake", "ipmi"] });
        await using var fleet = await SimulatedFleet.StartAsync(new FleetOptions
        {
            IpmiServers = Count,
            Timings = MachineTimings.None,
            Ipmi = new IpmiBehaviour { AnswerDelay = TimeSpan.FromMilliseconds(2) },
        });
        using var enroller = new Enroller(fleet, stack.Processes.RestUrl);

        await enroller.RunAsync();
        Assert.Equal((Count, 0), (enroller.Created, enroller.Updated));
        await enroller.RunAsync();
        Assert.Equal((Count, Count), (enroller.Created, enroller.Updated));
        await Task.WhenAll(fleet.Servers.Select(server => stack.ProvisionAsync(server.Id, "manage", "manageable")));
        foreach (var server in fleet.Servers)
        {
            await stack.WaitUntilUnlockedAsync(server.Id);
            (await stack.Rest.PutAsync($"/v1/nodes/{server.Id}/states/power", new { target = "power on" })).AssertStatus(202);
        }

        foreach (var server in fleet.Servers)
            await stack.WaitForNodeAsync(server.Id, node => node.GetProperty("power_state").ValueEquals("power on"), $"{server.Id} is on");
        Assert.All(fleet.Servers, server => Assert.Equal((PowerState.On, 1), (server.PowerState, server.Boots.Count)));
        Assert.Equal(Count, (await stack.Rest.GetAsync("/v1/ports")).Json.GetProperty("ports").GetArrayLength());

        await stack.Processes.Drivers.Single(driver => driver.Name == "driver-ipmi").StopAsync();
        Assert.All(fleet.Servers, server => Assert.Equal((0, 1), (server.IpmiCounters.SessionsNow, server.IpmiCounters.PeakSessions)));
        Assert.All(fleet.Servers, server => Assert.Equal((1, 0), (server.IpmiCounters.PeakRequests, (int)server.IpmiCounters.ProtocolErrors)));
    }
}
