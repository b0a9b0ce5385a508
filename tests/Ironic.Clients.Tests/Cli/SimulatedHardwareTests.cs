using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Ironic.BmcSimulator;
using Ironic.BmcSimulator.Machines;
using Ironic.Testing;

namespace Ironic.Clients.Tests.Cli;

/// <summary>An operator's session with machines behind IPMI and Redfish: the unmodified <c>baremetal</c> command, the whole system, simulated servers.</summary>
public sealed class SimulatedHardwareTests : IAsyncLifetime
{
    private static readonly MachineTimings Fast = MachineTimings.None with { Task = TimeSpan.FromMilliseconds(100) };

    private SimulatedFleet _fleet = null!;
    private TestStack _stack = null!;
    private BaremetalCli _cli = null!;

    public async Task InitializeAsync()
    {
        _fleet = await SimulatedFleet.StartAsync(new FleetOptions { RedfishServers = 1, IpmiServers = 1, Timings = Fast });
        _stack = await TestStack.StartAsync(options => options with
        {
            Drivers = ["fake", "ipmi", "redfish"],
            Profile = options.Profile
                .With("conductor", "Drivers:ConsoleInterval", "00:00:01")
                .With("conductor", "Sensors:Interval", "00:00:01")
                .With("conductor", "Sensors:UndeployedNodes", "true")
                .With("driver-ipmi", "Ipmi:PowerPollInterval", "00:00:00.050")
                .With("driver-redfish", "Redfish:PollInterval", "00:00:00.050")
                .With("driver-redfish", "Redfish:TaskPollInterval", "00:00:00.050"),
        });
        _cli = BaremetalCli.Start(_stack.Processes.RestUrl);
    }

    public async Task DisposeAsync()
    {
        await _cli.DisposeAsync();
        await _stack.DisposeAsync();
        await _fleet.DisposeAsync();
    }

    [Fact]
    public async Task A_machine_with_ipmi()
    {
        var server = _fleet["ipmi-1"];
        await RunAsync(
            "node", "create", "--driver", "ipmi", "--name", "i1", "--driver-info", "ipmi_address=127.0.0.1", "--driver-info", $"ipmi_port={server.IpmiPort}",
            "--driver-info", $"ipmi_username={_fleet.Options.User}", "--driver-info", $"ipmi_password={_fleet.Options.Password}",
            "--console-interface", "ipmitool-socat", "--driver-info", $"ipmi_terminal_port={FreePort.Next()}");
        Assert.Equal("******", (await _cli.JsonAsync("node", "show", "i1")).GetProperty("driver_info").GetProperty("ipmi_password").GetString());
        await RunAsync("node", "manage", "i1", "--wait", "60");

        await RunAsync("node", "boot", "device", "set", "i1", "pxe", "--persistent");
        var device = await _cli.JsonAsync("node", "boot", "device", "show", "i1");
        Assert.Equal(("pxe", true), (device.GetProperty("boot_device").GetString(), device.GetProperty("persistent").GetBoolean()));
        await SwitchAsync("i1", "on", "power on");
        await RunAsync("node", "reboot", "i1");
        await Eventually.ThatAsync(() => server.Boots.Count == 2, TestStack.Limit, "it has booted a second time");
        await _stack.WaitUntilUnlockedAsync("i1");
        await RunAsync("node", "inject", "nmi", "i1");
        await SwitchAsync("i1", "off", "power off");

        await RunAsync("node", "passthru", "call", "i1", "send_raw", "--http-method", "POST", "--arg", "raw_bytes=0x06 0x01");
        await _stack.WaitUntilUnlockedAsync("i1");
        await RunAsync("node", "passthru", "call", "i1", "bmc_reset", "--http-method", "POST", "--arg", "warm=true");
        await _stack.WaitUntilUnlockedAsync("i1");
        Assert.Equal(JsonValueKind.Null, (await _stack.GetNodeAsync("i1")).GetProperty("last_error").ValueKind);
        Assert.Contains("authentication_types", (await _cli.RunAsync("driver", "passthru", "list", "ipmi")).AssertSuccess().Output, StringComparison.Ordinal);
        // The command can print no list.
        Assert.Contains("MD5", (await _stack.Rest.GetAsync("/v1/drivers/ipmi/vendor_passthru/authentication_types")).Body, StringComparison.Ordinal);
        await WaitForMetricAsync("hw_temperature_celsius", "i1");

        await UseConsoleAsync("i1");
        Assert.Equal(1, server.IpmiCounters.PeakSessions);
    }

