using System.Diagnostics;
using Ironic.BmcSimulator;
using Ironic.BmcSimulator.Faults;
using Ironic.BmcSimulator.Machines;
using Ironic.Drivers.Redfish.Tests.Support;
using V1 = Ironic.Driver.V1;

namespace Ironic.Drivers.Redfish.Tests.Sim;

/// <summary>Many machines at once.</summary>
public sealed class FleetTests
{
    private const int Machines = 200;
    private const int Stalling = 40;

    [Fact]
    public async Task Controllers_that_stall_hold_nobody_else()
    {
        await using var driver = await TestDriver.StartAsync(new FleetOptions { RedfishServers = Machines, Timings = MachineTimings.None }, "--Redfish:RequestTimeout=00:01:00");
        foreach (var server in driver.Fleet.Servers.Take(Stalling))
            server.Faults.Add(new Fault(FaultKind.Stall));
        using var cancel = new CancellationTokenSource();
        var started = Stopwatch.GetTimestamp();

        var stalled = driver.Fleet.Servers.Take(Stalling)
            .Select(server => driver.Power.GetPowerStateAsync(new V1.GetPowerStateRequest { Node = driver.Node(server: server), Interface = "redfish" }, cancellationToken: cancel.Token).ResponseAsync).ToList();
        var states = await Task.WhenAll(driver.Fleet.Servers.Skip(Stalling).Select(server => driver.ReadPowerAsync(driver.Node(server: server))));

        Assert.All(states, state => Assert.Equal(V1.PowerState.Off, state));
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(40));
        Assert.All(stalled, call => Assert.False(call.IsCompleted));
        await cancel.CancelAsync();
        Assert.All(await Task.WhenAll(stalled.Select(call => Record.ExceptionAsync(() => call))), Assert.NotNull);
        Assert.All(driver.Fleet.Servers.Skip(Stalling), server => Assert.Equal((1, 1), (server.RedfishCounters.SessionsOpened, server.RedfishCounters.PeakRequests)));
    }

    [Fact]
    public async Task Callers_of_one_controller_take_turns_in_one_session()
    {
        await using var driver = await TestDriver.StartAsync();

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => driver.ReadPowerAsync()));

        Assert.Equal((1, 1), (driver.Server.RedfishCounters.SessionsOpened, driver.Server.RedfishCounters.PeakRequests));
    }
}
