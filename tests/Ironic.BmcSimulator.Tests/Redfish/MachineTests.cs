using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Ironic.BmcSimulator.Machines;
using Ironic.BmcSimulator.Redfish;
using Ironic.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Ironic.BmcSimulator.Tests.Redfish;

/// <summary>How machines behave in time, by a clock that only the test moves.</summary>
public sealed class MachineTests
{
    private static readonly MachineTimings Timings = new()
    {
        PowerOn = TimeSpan.FromSeconds(10),
        ForceOff = TimeSpan.FromSeconds(5),
        GracefulShutdown = TimeSpan.FromSeconds(30),
        Restart = TimeSpan.FromSeconds(3),
        Task = TimeSpan.FromMinutes(1),
        ControllerReset = TimeSpan.FromMinutes(2),
    };

    [Fact]
    public async Task Power_takes_its_time()
    {
        var time = new FakeTimeProvider();
        await using var fleet = await SimulatedFleet.StartAsync(new FleetOptions { RedfishServers = 1, Time = time, Timings = Timings });
        var server = fleet.Servers[0];
        using var client = new RedfishClient(fleet, server.RedfishUrl!);

        await client.ResetAsync(server, "On");
        Assert.Equal("PoweringOn", (string?)(await client.GetAsync(server.SystemPath))["PowerState"]);
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(PowerState.PoweringOn, server.PowerState);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(PowerState.On, server.PowerState);
        Assert.Equal("Hdd", server.Boots.Single().Source);

        await client.ResetAsync(server, "GracefulShutdown");
        Assert.Equal(PowerState.PoweringOff, server.PowerState);
        // Turned off hard meanwhile: that is sooner.
        await client.ResetAsync(server, "ForceOff");
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(PowerState.Off, server.PowerState);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(PowerState.Off, server.PowerState);

        server.PowerState = PowerState.On;
        await client.ResetAsync(server, "PowerCycle");
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(PowerState.Off, server.PowerState);
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(PowerState.PoweringOn, server.PowerState);
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal((PowerState.On, 2), (server.PowerState, server.Boots.Count));

        server.OperatingSystemResponds = false;
        await client.ResetAsync(server, "GracefulShutdown");
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(PowerState.On, server.PowerState);
    }

    [Fact]
    public async Task Idle_resets_are_refused_where_that_is_asked_for()
    {
        await using var fleet = await SimulatedFleet.StartAsync(new FleetOptions { RedfishServers = 1, Timings = MachineTimings.None, Redfish = new RedfishBehaviour { RefuseIdleResets = true } });
        using var client = new RedfishClient(fleet, fleet.Servers[0].RedfishUrl!);

        Assert.Equal(409, await client.ResetAsync(fleet.Servers[0], "ForceOff"));
        Assert.Equal(204, await client.ResetAsync(fleet.Servers[0], "On"));
        Assert.Equal(409, await client.ResetAsync(fleet.Servers[0], "On"));
    }

    [Fact]
    public async Task Booting_uses_virtual_media_and_applies_what_waits()
    {
        await using var fleet = await SimulatedFleet.StartAsync(new FleetOptions { RedfishServers = 1, Timings = MachineTimings.None });
        var server = fleet.Servers[0];
        using var client = new RedfishClient(fleet, server.RedfishUrl!);

        Assert.Equal(204, await client.StatusAsync(HttpMethod.Post, $"{server.SystemPath}/VirtualMedia/Cd/Actions/VirtualMedia.InsertMedia", new { Image = "http://images.test/a.iso" }));
        Assert.Equal(409, await client.StatusAsync(HttpMethod.Post, $"{server.SystemPath}/VirtualMedia/Cd/Actions/VirtualMedia.InsertMedia", new { Image = "http://images.test/b.iso" }));
        Assert.Equal("http://images.test/a.iso", server.Media["Cd"]);
        Assert.Equal(200, await client.StatusAsync(HttpMethod.Patch, server.SystemPath, new { Boot = new { BootSourceOverrideTarget = "Cd", BootSourceOverrideEnabled = "Once" } }));
        var drives = (await client.GetAsync($"{server.SystemPath}/Storage/RAID.1"))["Drives"]!.AsArray().Take(2).Select(drive => drive!.DeepClone());
        var volume = new JsonObject { ["RAIDType"] = "RAID0", ["Links"] = new JsonObject { ["Drives"] = new JsonArray([.. drives]) }, ["@Redfish.OperationApplyTime"] = "OnReset" };
        using var accepted = await client.SendAsync(HttpMethod.Post, $"{server.SystemPath}/Storage/RAID.1/Volumes", volume.ToJsonString());
        Assert.Equal(202, (int)accepted.StatusCode);
        Assert.Equal(202, await client.StatusAsync(HttpMethod.Get, accepted.Headers.Location!.OriginalString));

        await client.ResetAsync(server, "On");

        Assert.Equal(("Cd", "UEFI", "http://images.test/a.iso"), (server.Boots[0].Source, server.Boots[0].Mode, server.Boots[0].Image));
        Assert.Equal(200, await client.StatusAsync(HttpMethod.Get, accepted.Headers.Location!.OriginalString));
        Assert.Equal(1, (int)(await client.GetAsync($"{server.SystemPath}/Storage/RAID.1/Volumes"))["Members@odata.count"]!);
    }