    [Fact]
    public async Task A_machine_with_redfish()
    {
        var server = _fleet["redfish-1"];
        await RunAsync(
            "node", "create", "--driver", "redfish", "--name", "r1", "--driver-info", $"redfish_address={server.RedfishUrl!.OriginalString}",
            "--driver-info", $"redfish_username={_fleet.Options.User}", "--driver-info", $"redfish_password={_fleet.Options.Password}");
        await RunAsync("node", "manage", "r1", "--wait", "60");
        var managed = await _stack.GetNodeAsync("r1");
        Assert.Equal(("uefi", "OK"), (managed.GetProperty("boot_mode").GetString(), managed.GetProperty("health").GetString()));
        await RunAsync("node", "inspect", "r1", "--wait", "60");
        Assert.Equal("x86_64", (await _cli.JsonAsync("node", "show", "r1")).GetProperty("properties").GetProperty("cpu_arch").GetString());
        Assert.Equal(server.MacAddresses.Order(StringComparer.OrdinalIgnoreCase), (await _cli.JsonAsync("port", "list")).EnumerateArray().Select(port => port.GetProperty("Address").GetString()!).Order(StringComparer.OrdinalIgnoreCase));

        await RunAsync("node", "boot", "device", "set", "r1", "cdrom");
        Assert.Equal("cdrom", (await _cli.JsonAsync("node", "boot", "device", "show", "r1")).GetProperty("boot_device").GetString());
        await SwitchAsync("r1", "on", "power on");
        await RunAsync("node", "reboot", "r1");
        await Eventually.ThatAsync(() => server.Boots.Count == 2, TestStack.Limit, "it has booted a second time");
        await _stack.WaitUntilUnlockedAsync("r1");

        await CleanAsync("r1", "bios.apply_configuration", """{"settings": [{"name": "LogicalProc", "value": "Disabled"}]}""");
        Assert.Equal("Disabled", (await _cli.JsonAsync("node", "bios", "setting", "show", "r1", "LogicalProc")).GetProperty("value").GetString());
        using (var files = new TestDirectory("raid"))
        {
            await File.WriteAllTextAsync(files.Combine("raid.json"), """{"logical_disks": [{"size_gb": 100, "raid_level": "1", "is_root_volume": true}]}""");
            await RunAsync("node", "set", "r1", "--target-raid-config", files.Combine("raid.json"));
        }

        await CleanAsync("r1", "raid.create_configuration", "{}");
        var disks = (await _cli.JsonAsync("node", "show", "r1")).GetProperty("raid_config").GetProperty("logical_disks");
        Assert.Equal(("1", 100), (disks[0].GetProperty("raid_level").GetString(), disks[0].GetProperty("size_gb").GetInt32()));
        await CleanAsync("r1", "firmware.update", """{"settings": [{"component": "bmc", "url": "http://images.example/bmc-9.8.7.bin"}]}""");
        var firmware = (await _stack.Rest.GetAsync("/v1/nodes/r1/firmware")).Json.GetProperty("firmware").EnumerateArray();
        Assert.Equal("9.8.7", firmware.Single(component => component.GetProperty("component").ValueEquals("bmc")).GetProperty("current_version").GetString());

        // The command of this release has no verbs for virtual media yet.
        (await _stack.Rest.PostAsync("/v1/nodes/r1/vmedia", new { device_type = "cdrom", image_url = "http://images.example/boot.iso", image_download_source = "http" })).AssertStatus(204);
        await Eventually.ThatAsync(async () => (await _stack.Rest.GetAsync("/v1/nodes/r1/vmedia")).Body.Contains("boot.iso", StringComparison.Ordinal), TestStack.Limit, "the image is in the drive");
        await RunAsync("node", "passthru", "call", "r1", "eject_vmedia", "--http-method", "POST", "--arg", "boot_device=cd");
        await Eventually.ThatAsync(async () => !(await _stack.Rest.GetAsync("/v1/nodes/r1/vmedia")).Body.Contains("boot.iso", StringComparison.Ordinal), TestStack.Limit, "the drive is empty");

        Assert.Contains("collector.example", (await _cli.RunAsync("node", "passthru", "call", "r1", "create_subscription", "--http-method", "POST", "--arg", "Destination=https://collector.example/events")).AssertSuccess().Output, StringComparison.Ordinal);
        var subscriptions = (await _stack.Rest.GetAsync("/v1/nodes/r1/vendor_passthru?method=get_all_subscriptions")).Json.GetProperty("Members");
        var id = subscriptions[0].GetProperty("@odata.id").GetString()!.Split('/')[^1];
        // The command sends no arguments with these HTTP methods.
        var body = JsonSerializer.Serialize(new { id });
        Assert.Equal(id, (await _stack.Rest.SendAsync("GET", "/v1/nodes/r1/vendor_passthru?method=get_subscription", body)).Json.GetProperty("Id").GetString());
        (await _stack.Rest.SendAsync("DELETE", "/v1/nodes/r1/vendor_passthru?method=delete_subscription", body)).AssertStatus(200);
        Assert.Equal(0, (await _stack.Rest.GetAsync("/v1/nodes/r1/vendor_passthru?method=get_all_subscriptions")).Json.GetProperty("Members").GetArrayLength());
        await WaitForMetricAsync("hw_temperature_celsius", "r1");
        await WaitForMetricAsync("hw_fan_speed", "r1");
    }

