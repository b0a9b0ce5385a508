using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Ironic.BmcSimulator.Redfish;

namespace Ironic.BmcSimulator.Tests.Redfish;

/// <summary>What clients meet in services: sessions and their limit, preconditions, pages, errors, many machines behind one address.</summary>
public sealed class ServiceTests
{
    private const string Sessions = "/redfish/v1/SessionService/Sessions";

    [Fact]
    public async Task Sessions_run_out_end_and_are_closed()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        await using var fleet = await SimulatedFleet.StartAsync(new FleetOptions { RedfishServers = 1, Time = time, Redfish = new RedfishBehaviour { Sessions = 2, SessionTimeout = TimeSpan.FromMinutes(10) } });
        var counters = fleet.Servers[0].RedfishCounters;
        using var client = new RedfishClient(fleet, fleet.Servers[0].RedfishUrl!, authenticate: false);
        object login = new { UserName = fleet.Options.User, fleet.Options.Password };

        Assert.Equal(200, await client.StatusAsync(HttpMethod.Get, "/redfish/v1/"));
        Assert.Equal(401, await client.StatusAsync(HttpMethod.Get, "/redfish/v1/Systems"));
        Assert.Equal(401, await client.StatusAsync(HttpMethod.Get, Sessions));
        Assert.Equal(401, await client.StatusAsync(HttpMethod.Post, Sessions, new { UserName = "admin", Password = "wrong" }));
        using var first = await client.SendAsync(HttpMethod.Post, Sessions, login);
        var (token, location) = (first.Headers.GetValues("X-Auth-Token").Single(), first.Headers.Location!.OriginalString);
        Assert.Equal(201, await client.StatusAsync(HttpMethod.Post, Sessions, login));
        using var refused = await client.SendAsync(HttpMethod.Post, Sessions, login);
        Assert.Equal(503, (int)refused.StatusCode);
        Assert.Contains("SessionLimitExceeded", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        client.Headers.Add("X-Auth-Token", token);
        Assert.Equal(2, (int)(await client.GetAsync(Sessions))["Members@odata.count"]!);
        time.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(200, await client.StatusAsync(HttpMethod.Get, "/redfish/v1/Systems"));
        time.Advance(TimeSpan.FromMinutes(9));
        // The other one was idle for too long.
        Assert.Equal(1, (int)(await client.GetAsync(Sessions))["Members@odata.count"]!);
        Assert.Equal(204, await client.StatusAsync(HttpMethod.Delete, location));
        Assert.Equal(401, await client.StatusAsync(HttpMethod.Get, Sessions));
        Assert.Equal((0, 2, 2, 1), (counters.SessionsNow, counters.PeakSessions, (int)counters.SessionsOpened, (int)counters.SessionsRefused));
        Assert.Equal(2, counters.AuthenticationFailures);
    }

    [Fact]
    public async Task Changes_need_the_present_etag()
    {
        await using var fleet = await SimulatedFleet.StartAsync(new FleetOptions { RedfishServers = 1, Redfish = new RedfishBehaviour { RequireIfMatch = true } });
        var server = fleet.Servers[0];
        using var client = new RedfishClient(fleet, server.RedfishUrl!);
        var change = new { AssetTag = "x1" };

        using var read = await client.SendAsync(HttpMethod.Get, server.SystemPath);
        var tag = read.Headers.ETag!.ToString();
        Assert.Equal(428, await client.StatusAsync(HttpMethod.Patch, server.SystemPath, change));
        Assert.Equal(412, await client.StatusAsync(HttpMethod.Patch, server.SystemPath, change, "\"another\""));
        Assert.Equal(412, await client.StatusAsync(HttpMethod.Patch, server.SystemPath, change, $"W/{tag}"));
        Assert.Equal(200, await client.StatusAsync(HttpMethod.Patch, server.SystemPath, change, tag));
        Assert.Equal(412, await client.StatusAsync(HttpMethod.Patch, server.SystemPath, change, tag));
        Assert.Equal(200, await client.StatusAsync(HttpMethod.Patch, server.SystemPath, change, "*"));
        Assert.Equal("x1", (string?)(await client.GetAsync(server.SystemPath))["AssetTag"]);
    }

