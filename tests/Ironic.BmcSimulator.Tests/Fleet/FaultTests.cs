using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ironic.BmcSimulator.Faults;
using Ironic.BmcSimulator.Machines;
using Ironic.BmcSimulator.Tests.Ipmi;
using Ironic.BmcSimulator.Tests.Redfish;
using Ironic.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Ironic.BmcSimulator.Tests.Fleet;

/// <summary>Faults over both protocols, by the library and by the control API, and what is counted.</summary>
public sealed class FaultTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Redfish_faults_happen_as_often_as_they_should()
    {
        await using var fleet = await SimulatedFleet.StartAsync(new FleetOptions { RedfishServers = 2 });
        var server = fleet.Servers[0];
        using var client = new RedfishClient(fleet, server.RedfishUrl!);

        server.Faults.Add(new Fault(FaultKind.Unavailable) { Times = 2, RetryAfter = 9, Path = "/systems/" });
        Assert.Equal(200, await client.StatusAsync(HttpMethod.Get, "/redfish/v1/"));
        using (var unavailable = await client.SendAsync(HttpMethod.Get, server.SystemPath))
            Assert.Equal((503, 9), ((int)unavailable.StatusCode, (int)unavailable.Headers.RetryAfter!.Delta!.Value.TotalSeconds));
        Assert.Equal(1, server.Faults.Active.Single().Times);
        Assert.Equal(503, await client.StatusAsync(HttpMethod.Get, server.SystemPath));
        Assert.Equal(200, await client.StatusAsync(HttpMethod.Get, server.SystemPath));
        Assert.Empty(server.Faults.Active);

        server.Faults.Add(new Fault(FaultKind.Reset) { Times = 1, Method = "GET" });
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(server.SystemPath));
        server.Faults.Add(new Fault(FaultKind.WrongCredentials) { Times = 1 });
        Assert.Equal(401, await client.StatusAsync(HttpMethod.Get, server.SystemPath));
        server.Faults.Add(new Fault(FaultKind.SessionsExhausted) { Times = 1 });
        Assert.Equal(503, await client.StatusAsync(HttpMethod.Post, "/redfish/v1/SessionService/Sessions", new { UserName = fleet.Options.User, fleet.Options.Password }));
        server.Faults.Add(new Fault(FaultKind.Malformed) { Times = 1 });
        await Assert.ThrowsAnyAsync<JsonException>(() => client.GetAsync(server.SystemPath));
        server.Faults.Add(new Fault(FaultKind.Unavailable) { Scope = FaultScope.Ipmi });
        Assert.Equal(200, await client.StatusAsync(HttpMethod.Get, server.SystemPath));
        Assert.Equal((6, 0), ((int)server.RedfishCounters.FaultsMet, fleet.Servers[1].RedfishCounters.FaultsMet));
    }

    [Fact]
    public async Task A_request_that_stalls_is_under_way_until_the_caller_gives_up()
    {
        var time = new FakeTimeProvider();
        await using var fleet = await SimulatedFleet.StartAsync(new FleetOptions { RedfishServers = 1, Time = time });
        var server = fleet.Servers[0];
        using var client = new RedfishClient(fleet, server.RedfishUrl!);
        using var patience = new CancellationTokenSource();
        server.Faults.Add(new Fault(FaultKind.Stall) { Times = 1 });
        server.Faults.Add(new Fault(FaultKind.Slow) { Delay = TimeSpan.FromMinutes(1) });

        var stalled = client.SendAsync(HttpMethod.Get, server.SystemPath, cancellation: patience.Token);
        await Eventually.ThatAsync(() => server.RedfishCounters.RequestsNow == 1, Limit, "it is under way");
        var slow = client.StatusAsync(HttpMethod.Get, server.SystemPath);
        await Eventually.ThatAsync(() => server.RedfishCounters.RequestsNow == 2, Limit, "another is, too");
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stalled);
        await Eventually.ThatAsync(() => server.RedfishCounters.RequestsNow == 1, Limit, "the first was given up");
        time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(200, await slow.WaitAsync(Limit));
        Assert.Equal((0, 2, 2), (server.RedfishCounters.RequestsNow, server.RedfishCounters.PeakRequests, (int)server.RedfishCounters.Requests));
    }

    [Fact]
    public async Task Ipmi_faults()
    {
        await using var fleet = await SimulatedFleet.StartAsync(new FleetOptions { IpmiServers = 1, Timings = MachineTimings.None });
        var server = fleet.Servers[0];

        server.Faults.Add(new Fault(FaultKind.Slow) { Delay = TimeSpan.FromMilliseconds(20) });
        await Ipmitool.RunAsync(fleet, server, 17, "power", "on");
        Assert.Equal((PowerState.On, 1), (server.PowerState, server.Boots.Count));
        server.Faults.Clear();
        await FailsAsync(FaultKind.SessionsExhausted, "insufficient resources");
        await FailsAsync(FaultKind.WrongCredentials, "unauthorized name");
        await FailsAsync(FaultKind.Unavailable, "busy");
        await FailsAsync(FaultKind.Stall, "Unable to establish");
        await FailsAsync(FaultKind.Malformed, "");
        Assert.Contains("is on", await Ipmitool.RunAsync(fleet, server, 17, "power", "status"), StringComparison.Ordinal);
        Assert.Equal(1, server.IpmiCounters.SessionsRefused);

        async Task FailsAsync(FaultKind kind, string because)
        {
            server.Faults.Add(new Fault(kind));
            var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => Ipmitool.RunAsync(fleet, server, 17, "-v", "-N", "1", "-R", "1", "power", "status"));
            Assert.True(failure.Message.Contains(because, StringComparison.OrdinalIgnoreCase), $"{kind}: {failure.Message}");
            server.Faults.Clear(kind);
        }
    }

    [Fact]
    public async Task A_percentage_of_the_fleet_is_spread_over_it()
    {
        await using var fleet = await SimulatedFleet.StartAsync(new FleetOptions { RedfishServers = 20, IpmiServers = 20, RedfishPortPerServer = false });

        var chosen = fleet.AddFault(new Fault(FaultKind.Stall) { Scope = FaultScope.Ipmi }, percent: 15);

        Assert.Equal(["ipmi-7", "ipmi-14", "ipmi-20"], chosen.Select(server => server.Id));
        Assert.All(fleet.Servers, server => Assert.Equal(chosen.Contains(server) ? 1 : 0, server.Faults.Active.Count));
        fleet.ClearFaults(FaultKind.Stall);
        Assert.All(fleet.Servers, server => Assert.Empty(server.Faults.Active));
    }

    [Fact]
    public async Task The_control_API_shows_and_sets()
    {
        await using var fleet = await SimulatedFleet.StartAsync(new FleetOptions { RedfishServers = 2, IpmiServers = 1, DualServers = 1, ControlPort = 0, Timings = MachineTimings.None });
        using var control = new HttpClient { BaseAddress = fleet.ControlUrl };
        using var client = new RedfishClient(fleet, fleet["redfish-2"].RedfishUrl!);

        var list = (await control.GetFromJsonAsync<JsonArray>("/servers?skip=1&limit=2"))!;
        Assert.Equal(["redfish-2", "ipmi-1"], list.Select(server => (string?)server!["id"]));
        Assert.Equal(fleet["ipmi-1"].IpmiPort, (int?)list[1]!["ipmiPort"]);

        Assert.True((await control.PostAsJsonAsync("/servers/redfish-2/faults", new { kind = "Unavailable", retryAfter = 3, times = 1, delay = "00:00:05" })).IsSuccessStatusCode);
        Assert.Equal("Unavailable", (string?)(await control.GetFromJsonAsync<JsonArray>("/servers/redfish-2/faults"))![0]!["kind"]);
        Assert.Equal(503, await client.StatusAsync(HttpMethod.Get, "/redfish/v1/Systems"));
        Assert.True((await control.PutAsJsonAsync("/servers/redfish-2/power", new { state = "On" })).IsSuccessStatusCode);
        Assert.Equal("On", (string?)(await client.GetAsync(fleet["redfish-2"].SystemPath))["PowerState"]);

        using var set = await control.PostAsJsonAsync("/faults", new { fault = new { kind = "Stall", scope = "Ipmi" }, percent = 50 });
        Assert.Equal(["server-1"], (await set.Content.ReadFromJsonAsync<string[]>())!);
        Assert.True((await control.DeleteAsync(new Uri("/faults?kind=stall", UriKind.Relative))).IsSuccessStatusCode);
        Assert.Empty(fleet["server-1"].Faults.Active);

        var view = (await control.GetFromJsonAsync<JsonObject>("/servers/redfish-2"))!;
        Assert.Equal((2, 1), ((int)view["redfish"]!["requests"]!, (int)view["redfish"]!["peakRequests"]!));
        var counters = (await control.GetFromJsonAsync<JsonObject>("/counters"))!;
        Assert.Equal((2, 1, 0), ((int)counters["requests"]!, (int)counters["mostRequests"]!, counters["crowded"]!.AsArray().Count));
        Assert.True((await control.DeleteAsync(new Uri("/counters", UriKind.Relative))).IsSuccessStatusCode);
        Assert.Equal(0, fleet["redfish-2"].RedfishCounters.Requests);

        Assert.Equal(404, (int)(await control.GetAsync(new Uri("/servers/nobody", UriKind.Relative))).StatusCode);
        Assert.Equal(400, (int)(await control.PostAsJsonAsync("/faults", new { fault = new { kind = "Explosion" } })).StatusCode);
        Assert.Equal(400, (int)(await control.PostAsJsonAsync("/faults", new { fault = new { kind = "Stall" }, percent = 101 })).StatusCode);
        Assert.Equal(400, (int)(await control.PostAsJsonAsync("/servers/ipmi-1/faults", new { scope = "Ipmi" })).StatusCode);
    }
}