    [Fact]
    public async Task A_node_whose_interfaces_are_of_three_drivers()
    {
        var (switched, configured) = (_fleet["ipmi-1"], _fleet["redfish-1"]);
        await RunAsync(
            "node", "create", "--driver", "fake-hardware", "--name", "m1", "--power-interface", "ipmitool", "--bios-interface", "redfish",
            "--driver-info", "ipmi_address=127.0.0.1", "--driver-info", $"ipmi_port={switched.IpmiPort}",
            "--driver-info", $"ipmi_username={_fleet.Options.User}", "--driver-info", $"ipmi_password={_fleet.Options.Password}",
            "--driver-info", $"redfish_address={configured.RedfishUrl!.OriginalString}",
            "--driver-info", $"redfish_username={_fleet.Options.User}", "--driver-info", $"redfish_password={_fleet.Options.Password}");
        await RunAsync("node", "manage", "m1", "--wait", "60");
        Assert.Equal("Enabled", (await _cli.JsonAsync("node", "bios", "setting", "show", "m1", "LogicalProc")).GetProperty("value").GetString());

        await SwitchAsync("m1", "on", "power on");
        Assert.Single(switched.Boots);
        Assert.Empty(configured.Boots);

        // A step of a third process, which goes on without the node's lock.
        await CleanAsync("m1", "bios.apply_configuration", """{"settings": [{"name": "LogicalProc", "value": "Disabled"}]}""");
        Assert.Equal("Disabled", (await _cli.JsonAsync("node", "bios", "setting", "show", "m1", "LogicalProc")).GetProperty("value").GetString());
        Assert.Single(switched.Boots);

        await RunAsync("node", "boot", "device", "set", "m1", "pxe");
        Assert.Contains(_stack.Calls.Of((await _stack.GetNodeAsync("m1")).GetProperty("uuid").GetString()!), entry => entry.Operation == "management.set_boot_device");
    }

