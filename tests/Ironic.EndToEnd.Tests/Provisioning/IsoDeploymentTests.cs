using System.Text.Json;
using Ironic.BmcSimulator;
using Ironic.BmcSimulator.Faults;
using Ironic.BmcSimulator.Machines;

namespace Ironic.EndToEnd.Tests.Provisioning;

/// <summary>Machines behind Redfish that boot their instances from an ISO: over REST, through all processes, to the (simulated) metal.</summary>
public sealed class IsoDeploymentTests : IAsyncLifetime
{
    private const string Iso = "http://images.example/live.iso";

    private SimulatedFleet _fleet = null!;
    private TestStack _stack = null!;

    public async Task InitializeAsync()
    {
        _fleet = await SimulatedFleet.StartAsync(new FleetOptions { RedfishServers = 2, Timings = MachineTimings.None });
        _stack = await TestStack.StartAsync(options => options with
        {
            Drivers = ["fake", "redfish"],
            Profile = options.Profile.With("conductor", "Provisioning:AutomatedClean", "true").With("driver-redfish", "Redfish:PollInterval", "00:00:00.050"),
        });
    }

    public async Task DisposeAsync()
    {
        await _stack.DisposeAsync();
        await _fleet.DisposeAsync();
    }

    [Theory]
    [InlineData("redfish", "redfish-virtual-media", "Cd")]
    [InlineData("idrac", "idrac-redfish-virtual-media", "Cd")]
    [InlineData("redfish", "redfish-https", "UefiHttp")]
    public async Task A_machine_boots_its_instance_from_the_iso_until_it_is_deleted(string driver, string boot, string source)
    {
        var server = _fleet.Servers[0];
        var node = await CreateAvailableAsync(server, driver, boot);
        await _stack.PatchAsync(node, ("/instance_info/boot_iso", Iso));
        await _stack.SetAsync(node, "active");
        var active = await _stack.WaitForStateAsync(node, "active");

        Assert.Equal((PowerState.On, "power on"), (server.PowerState, active.GetProperty("power_state").GetString()));
        Assert.Equal((source, Iso), (server.Boots[^1].Source, server.Boots[^1].Image));
        // And each time from now on.
        (await _stack.Rest.PutAsync($"/v1/nodes/{node}/states/power", new { target = "rebooting" })).AssertStatus(202);
        await _stack.WaitForStateAsync(node, "active");
        Assert.Equal([(source, Iso), (source, Iso)], server.Boots.Select(each => (each.Source, each.Image)));

        await _stack.PatchAsync(node, ("/instance_info/boot_iso", Iso + "2"));
        await _stack.SetAsync(node, "rebuild");
        await _stack.WaitForStateAsync(node, "active");
        Assert.Equal(Iso + "2", server.Boots[^1].Image);

        await _stack.SetAsync(node, "deleted");
        await _stack.WaitForStateAsync(node, "available");
        Assert.Equal(PowerState.Off, server.PowerState);
        Assert.Empty(server.Media);
        Assert.NotEqual("UefiHttp", server.NextBoot.Target);
        Assert.Equal(3, server.Boots.Count);
    }

    [Fact]
    public async Task A_controller_that_refuses_the_image_is_told_of_and_nothing_stays_in_the_drive()
    {
        var server = _fleet.Servers[0];
        var node = await CreateAvailableAsync(server);
        await _stack.PatchAsync(node, ("/instance_info/boot_iso", "http://me:s3cret@images.example/live.iso"));
        server.Faults.Add(new Fault(FaultKind.Unavailable) { Path = "InsertMedia" });
        await _stack.SetAsync(node, "active");
        var failed = await _stack.WaitForStateAsync(node, "deploy failed");

        var error = failed.GetProperty("last_error").GetString()!;
        Assert.Contains("failed deploy step deploy.deploy", error, StringComparison.Ordinal);
        Assert.Contains("InsertMedia", error, StringComparison.Ordinal);
        Assert.Contains("503", error, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error, StringComparison.Ordinal);
        Assert.Empty(server.Media);
        Assert.Equal(PowerState.Off, server.PowerState);

        // The image gets into the drive, and then the machine cannot be told to boot from it.
        server.Faults.Clear();
        server.Faults.Add(new Fault(FaultKind.Unavailable) { Method = "PATCH" });
        await _stack.SetAsync(node, "active");
        await _stack.WaitForStateAsync(node, "deploy failed");
        Assert.Empty(server.Media);

        server.Faults.Clear();
        await _stack.SetAsync(node, "active");
        await _stack.WaitForStateAsync(node, "active");
        Assert.Equal("http://images.example/live.iso", server.Boots[^1].Image);
    }

    [Fact]
    public async Task What_cannot_boot_is_refused_at_the_verb()
    {
        var server = _fleet.Servers[0];
        var node = await CreateAvailableAsync(server);
        foreach (var (instance, reason) in new (object, string)[]
        {
            (new { }, "boot_iso"),
            (new { boot_iso = "live.iso" }, "must be a URL"),
            (new { kernel = "http://images.example/k", ramdisk = "http://images.example/r" }, "boot_iso"),
            (new { boot_iso = Iso, image_source = Iso }, "may not be specified at the same time"),
        })
        {
            await _stack.PatchAsync(node, ("/instance_info", instance));
            var refused = (await _stack.Rest.PutAsync($"/v1/nodes/{node}/states/provision", new { target = "active" })).AssertError(400);
            Assert.Contains(reason, refused, StringComparison.Ordinal);
            var validation = (await _stack.Rest.GetAsync($"/v1/nodes/{node}/validate")).AssertStatus(200).Json;
            Assert.Equal((false, false, true), (IsValid(validation, "boot"), IsValid(validation, "deploy"), IsValid(validation, "power")));
        }

        await _stack.PatchAsync(node, ("/instance_info", new { boot_iso = Iso }));
        var valid = (await _stack.Rest.GetAsync($"/v1/nodes/{node}/validate")).AssertStatus(200).Json;
        Assert.Equal((true, true), (IsValid(valid, "boot"), IsValid(valid, "deploy")));
        Assert.Empty(server.Boots);
    }

    private static bool IsValid(JsonElement validation, string kind) => validation.GetProperty(kind).GetProperty("result").GetBoolean();

    private async Task<string> CreateAvailableAsync(SimulatedServer server, string driver = "redfish", string boot = "redfish-virtual-media")
    {
        var info = new { redfish_address = server.RedfishUrl!.OriginalString, redfish_username = _fleet.Options.User, redfish_password = _fleet.Options.Password };
        var node = await _stack.CreateNodeAsync(driver, info, new() { ["boot_interface"] = boot, ["deploy_interface"] = "ramdisk", ["automated_clean"] = false });
        await _stack.SetAsync(node, "manage");
        await _stack.WaitForStateAsync(node, "manageable");
        await _stack.SetAsync(node, "provide");
        await _stack.WaitForStateAsync(node, "available");
        return node;
    }
}
