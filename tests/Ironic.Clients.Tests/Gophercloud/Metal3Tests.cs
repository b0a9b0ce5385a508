using System.Text.Json;

namespace Ironic.Clients.Tests.Gophercloud;

/// <summary>How Metal3's operator uses gophercloud: which sequences of calls it makes, and which statuses it tells apart.</summary>
public sealed class Metal3Tests(SharedStack shared) : IClassFixture<SharedStack>
{
    private readonly TestStack _stack = shared.Stack;
    private readonly GophercloudClient _client = new(shared.Stack.Rest, GophercloudClient.Metal3);

    [Fact]
    public async Task It_finds_the_range_of_microversions_and_chooses_its_own()
    {
        // Asked without any version, of the endpoint with a slash at its end.
        var answer = (await new GophercloudClient(_stack.Rest, null).SendAsync("GET", "")).AssertStatus(200).Json;

        Assert.Equal("v1", answer.GetProperty("id").GetString());
        var version = answer.GetProperty("version");
        GoShapes.ApiVersion.AssertComplete(version);
        Assert.Equal(("v1", "CURRENT", "1.1"), (Text(version, "id"), Text(version, "status"), Text(version, "min_version")));
        var maximum = Text(version, "version")!.Split('.').Select(int.Parse).ToList();
        Assert.Equal(1, maximum[0]);
        Assert.InRange(maximum[1], 110, int.MaxValue);
    }

    [Fact]
    public async Task The_root_lists_the_versions()
    {
        var answer = (await _stack.Rest.SendAsync("GET", "/", version: null)).AssertStatus(200).Json;

        GoShapes.ApiVersion.AssertComplete(answer.GetProperty("default_version"));
        GoShapes.ApiVersion.AssertComplete(Assert.Single(answer.GetProperty("versions").EnumerateArray()));
    }

    [Fact]
    public async Task A_microversion_that_is_not_there_is_refused_with_the_range()
    {
        var answer = await new GophercloudClient(_stack.Rest, "1.999").SendAsync("GET", "nodes");

        answer.AssertStatus(406);
        Assert.Equal("1.1", answer.Header("X-OpenStack-Ironic-API-Minimum-Version"));
        Assert.Equal("1.115", answer.Header("X-OpenStack-Ironic-API-Maximum-Version"));
    }

    [Fact]
    public async Task It_registers_a_host_that_it_has_looked_for_by_name_and_by_address()
    {
        var (name, address) = ($"metal3~{Guid.NewGuid():N}", CallResources.NewAddress());
        var byAddress = $"ports?address={Uri.EscapeDataString(address)}&fields=node_uuid%2Cuuid%2Caddress";

        (await _client.SendAsync("GET", $"nodes/{name}")).AssertError(404);
        Assert.Empty((await _client.SendAsync("GET", byAddress)).AssertStatus(200).Json.GetProperty("ports").EnumerateArray());

        var body = $$"""
            {"driver": "fake-hardware", "name": "{{name}}", "bios_interface": "no-bios", "boot_interface": "fake", "deploy_interface": "direct", "firmware_interface": "no-firmware",
             "inspect_interface": "no-inspect", "management_interface": "fake", "power_interface": "fake", "raid_interface": "no-raid", "vendor_interface": "no-vendor",
             "driver_info": {"address": "192.0.2.1", "password": "secret", "force_persistent_boot_device": "Default", "verify_ca": false},
             "disable_power_off": false, "properties": {"capabilities": "boot_mode:uefi", "cpu_arch": "x86_64"} }
            """;
        var created = (await _client.SendAsync("POST", "nodes", body)).AssertStatus(201).Json;
        GoShapes.Node.AssertComplete(created);
        Assert.Equal("enroll", Text(created, "provision_state"));
        Assert.Equal("", Text(created, "conductor_group"));
        // To its decoder null is an empty text: this is how it sees that nobody has the node.
        Assert.Equal(JsonValueKind.Null, created.GetProperty("reservation").ValueKind);
        var node = Text(created, "uuid");

        var port = $$"""{"node_uuid": "{{node}}", "address": "{{address}}", "pxe_enabled": true}""";
        GoShapes.Port.AssertComplete((await _client.SendAsync("POST", "ports", port)).AssertStatus(201).Json);

        Assert.Equal(node, Text((await _client.SendAsync("GET", $"nodes/{name}")).AssertStatus(200).Json, "uuid"));
        var found = Assert.Single((await _client.SendAsync("GET", byAddress)).AssertStatus(200).Json.GetProperty("ports").EnumerateArray());
        Assert.Equal((node, address), (Text(found, "node_uuid"), Text(found, "address")));

        // Both are there already: 409 is "try again" to it, anything else a failure.
        (await _client.SendAsync("POST", "nodes", body)).AssertError(409);
        (await _client.SendAsync("POST", "ports", port)).AssertError(409);

        (await _client.SendAsync("DELETE", $"nodes/{node}")).AssertStatus(204);
        (await _client.SendAsync("GET", $"nodes/{node}")).AssertError(404);
        (await _client.SendAsync("DELETE", $"nodes/{node}")).AssertError(404);
        Assert.Empty((await _client.SendAsync("GET", byAddress)).AssertStatus(200).Json.GetProperty("ports").EnumerateArray());
    }