    // The command of this release cannot say that no ramdisk is needed.
    private async Task CleanAsync(string node, string step, string arguments)
    {
        var parts = step.Split('.');
        var steps = JsonElement.Parse($$"""[{"interface": "{{parts[0]}}", "step": "{{parts[1]}}", "args": {{arguments}}}]""");
        (await _stack.Rest.PutAsync($"/v1/nodes/{node}/states/provision", new { target = "clean", clean_steps = steps, disable_ramdisk = true })).AssertStatus(202);
        await _stack.WaitForNodeAsync(node, found => found.GetProperty("provision_state").GetString() is "manageable" or "clean failed" && found.GetProperty("reservation").ValueKind == JsonValueKind.Null, $"{step} is over");
        var cleaned = await _stack.GetNodeAsync(node);
        Assert.True(cleaned.GetProperty("provision_state").ValueEquals("manageable"), cleaned.GetProperty("last_error").GetString());
    }

    private async Task UseConsoleAsync(string node)
    {
        await RunAsync("node", "console", "enable", node);
        await _stack.WaitForNodeAsync(node, found => found.GetProperty("console_enabled").GetBoolean() && found.GetProperty("reservation").ValueKind == JsonValueKind.Null, "the console is on");
        var shown = await _cli.JsonAsync("node", "console", "show", node);
        Assert.True(shown.GetProperty("console_enabled").GetBoolean());
        Assert.Equal("socat", shown.GetProperty("console_info").GetProperty("type").GetString());
        var url = new Uri(shown.GetProperty("console_info").GetProperty("url").GetString()!);
        Assert.Equal("tcp", url.Scheme);
        using (var client = await ConnectAsync())
        {
            await ReadUntilAsync(client, "login: ");
            await SwitchAsync(node, "on", "power on");
            await client.GetStream().WriteAsync("root\r"u8.ToArray());
            await ReadUntilAsync(client, "root\r\n");
        }

        // The conductor starts it again, at the same port.
        await _stack.Processes.Drivers.Single(driver => driver.Name == "driver-ipmi").RestartAsync();
        await Eventually.ThatAsync(
            async () =>
            {
                try
                {
                    using var again = await ConnectAsync();
                    await ReadUntilAsync(again, "login: ");
                    return true;
                }
                catch (SocketException)
                {
                    return false;
                }
            },
            TestStack.Limit,
            "the console is back");

        await _stack.WaitUntilUnlockedAsync(node);
        await RunAsync("node", "console", "disable", node);
        await _stack.WaitForNodeAsync(node, found => !found.GetProperty("console_enabled").GetBoolean(), "the console is off");
        await Assert.ThrowsAsync<SocketException>(ConnectAsync);

        async Task<TcpClient> ConnectAsync()
        {
            var client = new TcpClient();
            try
            {
                await client.ConnectAsync(url.Host, url.Port);
                return client;
            }
            catch
            {
                client.Dispose();
                throw;
            }
        }
    }

    private static async Task ReadUntilAsync(TcpClient client, string text)
    {
        using var limit = new CancellationTokenSource(TestStack.Limit);
        var seen = new StringBuilder();
        var buffer = new byte[1024];
        while (!seen.ToString().Contains(text, StringComparison.Ordinal))
        {
            var length = await client.GetStream().ReadAsync(buffer, limit.Token);
            Assert.True(length > 0, $"The console was closed; it has shown: {seen}");
            seen.Append(Encoding.ASCII.GetString(buffer, 0, length));
        }
    }

    private async Task RunAsync(params string[] arguments) => (await _cli.RunAsync(arguments)).AssertSuccess();

    private async Task SwitchAsync(string node, string verb, string state)
    {
        await RunAsync("node", "power", verb, node);
        await _stack.WaitForNodeAsync(node, found => found.GetProperty("power_state").ValueEquals(state) && found.GetProperty("reservation").ValueKind == JsonValueKind.Null, $"it is {state}");
    }

    private Task WaitForMetricAsync(string metric, string node) => Eventually.ThatAsync(
        async () => (await _stack.ReadMetricsAsync()).Split('\n')
            .Any(line => line.StartsWith(metric, StringComparison.Ordinal) && line.Contains($"ironic_node_name=\"{node}\"", StringComparison.Ordinal)),
        TestStack.Limit,
        $"{metric} of {node} is shown");
}