    [Fact]
    public async Task All_machines_are_behind_one_address_in_pages_and_alone_behind_their_own()
    {
        await using var fleet = await SimulatedFleet.StartAsync(new FleetOptions { RedfishServers = 5, Redfish = new RedfishBehaviour { PageSize = 2 } });
        using var shared = new RedfishClient(fleet, fleet.RedfishUrl!);

        var members = new List<string>();
        for (var next = "/redfish/v1/Systems"; next is not null;)
        {
            var page = await shared.GetAsync(next);
            Assert.Equal(5, (int)page["Members@odata.count"]!);
            Assert.InRange(page["Members"]!.AsArray().Count, 1, 2);
            members.AddRange(page["Members"]!.AsArray().Select(member => (string)member!["@odata.id"]!));
            next = (string?)page["Members@odata.nextLink"];
        }

        Assert.Equal(fleet.Servers.Select(server => server.SystemPath), members);
        Assert.Equal(204, await shared.ResetAsync(fleet.Servers[3], "On"));
        Assert.NotEqual(Machines.PowerState.Off, fleet.Servers[3].PowerState);
        Assert.Equal((1, 4), ((int)fleet.Servers[3].RedfishCounters.Requests, (int)fleet.SharedRedfishCounters!.Requests));

        using var own = new RedfishClient(fleet, fleet.Servers[1].RedfishUrl!);
        Assert.Equal(fleet.Servers[1].SystemPath, (string?)(await own.GetAsync("/redfish/v1/Systems"))["Members"]!.AsArray().Single()!["@odata.id"]);
        Assert.Equal(404, await own.StatusAsync(HttpMethod.Get, fleet.Servers[0].SystemPath));

        shared.Headers.Host = "redfish-2.bmc.test";
        Assert.Equal(fleet.Servers[1].SystemPath, (string?)(await shared.GetAsync("/redfish/v1/Systems"))["Members"]!.AsArray().Single()!["@odata.id"]);
    }

    [Theory]
    [InlineData("GET", "/redfish/v1/Nothing", null, 404, "ResourceMissingAtURI")]
    [InlineData("GET", "/redfish/v1/Systems/nobody", null, 404, "ResourceMissingAtURI")]
    [InlineData("DELETE", "/redfish/v1/Systems", null, 405, "OperationNotAllowed")]
    [InlineData("PATCH", "{system}", "{ \"AssetTag\": ", 400, "MalformedJSON")]
    [InlineData("PATCH", "{system}", "{ \"AssetTag\": \"a\", \"AssetTag\": \"b\" }", 400, "MalformedJSON")]
    [InlineData("PATCH", "{system}", "[]", 400, "MalformedJSON")]
    [InlineData("PATCH", "{system}", "{ \"AssetTag\": 5 }", 400, "PropertyValueTypeError")]
    [InlineData("PATCH", "{system}", "{ \"SerialNumber\": \"5\" }", 400, "PropertyNotWritable")]
    [InlineData("PATCH", "{system}", "{ \"Boot\": { \"BootSourceOverrideTarget\": \"Moon\" } }", 400, "PropertyValueNotInList")]
    [InlineData("PATCH", "{system}", "{ \"Boot\": 1 }", 400, "PropertyValueTypeError")]
    [InlineData("POST", "{system}/Actions/ComputerSystem.Reset", "{ \"ResetType\": \"Explode\" }", 400, "PropertyValueNotInList")]
    [InlineData("POST", "{system}/Actions/ComputerSystem.Reset", "{}", 400, "ActionParameterMissing")]
    [InlineData("POST", "{system}/Storage/RAID.1/Volumes", "{ \"RAIDType\": \"RAID1\", \"Links\": { \"Drives\": [ 1 ] } }", 400, "PropertyValueTypeError")]
    [InlineData("POST", "{system}/Storage/RAID.1/Volumes", "{ \"RAIDType\": \"RAID1\", \"Links\": { \"Drives\": [] } }", 400, "PropertyValueNotInList")]
    public async Task Errors_have_Redfishs_format(string method, string path, string? body, int status, string key)
    {
        await using var fleet = await SimulatedFleet.StartAsync(new FleetOptions { RedfishServers = 1 });
        using var client = new RedfishClient(fleet, fleet.Servers[0].RedfishUrl!);

        using var answer = await client.SendAsync(new HttpMethod(method), path.Replace("{system}", fleet.Servers[0].SystemPath, StringComparison.Ordinal), body);

        Assert.Equal(status, (int)answer.StatusCode);
        var error = (await answer.Content.ReadFromJsonAsync<JsonNode>())!["error"]!;
        Assert.EndsWith($".{key}", (string?)error["@Message.ExtendedInfo"]![0]!["MessageId"], StringComparison.Ordinal);
        Assert.Equal(key == "MalformedJSON" ? 1 : 0, fleet.Servers[0].RedfishCounters.ProtocolErrors);
    }
}
