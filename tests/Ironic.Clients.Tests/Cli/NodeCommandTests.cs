using System.Text.Json;

namespace Ironic.Clients.Tests.Cli;

/// <summary><c>baremetal node create, list, show, set, unset, delete, validate</c></summary>
[Collection(nameof(CliCollection))]
public sealed class NodeCommandTests(CliFixture fixture)
{
    private readonly BaremetalCli _cli = fixture.Cli;
    private readonly string _name = $"node-{Guid.NewGuid():N}";

    [Fact]
    public async Task A_node_is_created_with_everything_that_was_said()
    {
        var node = await _cli.JsonAsync(
            "node", "create", "--driver", "fake-hardware", "--name", _name, "--resource-class", "gold", "--property", "cpus=8", "--property", "cpu_arch=x86_64",
            "--extra", "rack=r1", "--driver-info", "ipmi_address=127.0.0.9", "--driver-info", "ipmi_password=not-to-be-seen");

        Assert.Equal(_name, Text(node, "name"));
        Assert.Equal("fake-hardware", Text(node, "driver"));
        Assert.Equal("enroll", Text(node, "provision_state"));
        Assert.Equal("gold", Text(node, "resource_class"));
        Assert.Equal(8, node.GetProperty("properties").GetProperty("cpus").GetInt32());
        Assert.Equal("r1", Text(node.GetProperty("extra"), "rack"));
        Assert.Equal("******", Text(node.GetProperty("driver_info"), "ipmi_password"));
        Assert.Equal("fake", Text(node, "deploy_interface"));
        Assert.Equal("noop", Text(node, "network_interface"));
        Assert.Equal(JsonValueKind.Null, node.GetProperty("power_state").ValueKind);
        Assert.False(node.GetProperty("maintenance").GetBoolean());
    }

    [Fact]
    public async Task What_cannot_be_created_is_explained()
    {
        var uuid = Text(await CreateAsync(), "uuid");

        (await _cli.RunAsync("node", "create", "--driver", "fake-hardware", "--name", _name)).AssertFailure("already exists", "HTTP 409");
        (await _cli.RunAsync("node", "create", "--driver", "fake-hardware", "--uuid", uuid)).AssertFailure("already exists", "HTTP 409");
        (await _cli.RunAsync("node", "create", "--driver", "no-such-driver")).AssertFailure("no-such-driver", "HTTP 400");
        (await _cli.RunAsync("node", "create", "--driver", "fake-hardware", "--name", "bad_name!@")).AssertFailure("name", "HTTP 400");
        (await _cli.RunAsync("node", "create", "--driver", "fake-hardware", "--power-interface", "nope")).AssertFailure("nope", "HTTP 400");
    }

