using System.Text.Json;
using Ironic.Api.V1;
using Ironic.Rest.Tests.Support;

namespace Ironic.Rest.Tests.Service;

public sealed class ShowResourceTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private readonly FakeConductor _conductor = fixture.Conductor;
    private readonly ApiServer _api = fixture.Api;

    [Fact]
    public async Task Full_node_has_values_nulls_defaults_and_links()
    {
        _conductor.Answer<GetNodeRequest>(_ => new GetNodeResponse { Node = Samples.Node() });

        var answer = await _api.GetAsync($"/v1/nodes/{Samples.Uuid}");

        Assert.Equal(200, answer.Status);
        Assert.Equal("application/json", answer.Header("Content-Type"));
        var node = answer.Json;
        Assert.Equal(Samples.Uuid, node.GetProperty("uuid").GetString());
        Assert.Equal("2026-01-31T12:00:00+00:00", node.GetProperty("created_at").GetString());
        Assert.Equal(JsonValueKind.Null, node.GetProperty("updated_at").ValueKind);
        Assert.Equal("power on", node.GetProperty("power_state").GetString());
        Assert.Equal(JsonValueKind.Null, node.GetProperty("target_power_state").ValueKind);
        Assert.Equal("fan \"7\"\n", node.GetProperty("maintenance_reason").GetString());
        Assert.True(node.GetProperty("maintenance").GetBoolean());
        Assert.False(node.GetProperty("console_enabled").GetBoolean());
        Assert.Equal("", node.GetProperty("conductor_group").GetString());
        Assert.Equal("{}", node.GetProperty("clean_step").GetRawText());
        Assert.Equal("""["CUSTOM_GOLD","HW_CPU_X86_VMX"]""", node.GetProperty("traits").GetRawText());
        Assert.Equal("""{"big": 12345678901234567890123, "f": 1e3, "text": "zażółć \u0000"}""", node.GetProperty("extra").GetRawText());
        Assert.Equal(
            $$"""[{"href":"{{_api.RestUrl}}/v1/nodes/{{Samples.Uuid}}","rel":"self"},{"href":"{{_api.RestUrl}}/nodes/{{Samples.Uuid}}","rel":"bookmark"}]""",
            node.GetProperty("links").GetRawText());
        Assert.Equal(
            $$"""[{"href":"{{_api.RestUrl}}/nodes/{{Samples.Uuid}}/states","rel":"bookmark"},{"href":"{{_api.RestUrl}}/v1/nodes/{{Samples.Uuid}}/states","rel":"self"}]""",
            node.GetProperty("states").GetRawText());
        Assert.Equal(2, node.GetProperty("ports").GetArrayLength());
        Assert.Empty(((GetNodeRequest)_conductor.LastCall.Request).ReadMask);
    }

    [Fact]
    public async Task Request_id_and_microversion_go_to_the_conductor_and_back()
    {
        _conductor.Answer<GetNodeRequest>(_ => new GetNodeResponse { Node = Samples.Node() });

        var answer = await _api.GetAsync($"/v1/nodes/{Samples.Uuid}", "1.82");

        Assert.Equal("1.82", answer.Header("X-OpenStack-Ironic-API-Version"));
        Assert.Equal("1.1", answer.Header("X-OpenStack-Ironic-API-Minimum-Version"));
        Assert.Equal("1.115", answer.Header("X-OpenStack-Ironic-API-Maximum-Version"));
        var requestId = answer.Header("Openstack-Request-Id");
        Assert.Matches("^req-[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$", requestId);
        Assert.Equal(requestId, answer.Header("X-Openstack-Request-Id"));
        Assert.Equal(requestId, _conductor.LastCall.Headers.GetValue("x-openstack-request-id"));
        Assert.Equal("1.82", _conductor.LastCall.Headers.GetValue("ironic-api-version"));
    }

    [Fact]
    public async Task Chosen_fields_come_alone_with_the_links()
    {
        _conductor.Answer<GetNodeRequest>(_ => new GetNodeResponse { Node = Samples.Node() });

        var answer = await _api.GetAsync("/v1/nodes/x?fields=traits,%20Name,name,fault");

        Assert.Equal(["name", "fault", "traits", "links"], answer.Json.EnumerateObject().Select(member => member.Name));
        Assert.Equal(["uuid", "name", "fault", "traits"], ((GetNodeRequest)_conductor.LastCall.Request).ReadMask);
    }

    [Theory]
    [InlineData("fields=")]
    [InlineData("fields")]
    [InlineData("fields=links")]
    public async Task No_fields_are_the_links_alone(string query)
    {
        _conductor.Answer<GetNodeRequest>(_ => new GetNodeResponse { Node = Samples.Node() });

        var answer = await _api.GetAsync($"/v1/nodes/x?{query}");

        Assert.Equal(["links"], answer.Json.EnumerateObject().Select(member => member.Name));
        Assert.Equal(["uuid"], ((GetNodeRequest)_conductor.LastCall.Request).ReadMask);
    }

    [Fact]
    public async Task Unknown_field_is_refused_only_of_what_exists()
    {
        _conductor.Answer<GetNodeRequest>(_ => new GetNodeResponse { Node = Samples.Node() });
        Assert.Equal("Field(s) \"nosuch, other\" are not valid", (await _api.GetAsync("/v1/nodes/x?fields=name,nosuch,other")).AssertMethodError(400));

        _conductor.Fail<GetNodeRequest>(ErrorReason.NodeNotFound, "Node x could not be found.");
        Assert.Equal("Node x could not be found.", (await _api.GetAsync("/v1/nodes/x?fields=nosuch")).AssertMethodError(404));
    }

    [Theory]
    [InlineData("/v1/nodes/x?fields=name", "1.7")]
    [InlineData("/v1/nodes/x?fields=shard", "1.81")]
    [InlineData("/v1/drivers/x?fields=name", "1.76")]
    public async Task Fields_newer_than_the_microversion_are_not_acceptable(string path, string version) =>
        (await _api.GetAsync(path, version)).AssertMethodError(406);

    [Theory]
    [InlineData("1.1", null)]
    [InlineData("1.2", "available")]
    public async Task Older_microversions_see_older_texts(string version, string? expected)
    {
        _conductor.Answer<GetNodeRequest>(_ => new GetNodeResponse { Node = Samples.Node() });

        var answer = await _api.GetAsync($"/v1/nodes/{Samples.Uuid}", version);

        Assert.Equal(expected, answer.Json.GetProperty("provision_state").GetString());
    }

    [Fact]
    public async Task Driver_shows_its_properties_link_also_in_lists()
    {
        _conductor.Answer<ListDriversRequest>(_ => new ListDriversResponse { Drivers = { new Api.V1.Driver { Name = "fake-hardware", Hosts = { "c1", "c2" }, Type = "dynamic" } } });

        var driver = (await _api.GetAsync("/v1/drivers", "1.82")).Json.GetProperty("drivers")[0];
        Assert.Equal(["name", "hosts", "type", "links", "properties"], driver.EnumerateObject().Select(member => member.Name));
        Assert.EndsWith("/v1/drivers/fake-hardware/properties", driver.GetProperty("properties")[0].GetProperty("href").GetString(), StringComparison.Ordinal);

        driver = (await _api.GetAsync("/v1/drivers", "1.13")).Json.GetProperty("drivers")[0];
        Assert.Equal(["name", "hosts", "links"], driver.EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    public async Task Map_is_an_object()
    {
        _conductor.Answer<ValidateNodeRequest>(_ => new ValidateNodeResponse
        {
            Interfaces =
            {
                ["power"] = new InterfaceValidation { Result = true },
                ["boot"] = new InterfaceValidation { Result = false, Reason = "no ports" },
                ["raid"] = new InterfaceValidation(),
            },
        });

        var answer = await _api.GetAsync("/v1/nodes/x/validate");

        Assert.Equal("""{"result":true}""", answer.Json.GetProperty("power").GetRawText());
        Assert.Equal("""{"result":false,"reason":"no ports"}""", answer.Json.GetProperty("boot").GetRawText());
        Assert.Equal("""{"result":null}""", answer.Json.GetProperty("raid").GetRawText());
        Assert.Equal("x", ((ValidateNodeRequest)_conductor.LastCall.Request).Node);
    }

    [Fact]
    public async Task Map_of_texts_keeps_empty_ones()
    {
        _conductor.Answer<GetDriverPropertiesRequest>(_ => new GetDriverPropertiesResponse { Properties = { ["a"] = "text", ["b"] = "" } });

        var answer = await _api.GetAsync("/v1/drivers/properties?driver_name=fake-hardware");

        Assert.Equal("text", answer.Json.GetProperty("a").GetString());
        Assert.Equal("", answer.Json.GetProperty("b").GetString());
        Assert.Equal("fake-hardware", ((GetDriverPropertiesRequest)_conductor.LastCall.Request).Driver);
    }
}
