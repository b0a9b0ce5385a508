using Ironic.Api.V1;
using Ironic.Rest.Tests.Support;

namespace Ironic.Rest.Tests.Service;

/// <summary>What agents in ramdisks send and get.</summary>
public sealed class RamdiskTests : IClassFixture<ApiFixture>
{
    private const string Data = """{"inventory": {"interfaces": [{"mac_address": "52:54:00:00:00:01"}], "cpu": {"count": 3.50}}, "logs": "H4s", "error": null}""";

    private readonly FakeConductor _conductor;
    private readonly ApiServer _api;

    public RamdiskTests(ApiFixture fixture)
    {
        (_conductor, _api) = (fixture.Conductor, fixture.Api);
        var node = new RamdiskNode { Uuid = Samples.Uuid, DriverInternalInfo = Samples.Json("""{"agent_secret_token": "******"}""") };
        var config = new RamdiskConfig { HeartbeatTimeout = 300, AgentToken = "the-token", AgentTokenRequired = true };
        _conductor.Answer<LookupNodeRequest>(_ => new LookupNodeResponse { Node = node, Config = config });
        _conductor.Answer<ContinueInspectionRequest>(_ => new ContinueInspectionResponse { Node = node, Config = config, Uuid = Samples.Uuid });
    }

    private HeartbeatRequest Heartbeat => (HeartbeatRequest)_conductor.LastCall.Request;

    [Fact]
    public async Task A_lookup_shows_the_token_and_links_the_node()
    {
        var answer = await _api.GetAsync("/v1/lookup?addresses=52:54:00:00:00:01,x,52:54:00:00:00:01");

        Assert.Equal(200, answer.Status);
        Assert.Equal(["52:54:00:00:00:01", "x"], ((LookupNodeRequest)_conductor.LastCall.Request).Addresses);
        var config = answer.Json.GetProperty("config");
        Assert.Equal(("the-token", 300, true), (config.GetProperty("agent_token").GetString(), config.GetProperty("heartbeat_timeout").GetInt32(), config.GetProperty("agent_token_required").GetBoolean()));
        var node = answer.Json.GetProperty("node");
        Assert.Equal(["uuid", "properties", "instance_info", "driver_internal_info", "links"], node.EnumerateObject().Select(member => member.Name));
        Assert.EndsWith($"/v1/nodes/{Samples.Uuid}", node.GetProperty("links")[0].GetProperty("href").GetString(), StringComparison.Ordinal);
        Assert.Equal("******", node.GetProperty("driver_internal_info").GetProperty("agent_secret_token").GetString());
    }

    [Theory]
    [InlineData("agent_version", 36)]
    [InlineData("agent_verify_ca", 68)]
    [InlineData("agent_status", 72)]
    [InlineData("agent_status_message", 72)]
    public async Task What_a_heartbeat_may_tell_depends_on_the_microversion(string name, int since)
    {
        var body = $$"""{"callback_url": "https://192.0.2.1:9999", "agent_token": "x", "{{name}}": "y"}""";

        Assert.Equal(400, (await _api.SendAsync("POST", "/v1/heartbeat/n", $"1.{since - 1}", body)).Status);
        Assert.Equal(202, (await _api.SendAsync("POST", "/v1/heartbeat/n", $"1.{since}", body)).Status);
    }

    [Fact]
    public async Task A_heartbeat_may_be_in_the_query_and_its_address_empty()
    {
        var answer = await _api.SendAsync("POST", "/v1/heartbeat/n?callback_url=&agent_token=x&agent_status=start");

        Assert.Equal((202, ""), (answer.Status, answer.Body));
        Assert.Equal(("n", "", "x", "start"), (Heartbeat.Node, Heartbeat.CallbackUrl, Heartbeat.AgentToken, Heartbeat.AgentStatus));
    }

    [Fact]
    public async Task A_token_of_the_wrong_kind_is_not_repeated()
    {
        var answer = await _api.SendAsync("POST", "/v1/heartbeat/n", body: """{"callback_url": "https://192.0.2.1:9999", "agent_token": ["sesame"]}""");

        Assert.Equal(400, answer.Status);
        Assert.DoesNotContain("sesame", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspection_data_are_passed_on_as_they_are()
    {
        var answer = await _api.SendAsync("POST", $"/v1/continue_inspection?node_uuid={Samples.Uuid}", body: Data);

        Assert.Equal(202, answer.Status);
        Assert.Equal(["node", "config"], answer.Json.EnumerateObject().Select(member => member.Name));
        var request = (ContinueInspectionRequest)_conductor.LastCall.Request;
        Assert.Equal(Samples.Uuid, request.NodeUuid);
        Assert.Equal("""{"interfaces": [{"mac_address": "52:54:00:00:00:01"}], "cpu": {"count": 3.50}}""", request.Data.Inventory.Text);
        Assert.Equal("""{"logs":"H4s","error":null}""", request.Data.PluginData.Text);
    }

    [Fact]
    public async Task An_agent_without_a_microversion_may_send_inspection_data()
    {
        var answer = await _api.SendAsync("POST", "/v1/continue_inspection", version: null, Data);

        Assert.Equal((202, $$"""{"uuid":"{{Samples.Uuid}}"}"""), (answer.Status, answer.Body));
        Assert.Equal(404, (await _api.SendAsync("POST", $"/v1/continue_inspection?node_uuid={Samples.Uuid}", "1.1", Data)).Status);
        foreach (var version in new[] { "1.2", "1.82", "1.83" })
            Assert.Equal(404, (await _api.SendAsync("POST", "/v1/continue_inspection", version, Data)).Status);
    }

    [Fact]
    public async Task Virtual_media_is_a_list_and_unknown_to_the_release_that_ended_before_it()
    {
        _conductor.Answer<ListNodeVirtualMediaRequest>(_ => new ListNodeVirtualMediaResponse { Devices = { new VirtualMediaDevice { MediaTypes = { "CD" }, Inserted = false } } });

        Assert.Equal("""[{"media_types":["CD"],"inserted":false,"image":null}]""", (await _api.GetAsync("/v1/nodes/n/vmedia")).Body);
        Assert.Equal(404, (await _api.GetAsync("/v1/nodes/n/vmedia", "1.92")).Status);
        Assert.Equal(404, (await _api.GetAsync("/v1/nodes/n/vmedia", "1.83")).Status);
        Assert.Equal(400, (await _api.GetAsync("/v1/nodes/n/vmedia", "1.82")).Status);
        Assert.Equal(400, (await _api.SendAsync("POST", "/v1/nodes/n/vmedia", "1.82", """{"device_type": "cdrom", "image_url": "http://x"}""")).Status);
    }
}
