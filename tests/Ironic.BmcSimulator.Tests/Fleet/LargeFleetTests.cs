using System.Diagnostics;
using Ironic.BmcSimulator.Tests.Ipmi;
using Ironic.BmcSimulator.Tests.Redfish;
using Xunit.Abstractions;

namespace Ironic.BmcSimulator.Tests.Fleet;

/// <summary>Thousands of machines in one process. What that takes is in the test's output; it is not asserted, since it is the machine's affair.</summary>
public sealed class LargeFleetTests(ITestOutputHelper output)
{
    private const int Each = 2000;

    [Fact]
    public async Task Two_thousand_of_each()
    {
        GC.Collect();
        var (before, processBefore) = (GC.GetTotalMemory(forceFullCollection: true), Environment.WorkingSet);
        var start = Stopwatch.GetTimestamp();
        var fleet = await SimulatedFleet.StartAsync(new FleetOptions { RedfishServers = Each, IpmiServers = Each, ControlPort = 0 });
        await using (fleet)
        {
            var took = Stopwatch.GetElapsedTime(start);
            var after = GC.GetTotalMemory(forceFullCollection: true);
            output.WriteLine($"{2 * Each} machines: started in {took.TotalSeconds:0.0} s, {(after - before) >> 20} MiB of objects, process {processBefore >> 20} -> {Environment.WorkingSet >> 20} MiB");

            Assert.Equal(2 * Each, fleet.Servers.Count);
            Assert.Equal(Each, fleet.Servers.Select(server => server.IpmiPort).OfType<int>().Distinct().Count());
            Assert.Equal(Each, fleet.Servers.Where(server => server.RedfishUrl is not null).Select(server => server.RedfishUrl!.Port).Distinct().Count());

            var asked = Stopwatch.GetTimestamp();
            await Parallel.ForEachAsync(fleet.Servers.Where(server => server.RedfishUrl is not null), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (server, _) =>
            {
                using var client = new RedfishClient(fleet, server.RedfishUrl!);
                Assert.Equal("Off", (string?)(await client.GetAsync(server.SystemPath))["PowerState"]);
            });
            output.WriteLine($"each Redfish service asked once on a connection of its own: {Stopwatch.GetElapsedTime(asked).TotalSeconds:0.0} s, process {Environment.WorkingSet >> 20} MiB");
            foreach (var id in (string[])["ipmi-1", "ipmi-1000", "ipmi-2000"])
                Assert.Contains("is off", await Ipmitool.RunAsync(fleet, fleet[id], 17, "power", "status"), StringComparison.Ordinal);

            Assert.All(fleet.Servers.Where(server => server.RedfishUrl is not null), server => Assert.Equal((1, 1, 0), ((int)server.RedfishCounters.Requests, server.RedfishCounters.PeakRequests, server.RedfishCounters.RequestsNow)));
            start = Stopwatch.GetTimestamp();
        }

        output.WriteLine($"stopped in {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s");
    }
}
