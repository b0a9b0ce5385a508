using System.Text.Json;

namespace Ironic.Clients.Tests.Cli;

/// <summary><c>baremetal volume connector</c> and <c>baremetal volume target</c></summary>
[Collection(nameof(CliCollection))]
public sealed class VolumeCommandTests(CliFixture fixture)
{
    private readonly BaremetalCli _cli = fixture.Cli;
    private readonly TestStack _stack = fixture.Stack;

    [Fact]
    public async Task Connectors_are_created_listed_changed_and_deleted()
    {
        var node = await CreateNodeThatIsOffAsync();
        var made = await _cli.JsonAsync("volume", "connector", "create", "--node", node, "--type", "iqn", "--connector-id", $"iqn.{node}", "--extra", "a=1");
        var uuid = made.GetProperty("uuid").GetString()!;

        (await _cli.RunAsync("volume", "connector", "set", uuid, "--type", "mac", "--extra", "b=2")).AssertSuccess();
        (await _cli.RunAsync("volume", "connector", "unset", uuid, "--extra", "a")).AssertSuccess();

        var shown = await _cli.JsonAsync("volume", "connector", "show", uuid);
        Assert.Equal(("mac", node), (shown.GetProperty("type").GetString(), shown.GetProperty("node_uuid").GetString()));
        Assert.Equal("b", Assert.Single(shown.GetProperty("extra").EnumerateObject()).Name);
        Assert.Single((await _cli.JsonAsync("volume", "connector", "list", "--node", node, "--long")).EnumerateArray());
        (await _cli.RunAsync("volume", "connector", "delete", uuid)).AssertSuccess();
        (await _cli.RunAsync("volume", "connector", "show", uuid)).AssertFailure("could not be found", "HTTP 404");
    }

    [Fact]
    public async Task Targets_are_created_listed_changed_and_deleted()
    {
        var node = await CreateNodeThatIsOffAsync();
        var made = await _cli.JsonAsync(
            "volume", "target", "create", "--node", node, "--type", "iscsi", "--boot-index", "0", "--volume-id", "v", "--property", "auth_password=s3cr3t");
        var uuid = made.GetProperty("uuid").GetString()!;
        Assert.Equal("******", made.GetProperty("properties").GetProperty("auth_password").GetString());

        (await _cli.RunAsync("volume", "target", "set", uuid, "--boot-index", "1", "--property", "k=1")).AssertSuccess();
        (await _cli.RunAsync("volume", "target", "unset", uuid, "--property", "auth_password")).AssertSuccess();

        var shown = await _cli.JsonAsync("volume", "target", "show", uuid);
        Assert.Equal(1, shown.GetProperty("boot_index").GetInt32());
        Assert.Equal("k", Assert.Single(shown.GetProperty("properties").EnumerateObject()).Name);
        Assert.Single((await _cli.JsonAsync("volume", "target", "list", "--node", node)).EnumerateArray());
        (await _cli.RunAsync("volume", "target", "delete", uuid)).AssertSuccess();
        (await _cli.RunAsync("volume", "target", "delete", uuid)).AssertFailure("could not be found", "HTTP 404");
    }

    private async Task<string> CreateNodeThatIsOffAsync()
    {
        var node = await _stack.CreateNodeAsync();
        (await _stack.Rest.PutAsync($"/v1/nodes/{node}/states/power", new { target = "power off" })).AssertStatus(202);
        await _stack.WaitForNodeAsync(node, found => found.GetProperty("power_state").GetString() == "power off" && found.GetProperty("reservation").ValueKind == JsonValueKind.Null, $"{node} is off");
        return node;
    }
}