    [Fact]
    public async Task It_tells_the_image_and_takes_it_back()
    {
        var node = await _stack.CreateNodeAsync();

        var updated = await PatchAsync(node, """
            [{"op": "add", "path": "/instance_uuid", "value": "79ee2a3b-8d0b-4b9a-a4a8-9f3d0a9b2d10"},
             {"op": "add", "path": "/instance_info/image_source", "value": "https://192.0.2.7/image.qcow2"},
             {"op": "add", "path": "/instance_info/image_os_hash_algo", "value": "sha256"},
             {"op": "add", "path": "/instance_info/capabilities", "value": {}},
             {"op": "add", "path": "/properties/root_device", "value": {"name": "s== /dev/sda", "size": "10"}},
             {"op": "replace", "path": "/automated_clean", "value": false}]
            """);
        GoShapes.Node.AssertComplete(updated);
        Assert.Equal("79ee2a3b-8d0b-4b9a-a4a8-9f3d0a9b2d10", Text(updated, "instance_uuid"));
        Assert.Equal("""{"image_source":"https://192.0.2.7/image.qcow2","image_os_hash_algo":"sha256","capabilities":{}}""", updated.GetProperty("instance_info").GetRawText());
        Assert.False(updated.GetProperty("automated_clean").GetBoolean());

        updated = await PatchAsync(node, """[{"op": "remove", "path": "/instance_uuid"}, {"op": "remove", "path": "/instance_info/capabilities"}, {"op": "replace", "path": "/instance_info", "value": {}}]""");
        Assert.Equal(JsonValueKind.Null, updated.GetProperty("instance_uuid").ValueKind);
        Assert.Equal("{}", updated.GetProperty("instance_info").GetRawText());

        (await _client.SendAsync("PATCH", $"nodes/{node}", """[{"op": "remove", "path": "/instance_info/capabilities"}]""")).AssertError(400);
        (await _client.SendAsync("PATCH", $"nodes/{Guid.NewGuid()}", "[]")).AssertError(404);
    }

    [Fact]
    public async Task A_node_that_somebody_else_works_on_is_busy()
    {
        var node = await _stack.CreateNodeAsync();
        var vendor = new VendorCaller(_stack);
        var gate = Guid.NewGuid().ToString();
        (await _client.SendAsync("POST", $"nodes/{node}/vendor_passthru?method=fake_wait_async", $$"""{"gate": "{{gate}}"}""")).AssertStatus(202);
        await _stack.Calls.WaitForStartAsync(node, "vendor.fake_wait_async");

        Assert.Equal("conductor-1", Text((await _client.SendAsync("GET", $"nodes/{node}")).AssertStatus(200).Json, "reservation"));
        (await _client.SendAsync("PATCH", $"nodes/{node}", """[{"op": "add", "path": "/extra/a", "value": 1}]""")).AssertError(409);
        (await _client.SendAsync("PUT", $"nodes/{node}/states/power", """{"target": "power on"}""")).AssertError(409);
        (await _client.SendAsync("PUT", $"nodes/{node}/states/provision", """{"target": "manage"}""")).AssertError(409);
        (await _client.SendAsync("DELETE", $"nodes/{node}")).AssertError(409);

        await vendor.OpenGateAsync(gate);
        await _stack.WaitUntilUnlockedAsync(node);
    }

    [Fact]
    public async Task A_validation_names_each_interface_and_gives_a_reason()
    {
        var answer = (await _client.SendAsync("GET", $"nodes/{await _stack.CreateNodeAsync()}/validate")).AssertStatus(200).Json;

        foreach (var name in new[] { "bios", "boot", "console", "deploy", "firmware", "inspect", "management", "network", "power", "raid", "rescue", "storage" })
            GoShapes.Validation.AssertDecodes(answer.GetProperty(name));
        Assert.True(answer.GetProperty("power").GetProperty("result").GetBoolean());
        Assert.All(
            answer.EnumerateObject().Where(outcome => outcome.Value.GetProperty("result").ValueKind == JsonValueKind.False),
            outcome => Assert.NotEmpty(Text(outcome.Value, "reason")!));
    }

    [Fact]
    public async Task What_the_hardware_cannot_do_is_400_and_what_there_is_no_inventory_of_404()
    {
        var node = await _stack.CreateNodeAsync("example");

        // It falls back to switching hard.
        (await _client.SendAsync("PUT", $"nodes/{node}/states/power", """{"target": "soft power off", "timeout": 180}""")).AssertError(400);
        (await _client.SendAsync("GET", $"nodes/{node}/inventory")).AssertError(404);
    }