    [Fact]
    public async Task A_node_is_found_by_name_and_by_uuid()
    {
        var uuid = Text(await CreateAsync(), "uuid");

        Assert.Equal(uuid, Text(await _cli.JsonAsync("node", "show", _name), "uuid"));
        var chosen = await _cli.JsonAsync("node", "show", uuid, "--fields", "name", "driver");

        Assert.Equal(["driver", "name"], chosen.EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal(_name, Text(chosen, "name"));
        (await _cli.RunAsync("node", "show", Guid.NewGuid().ToString())).AssertFailure("could not be found", "HTTP 404");
    }

    [Fact]
    public async Task Lists_are_filtered_sorted_and_paged()
    {
        var resourceClass = $"class-{Guid.NewGuid():N}";
        var names = new[] { $"{_name}-a", $"{_name}-b", $"{_name}-c" };
        var uuids = new List<string>();
        foreach (var name in names)
            uuids.Add(Text(await _cli.JsonAsync("node", "create", "--driver", "fake-hardware", "--name", name, "--resource-class", resourceClass), "uuid"));
        (await _cli.RunAsync("node", "set", names[1], "--owner", resourceClass)).AssertSuccess();

        Assert.Equal(names, await NamesAsync("--resource-class", resourceClass));
        Assert.Equal(names.Reverse(), await NamesAsync("--resource-class", resourceClass, "--sort", "name:desc"));
        Assert.Equal([names[2]], await NamesAsync("--resource-class", resourceClass, "--marker", uuids[1]));
        Assert.Equal([names[0]], await NamesAsync("--resource-class", resourceClass, "--limit", "1"));
        Assert.Equal(names, await NamesAsync("--resource-class", resourceClass, "--limit", "0"));
        Assert.Equal([names[1]], await NamesAsync("--owner", resourceClass, "--provision-state", "enroll"));
        Assert.Empty(await NamesAsync("--resource-class", resourceClass, "--maintenance"));
        Assert.Equal(names, await NamesAsync("--resource-class", resourceClass, "--unassociated"));
        var row = (await _cli.JsonAsync("node", "list", "--resource-class", resourceClass, "--fields", "uuid", "resource_class"))[0];
        Assert.Equal([("UUID", uuids[0]), ("Resource Class", resourceClass)], row.EnumerateObject().Select(member => (member.Name, member.Value.GetString()!)));
        var detailed = (await _cli.JsonAsync("node", "list", "--resource-class", resourceClass, "--long"))[0];
        Assert.Equal("fake", Text(detailed, "Power Interface"));
        (await _cli.RunAsync("node", "list", "--sort", "no_such_field")).AssertFailure("no_such_field");
        (await _cli.RunAsync("node", "list", "--marker", Guid.NewGuid().ToString())).AssertFailure("could not be found", "HTTP 404");
    }

    [Fact]
    public async Task Fields_are_set_and_unset()
    {
        await CreateAsync("--property", "memory_mb=16384");

        (await _cli.RunAsync(
            "node", "set", _name, "--property", "cpus=16", "--extra", "tier=a", "--extra", "disks=[{\"size\": 10, \"ssd\": true}]", "--driver-info", "B1=x",
            "--instance-info", "image_source=http://127.0.0.1:9/i", "--description", "changed", "--no-automated-clean", "--owner", "ops")).AssertSuccess();

        var node = await _cli.JsonAsync("node", "show", _name);
        Assert.Equal(16, node.GetProperty("properties").GetProperty("cpus").GetInt32());
        Assert.Equal(16384, node.GetProperty("properties").GetProperty("memory_mb").GetInt32());
        Assert.True(node.GetProperty("extra").GetProperty("disks")[0].GetProperty("ssd").GetBoolean());
        Assert.Equal("http://127.0.0.1:9/i", Text(node.GetProperty("instance_info"), "image_source"));
        Assert.Equal("changed", Text(node, "description"));
        Assert.False(node.GetProperty("automated_clean").GetBoolean());
        Assert.Equal("ops", Text(node, "owner"));

        (await _cli.RunAsync("node", "unset", _name, "--extra", "tier", "--property", "memory_mb", "--owner", "--automated-clean", "--description")).AssertSuccess();

        node = await _cli.JsonAsync("node", "show", _name);
        Assert.False(node.GetProperty("extra").TryGetProperty("tier", out _));
        Assert.False(node.GetProperty("properties").TryGetProperty("memory_mb", out _));
        foreach (var field in new[] { "owner", "automated_clean", "description" })
            Assert.Equal(JsonValueKind.Null, node.GetProperty(field).ValueKind);
        (await _cli.RunAsync("node", "unset", _name, "--extra", "no_such")).AssertFailure("no_such", "HTTP 400");
        (await _cli.RunAsync("node", "set", _name, "--network-interface", "nope")).AssertFailure("nope", "HTTP 400");
        (await _cli.RunAsync("node", "set", _name, "--instance-uuid", "not-a-uuid")).AssertFailure("uuid", "HTTP 400");
    }

    [Fact]
    public async Task Interfaces_are_set_and_reset()
    {
        await CreateAsync();

        (await _cli.RunAsync("node", "set", _name, "--boot-interface", "pxe", "--deploy-interface", "direct", "--vendor-interface", "no-vendor")).AssertSuccess();
        var node = await _cli.JsonAsync("node", "show", _name);
        Assert.Equal(("pxe", "direct", "no-vendor"), (Text(node, "boot_interface"), Text(node, "deploy_interface"), Text(node, "vendor_interface")));

        (await _cli.RunAsync("node", "set", _name, "--driver", "example", "--reset-interfaces")).AssertSuccess();
        node = await _cli.JsonAsync("node", "show", _name);
        Assert.Equal(("example", "example", "ipxe"), (Text(node, "driver"), Text(node, "power_interface"), Text(node, "boot_interface")));
    }

    [Fact]
    public async Task Interfaces_are_validated()
    {
        await CreateAsync();

        var results = (await _cli.JsonAsync("node", "validate", _name)).EnumerateArray().ToDictionary(row => Text(row, "Interface"), row => row.GetProperty("Result"));

        Assert.True(results.Count >= 11);
        Assert.Equal(JsonValueKind.True, results["power"].ValueKind);
        Assert.Equal(JsonValueKind.True, results["management"].ValueKind);
    }

    [Fact]
    public async Task Nodes_are_deleted()
    {
        await CreateAsync();
        var other = Text(await _cli.JsonAsync("node", "create", "--driver", "example"), "uuid");

        (await _cli.RunAsync("node", "delete", _name, other)).AssertSuccess();

        (await _cli.RunAsync("node", "show", _name)).AssertFailure("could not be found");
        (await _cli.RunAsync("node", "delete", other)).AssertFailure("could not be found");
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private Task<JsonElement> CreateAsync(params string[] more) => _cli.JsonAsync(["node", "create", "--driver", "fake-hardware", "--name", _name, .. more]);

    private async Task<string[]> NamesAsync(params string[] filters) =>
        [.. (await _cli.JsonAsync(["node", "list", .. filters])).EnumerateArray().Select(row => row.GetProperty("Name").GetString()!)];
}
