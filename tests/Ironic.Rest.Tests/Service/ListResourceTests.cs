using System.Text.Json;
using Ironic.Api.V1;
using Ironic.Rest.Tests.Support;

namespace Ironic.Rest.Tests.Service;

public sealed class ListResourceTests : IClassFixture<ApiFixture>
{
    private const string Next = "5f000000-0000-4000-8000-0000000000ee";

    private readonly FakeConductor _conductor;
    private readonly ApiServer _api;

    public ListResourceTests(ApiFixture fixture)
    {
        (_conductor, _api) = (fixture.Conductor, fixture.Api);
        _conductor.Answer<ListNodesRequest>(request =>
        {
            var response = new ListNodesResponse { Nodes = { Samples.Node() } };
            if (request.Limit == 1)
                response.NextMarker = Next;
            return response;
        });
    }

    private ListNodesRequest Received => (ListNodesRequest)_conductor.LastCall.Request;

    [Fact]
    public async Task Items_are_summaries()
    {
        var answer = await _api.GetAsync("/v1/nodes");

        Assert.Equal(["nodes"], answer.Json.EnumerateObject().Select(member => member.Name));
        Assert.Equal(
            ["instance_uuid", "maintenance", "power_state", "provision_state", "uuid", "name", "links"],
            answer.Json.GetProperty("nodes")[0].EnumerateObject().Select(member => member.Name));
        Assert.Equal(["uuid", "instance_uuid", "maintenance", "power_state", "provision_state", "name"], Received.ReadMask);
    }

    [Fact]
    public async Task Summary_has_no_field_newer_than_the_microversion()
    {
        var answer = await _api.GetAsync("/v1/nodes", "1.4");

        Assert.False(answer.Json.GetProperty("nodes")[0].TryGetProperty("name", out _));
    }

    [Theory]
    [InlineData("/v1/nodes/detail")]
    [InlineData("/v1/nodes?detail=true")]
    [InlineData("/v1/nodes?detail=YES")]
    public async Task Details_are_everything(string path)
    {
        var answer = await _api.GetAsync(path);

        var node = answer.Json.GetProperty("nodes")[0];
        Assert.True(node.TryGetProperty("driver_internal_info", out _));
        Assert.True(node.TryGetProperty("volume", out _));
        Assert.Empty(Received.ReadMask);
    }

    [Theory]
    [InlineData("/v1/nodes?limit=1", "/v1/nodes?sort_key=id&sort_dir=asc&fields=instance_uuid,maintenance,power_state,provision_state,uuid,name&limit=1&marker=")]
    [InlineData("/v1/nodes?limit=1&fields=name", "/v1/nodes?sort_key=id&sort_dir=asc&fields=name&limit=1&marker=")]
    [InlineData("/v1/nodes?fields=name,resource_class&limit=1&sort_dir=desc&sort_key=resource_class", "/v1/nodes?sort_key=resource_class&sort_dir=desc&fields=name,resource_class&limit=1&marker=")]
    [InlineData("/v1/nodes?detail=True&limit=1", "/v1/nodes?sort_key=id&sort_dir=asc&detail=True&limit=1&marker=")]
    [InlineData("/v1/nodes/detail?limit=1", "/v1/nodes/detail?sort_key=id&sort_dir=asc&limit=1&marker=")]
    [InlineData("/v1/nodes?associated=true&limit=1&fields=name&resource_class=gold", "/v1/nodes?sort_key=id&sort_dir=asc&associated=True&fields=name&limit=1&marker=")]
    [InlineData("/v1/nodes?maintenance=1&retired=0&limit=1&fields=name", "/v1/nodes?sort_key=id&sort_dir=asc&maintenance=True&fields=name&limit=1&marker=")]
    [InlineData("/v1/nodes?sort_key=&limit=1&fields=name", "/v1/nodes?sort_key=id&sort_dir=asc&fields=name&limit=1&marker=")]
    public async Task Next_link_repeats_what_the_page_was_asked_with(string path, string next)
    {
        var answer = await _api.GetAsync(path);

        Assert.Equal(_api.RestUrl + next + Next, answer.Json.GetProperty("next").GetString());
    }

