using System.Text.Json;
using Ironic.Testing;

namespace Ironic.Clients.Tests.Cli;

/// <summary><c>baremetal driver …</c> and <c>baremetal conductor …</c></summary>
[Collection(nameof(CliCollection))]
public sealed class DriverCommandTests(CliFixture fixture)
{
    private readonly BaremetalCli _cli = fixture.Cli;
    private readonly TestStack _stack = fixture.Stack;

    [Fact]
    public async Task The_installed_script_works_like_the_shared_process()
    {
        using var home = new TestDirectory("baremetal-home");
        var options = new ServerProcessOptions("baremetal", [.. BaremetalCli.OptionsFor(_stack.Processes.RestUrl), "driver", "list", "-f", "json"])
        {
            Environment = BaremetalCli.EnvironmentOf(home),
        };

        var output = await ServerProcess.RunAsync(options, TestStack.Limit * 3);

        Assert.Equal((await _cli.JsonAsync("driver", "list")).ToString(), JsonSerializer.Deserialize<JsonElement>(output).ToString());
    }

    [Fact]
    public async Task Drivers_are_listed_with_their_hosts()
    {
        var host = await HostAsync();

        var drivers = (await _cli.JsonAsync("driver", "list")).EnumerateArray().ToDictionary(Name, row => row.GetProperty("Active host(s)").GetString());

        Assert.Equal(host, drivers["fake-hardware"]);
        Assert.Equal(host, drivers["example"]);
    }

    [Fact]
    public async Task The_long_list_has_the_interfaces()
    {
        var drivers = await _cli.JsonAsync("driver", "list", "--type", "dynamic", "--long");

        var fake = drivers.EnumerateArray().Single(row => Name(row) == "fake-hardware");
        Assert.Equal("dynamic", fake.GetProperty("Type").GetString());
        Assert.Equal("fake", fake.GetProperty("Default Power Interface").GetString());
        Assert.Equal("noop", fake.GetProperty("Default Network Interface").GetString());
        Assert.Equal(["fake", "fake-second", "no-vendor"], fake.GetProperty("Enabled Vendor Interfaces").GetString()!.Split(", ").Order());
    }

    [Fact]
    public async Task Classic_drivers_are_there_no_more() => Assert.Empty((await _cli.JsonAsync("driver", "list", "--type", "classic")).EnumerateArray());

    [Fact]
    public async Task A_driver_is_shown()
    {
        var driver = await _cli.JsonAsync("driver", "show", "fake-hardware");

        Assert.Equal("fake-hardware", driver.GetProperty("name").GetString());
        Assert.Equal("dynamic", driver.GetProperty("type").GetString());
        Assert.Equal("fake", driver.GetProperty("default_deploy_interface").GetString());
        Assert.Equal(await HostAsync(), driver.GetProperty("hosts").GetString());
    }

    [Fact]
    public async Task A_driver_that_is_not_there_is_named() =>
        (await _cli.RunAsync("driver", "show", "no-such-driver")).AssertFailure("no-such-driver", "HTTP 404");

    [Fact]
    public async Task Properties_are_listed()
    {
        var properties = (await _cli.JsonAsync("driver", "property", "list", "fake-hardware")).EnumerateArray()
            .ToDictionary(row => row.GetProperty("Property").GetString()!, row => row.GetProperty("Description").GetString());

        Assert.Equal("B1 description. Required.", properties["B1"]);
        Assert.Contains("B2", properties.Keys);
    }

    [Fact]
    public async Task Properties_of_the_conductors_own_interfaces_are_listed()
    {
        // What a node of this hardware type is validated against when it boots by the network, its default.
        var properties = (await _cli.JsonAsync("driver", "property", "list", "example")).EnumerateArray().Select(row => row.GetProperty("Property").GetString());

        Assert.Superset(new HashSet<string?> { "deploy_kernel", "deploy_ramdisk" }, properties.ToHashSet());
    }

    [Fact]
    public async Task Raid_properties_are_listed()
    {
        var properties = (await _cli.JsonAsync("driver", "raid", "property", "list", "fake-hardware")).EnumerateArray().Select(row => row.GetProperty("Property").GetString());

        Assert.Superset(new HashSet<string?> { "size_gb", "raid_level" }, properties.ToHashSet());
    }

    [Fact]
    public async Task Vendor_methods_are_listed()
    {
        var method = Assert.Single((await _cli.JsonAsync("driver", "passthru", "list", "example")).EnumerateArray());

        Assert.Equal("authentication_types", method.GetProperty("Name").GetString());
        Assert.Equal("GET", method.GetProperty("Supported HTTP methods").GetString());
        Assert.False(method.GetProperty("Async").GetBoolean());
        Assert.False(method.GetProperty("Response is attachment").GetBoolean());
    }

    [Fact]
    public async Task A_vendor_method_is_called()
    {
        var result = await _cli.RunAsync("driver", "passthru", "call", "fake-hardware", "fake_driver_echo", "--arg", "word=from-the-cli", "--http-method", "PUT");

        // Version 5.0 of the client cannot print any result of this command, since it takes its own Resource for a dictionary. The server refused nothing.
        Assert.DoesNotContain("HTTP", result.AssertFailure().Error, StringComparison.Ordinal);
        await _stack.Calls.WaitForAsync(call => call is { Event: "end", Operation: "vendor.fake_driver_echo", Outcome: "ok" }, "the method has run");
    }

    [Fact]
    public async Task A_vendor_method_that_is_not_there_is_named() =>
        (await _cli.RunAsync("driver", "passthru", "call", "fake-hardware", "no_such", "--http-method", "GET")).AssertFailure("no_such", "HTTP 400");

    [Fact]
    public async Task Conductors_are_listed_and_shown()
    {
        var row = Assert.Single((await _cli.JsonAsync("conductor", "list")).EnumerateArray());
        Assert.True(row.GetProperty("Alive").GetBoolean());
        var host = row.GetProperty("Hostname").GetString()!;

        var conductor = await _cli.JsonAsync("conductor", "show", host);

        Assert.Equal(host, conductor.GetProperty("hostname").GetString());
        Assert.Superset(new HashSet<string?> { "fake-hardware", "example" }, conductor.GetProperty("drivers").EnumerateArray().Select(name => name.GetString()).ToHashSet());
    }

    [Fact]
    public async Task A_conductor_that_is_not_there_is_named() =>
        (await _cli.RunAsync("conductor", "show", "no-such-host")).AssertFailure("no-such-host", "HTTP 404");

    private static string Name(JsonElement row) => row.GetProperty("Supported driver(s)").GetString()!;

    private async Task<string> HostAsync() => (await _cli.JsonAsync("conductor", "list"))[0].GetProperty("Hostname").GetString()!;
}