    [Fact]
    public async Task A_host_is_switched()
    {
        var node = await new CallResources(_stack, "manageable").FillAsync("{node}");

        foreach (var state in new[] { "power on", "power off" })
        {
            (await _client.SendAsync("PUT", $"nodes/{node}/states/power", $$"""{"target": "{{state}}"}""")).AssertStatus(202);
            await _stack.WaitForNodeAsync(node, shown => Text(shown, "power_state") == state && shown.GetProperty("target_power_state").ValueKind == JsonValueKind.Null, $"{node} is {state}");
            await _stack.WaitUntilUnlockedAsync(node);
        }
    }

    [Fact]
    public async Task It_attaches_an_image_and_asks_until_that_is_there()
    {
        var node = await new CallResources(_stack, "manageable").FillAsync("{node}");
        Assert.DoesNotContain(await MediaAsync(node), IsInserted);

        var body = """{"device_type": "cdrom", "image_url": "https://192.0.2.7/data.iso", "image_download_source": "http"}""";
        (await _client.SendAsync("POST", $"nodes/{node}/vmedia", body)).AssertStatus(204);
        await _stack.WaitUntilUnlockedAsync(node);
        var inserted = Assert.Single(await MediaAsync(node), IsInserted);
        Assert.Equal("https://192.0.2.7/data.iso", Text(inserted, "image"));

        (await _client.SendAsync("DELETE", $"nodes/{node}/vmedia?device_types=cdrom")).AssertStatus(204);
        await _stack.WaitUntilUnlockedAsync(node);
        Assert.DoesNotContain(await MediaAsync(node), IsInserted);

        // A list, without an object around it.
        async Task<List<JsonElement>> MediaAsync(string ident) => [.. (await _client.SendAsync("GET", $"nodes/{ident}/vmedia")).AssertStatus(200).Json.EnumerateArray()];

        static bool IsInserted(JsonElement device) => device.GetProperty("inserted").GetBoolean();
    }

    [Theory]
    [InlineData("manageable", """{"target": "clean", "clean_steps": [{"interface": "deploy", "step": "erase_devices_metadata"}, {"interface": "raid", "step": "create_configuration", "args": {"create_root_volume": true}}]}""")]
    [InlineData("manageable", """{"target": "inspect"}""")]
    [InlineData("manageable", """{"target": "adopt"}""")]
    [InlineData("available", """{"target": "active", "configdrive": {"meta_data": {"name": "host-0", "uuid": "x"}, "network_data": {"links": []}, "user_data": "#cloud-config"}}""")]
    [InlineData("available", """{"target": "active", "configdrive": {"user_data": {"ignition": {"version": "2.2.0"}}}, "deploy_steps": [{"interface": "deploy", "step": "custom_deploy", "args": {}, "priority": 80}]}""")]
    [InlineData("available", """{"target": "active", "configdrive": "http://192.0.2.7/configdrive"}""")]
    [InlineData("available", """{"target": "active", "configdrive": {}}""")]
    public async Task Provisioning_is_asked_for_with_steps_and_config_drives(string state, string body)
    {
        var node = await new CallResources(_stack, state).FillAsync("{node}");

        (await _client.SendAsync("PUT", $"nodes/{node}/states/provision", body)).AssertStatus(202);

        // The state is another one before the answer goes out, and it ends by itself.
        await _stack.WaitUntilUnlockedAsync(node);
        Assert.NotEqual(JsonValueKind.Null, (await _client.SendAsync("GET", $"nodes/{node}")).Json.GetProperty("provision_updated_at").ValueKind);
    }

    [Theory]
    [InlineData("manageable", """{"target": "clean"}""")]
    [InlineData("manageable", """{"target": "clean", "clean_steps": [{"interface": "deploy"}]}""")]
    [InlineData("manageable", """{"target": "clean", "clean_steps": [{"interface": "tape", "step": "rewind"}]}""")]
    [InlineData("available", """{"target": "active", "deploy_steps": [{"interface": "deploy", "step": "custom_deploy", "args": {}}]}""")]
    [InlineData("available", """{"target": "active", "configdrive": {"meta": {}}}""")]
    [InlineData("available", """{"target": "active", "clean_steps": [{"interface": "deploy", "step": "erase_devices_metadata"}]}""")]
    [InlineData("enroll", """{"target": "active"}""")]
    [InlineData("enroll", """{"target": "no-such-verb"}""")]
    public async Task What_is_no_provisioning_is_400(string state, string body)
    {
        var node = await new CallResources(_stack, state).FillAsync("{node}");

        (await _client.SendAsync("PUT", $"nodes/{node}/states/provision", body)).AssertError(400);
    }

    private static string? Text(JsonElement value, string member) => value.GetProperty(member).GetString();

    private async Task<JsonElement> PatchAsync(string node, string patch) => (await _client.SendAsync("PATCH", $"nodes/{node}", patch)).AssertStatus(200).Json;
}