    [Fact]
    public async Task Next_link_has_only_fields_of_the_microversion()
    {
        var answer = await _api.GetAsync("/v1/nodes?limit=1", "1.4");

        Assert.Contains("&fields=instance_uuid,maintenance,power_state,provision_state,uuid&", answer.Json.GetProperty("next").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Last_page_has_no_next_link() => Assert.False((await _api.GetAsync("/v1/nodes")).Json.TryGetProperty("next", out _));

    [Fact]
    public async Task Empty_list_is_a_list()
    {
        _conductor.Answer<ListConductorsRequest>(_ => new ListConductorsResponse());

        Assert.Equal("""{"conductors":[]}""", (await _api.GetAsync("/v1/conductors")).Body);
    }

    [Fact]
    public async Task Filters_become_fields_of_the_request()
    {
        await _api.GetAsync(
            "/v1/nodes?chassis_uuid=5F000000000040008000000000000ABC&associated=off&provision_state=clean%20wait;shard=East,%20west,east" +
            "&description_contains=100%25+x&sharded=T&limit=7&marker=5f000000-0000-4000-8000-000000000001&sort_key=name&sort_dir=desc&conductor_group=");

        var request = Received;
        Assert.Equal("5f000000-0000-4000-8000-000000000abc", request.ChassisUuid);
        Assert.False(request.Associated);
        Assert.True(request.HasAssociated);
        Assert.False(request.HasMaintenance);
        Assert.Equal("clean wait", request.ProvisionState);
        Assert.Equal(["east", "west"], request.Shard);
        Assert.Equal("100% x", request.DescriptionContains);
        Assert.True(request.Sharded);
        Assert.Equal(7, request.Limit);
        Assert.Equal("5f000000-0000-4000-8000-000000000001", request.Marker);
        Assert.Equal("name", request.SortKey);
        Assert.Equal("desc", request.SortDir);
        Assert.True(request.HasConductorGroup);
        Assert.Equal("", request.ConductorGroup);
    }

    [Theory]
    [InlineData("limit=0", "Limit must be positive")]
    [InlineData("limit=-1", "Limit must be positive")]
    [InlineData("limit=abc", "Expected an integer for limit: abc")]
    [InlineData("limit=1.5", "Expected an integer for limit: 1.5")]
    [InlineData("limit=", "Expected an integer for limit: ")]
    [InlineData("limit=1&limit=2", "Expected an integer for limit: ['1', '2']")]
    [InlineData("limit=1%00", "Expected an integer for limit: 1\0")]
    [InlineData("marker=x", "Expected UUID for marker: x")]
    [InlineData("chassis_uuid=x", "Expected UUID for chassis_uuid: x")]
    [InlineData("sort_dir=DESC", "Invalid sort direction: DESC. Acceptable values are 'asc' or 'desc'")]
    [InlineData("maintenance=x", "Invalid maintenance: Unrecognized value 'x', acceptable values are: '0', '1', 'f', 'false', 'n', 'no', 'off', 'on', 't', 'true', 'y', 'yes'")]
    [InlineData("resource_class=a&resource_class=b", "Expected string for resource_class: ['a', 'b']")]
    [InlineData("fields=name&fields=driver", "Expected string for fields: ['name', 'driver']")]
    [InlineData("fields=nosuch", "Field(s) \"nosuch\" are not valid")]
    [InlineData("fields=name&detail=true", "Can not specify ?detail=True and fields in the same request.")]
    [InlineData("name=x&fields=name", "Unexpected arguments: name")]
    [InlineData("MAINTENANCE=true", "Unexpected arguments: MAINTENANCE")]
    [InlineData("=1", "Unexpected arguments: ")]
    [InlineData("x=1&y=2", "Unexpected arguments: x, y")]
    [InlineData("resource_class=a%00b", "The value of resource_class is not a valid text.")]
    public async Task Senseless_parameters_are_refused(string query, string fault) =>
        Assert.Equal(fault, (await _api.GetAsync($"/v1/nodes?{query}")).AssertMethodError(400));

    [Theory]
    [InlineData("limit=5_0")]
    [InlineData("limit=%31")]
    [InlineData("limit=+1")]
    [InlineData("limit=99999999999999")]
    [InlineData("&&")]
    [InlineData("sort_key=na%6De")]
    [InlineData("fields=name%2Cuuid")]
    public async Task Sensible_parameters_are_taken(string query) => Assert.Equal(200, (await _api.GetAsync($"/v1/nodes?{query}")).Status);

    [Theory]
    [InlineData("/v1/nodes?driver=x", "1.15", 406)]
    [InlineData("/v1/nodes?sort_key=name", "1.4", 406)]
    [InlineData("/v1/nodes?fields=uuid", "1.7", 406)]
    [InlineData("/v1/nodes?detail=true", "1.42", 400)]
    [InlineData("/v1/drivers?detail=true", "1.29", 406)]
    [InlineData("/v1/drivers?type=dynamic", "1.29", 406)]
    [InlineData("/v1/conductors", "1.48", 404)]
    [InlineData("/v1/drivers/x/raid/logical_disk_properties", "1.11", 406)]
    public async Task What_is_newer_than_the_microversion_is_refused(string path, string version, int status) =>
        (await _api.GetAsync(path, version)).AssertMethodError(status);

    [Fact]
    public async Task Detail_list_takes_neither_fields_nor_detail()
    {
        (await _api.GetAsync("/v1/nodes/detail?fields=name")).AssertMethodError(400);
        (await _api.GetAsync("/v1/nodes/detail?detail=true")).AssertMethodError(400);
    }

    [Fact]
    public async Task Thousand_nodes_come_as_they_are()
    {
        var response = new ListNodesResponse();
        for (var number = 0; number < 1000; number++)
            response.Nodes.Add(Samples.FullNode(number));
        _conductor.Answer<ListNodesRequest>(_ => response);

        var nodes = (await _api.GetAsync("/v1/nodes/detail")).Json.GetProperty("nodes");

        Assert.Equal(1000, nodes.GetArrayLength());
        Assert.Equal(Enumerable.Range(0, 1000).Select(number => $"node-{number}"), nodes.EnumerateArray().Select(node => node.GetProperty("name").GetString()!));
        Assert.All(nodes.EnumerateArray(), node => Assert.Equal(JsonValueKind.Object, node.GetProperty("extra").ValueKind));
    }
}