    [Fact]
    public async Task Updates_run_as_tasks_and_a_controller_that_restarts_hears_nothing()
    {
        var time = new FakeTimeProvider();
        await using var fleet = await SimulatedFleet.StartAsync(new FleetOptions { RedfishServers = 1, Time = time, Timings = Timings, Redfish = new RedfishBehaviour { ResetAfterUpdate = true, TaskRetryAfter = 7 } });
        var server = fleet.Servers[0];
        using var client = new RedfishClient(fleet, server.RedfishUrl!);
        using var login = await client.SendAsync(HttpMethod.Post, "/redfish/v1/SessionService/Sessions", new { UserName = fleet.Options.User, fleet.Options.Password });

        using var accepted = await client.SendAsync(HttpMethod.Post, "/redfish/v1/UpdateService/Actions/UpdateService.SimpleUpdate", new { ImageURI = "http://images.test/bmc-5.0.1.bin" });
        Assert.Equal((202, 7), ((int)accepted.StatusCode, (int)accepted.Headers.RetryAfter!.Delta!.Value.TotalSeconds));
        var monitor = accepted.Headers.Location!.OriginalString;
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(50, (int)(await client.GetAsync(monitor))["PercentComplete"]!);
        time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal((1, 0), (server.ControllerResets, server.RedfishCounters.SessionsNow));
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync("/redfish/v1/"));
        time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("Completed", (string?)(await client.GetAsync(monitor))["TaskState"]);
        Assert.Equal("5.0.1", (string?)(await client.GetAsync($"/redfish/v1/Managers/{server.Id}"))["FirmwareVersion"]);
    }

    [Fact]
    public async Task Events_are_delivered()
    {
        var received = new ConcurrentQueue<JsonNode>();
        var port = FreePort.Next();
        using var listener = new HttpListener();
        listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        listener.Start();
        var serving = Task.Run(async () =>
        {
            while (received.Count < 2)
            {
                var context = await listener.GetContextAsync();
                received.Enqueue((await JsonNode.ParseAsync(context.Request.InputStream))!);
                context.Response.StatusCode = 204;
                context.Response.Close();
            }
        });
        await using var fleet = await SimulatedFleet.StartAsync(new FleetOptions { RedfishServers = 1, Timings = MachineTimings.None });
        using var client = new RedfishClient(fleet, fleet.Servers[0].RedfishUrl!);
        Assert.Equal(201, await client.StatusAsync(HttpMethod.Post, "/redfish/v1/EventService/Subscriptions", new { Destination = $"http://127.0.0.1:{port}/events", Context = "mine", EventTypes = new[] { "StatusChange" } }));

        await client.ResetAsync(fleet.Servers[0], "On");
        await serving.WaitAsync(TimeSpan.FromSeconds(30));

        var messages = received.Select(sent => (string?)sent["Events"]![0]!["Message"]).Order(StringComparer.Ordinal);
        Assert.Equal(["The power state is On.", "The system boots from Hdd."], messages);
        Assert.All(received, sent => Assert.Equal("mine", (string?)sent["Context"]));
        await Eventually.ThatAsync(() => fleet.Events.Delivered == 2, TimeSpan.FromSeconds(30), "both are counted");
    }

    [Fact]
    public async Task A_Dell_has_its_job_queue()
    {
        await using var fleet = await SimulatedFleet.StartAsync(new FleetOptions { RedfishServers = 1, Redfish = new RedfishBehaviour { Dell = true } });
        using var client = new RedfishClient(fleet, fleet.Servers[0].RedfishUrl!);
        var manager = $"/redfish/v1/Managers/{fleet.Servers[0].Id}";

        await client.StatusAsync(HttpMethod.Post, "/redfish/v1/UpdateService/Actions/UpdateService.SimpleUpdate", new { ImageURI = "http://images.test/bios-5.0.1.bin" });
        Assert.Equal(1, (int)(await client.GetAsync($"{manager}/Oem/Dell/Jobs"))["Members@odata.count"]!);
        Assert.Equal(204, await client.StatusAsync(HttpMethod.Post, $"{manager}/Oem/Dell/DellJobService/Actions/DellJobService.DeleteJobQueue", new { JobID = "JID_CLEARALL" }));
        Assert.Equal(0, (int)(await client.GetAsync($"{manager}/Oem/Dell/Jobs"))["Members@odata.count"]!);
    }
}
