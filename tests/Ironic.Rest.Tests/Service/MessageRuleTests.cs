using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Ironic.Api.V1;
using Ironic.Rest.Tests.Support;

namespace Ironic.Rest.Tests.Service;

/// <summary>What the options of the contract say of the fields of messages in bodies and answers.</summary>
public sealed class MessageRuleTests : IClassFixture<ApiFixture>
{
    private readonly FakeConductor _conductor;
    private readonly ApiServer _api;

    public MessageRuleTests(ApiFixture fixture)
    {
        (_conductor, _api) = (fixture.Conductor, fixture.Api);
        ResourceSample.Answer(_conductor);
    }

    [Theory]
    [InlineData("""{"name": "CUSTOM_X"}""", "'steps' is a required property")]
    [InlineData("""{"name": "", "steps": [STEP]}""", "'' is too short")]
    [InlineData("""{"name": null, "steps": [STEP]}""", "None is not of type 'string'")]
    [InlineData("""{"name": "CUSTOM_X", "steps": []}""", "[] is too short")]
    [InlineData("""{"name": "CUSTOM_X", "steps": {}}""", "{} is not of type 'array'")]
    [InlineData("""{"name": "CUSTOM_X", "steps": [{}]}""", "'interface' is a required property")]
    [InlineData("""{"name": "CUSTOM_X", "steps": [{"interface": "nosuch", "step": "s", "args": {}, "priority": 1}]}""", "'nosuch' is not one of")]
    [InlineData("""{"name": "CUSTOM_X", "steps": [{"interface": "bios", "step": "s", "args": [], "priority": 1}]}""", "[] is not of type 'object'")]
    [InlineData("""{"name": "CUSTOM_X", "steps": [{"interface": "bios", "step": "s", "args": {}, "priority": -1}]}""", "-1 is less than the minimum of 0")]
    [InlineData("""{"name": "CUSTOM_X", "steps": [{"interface": "bios", "step": "s", "args": {}, "priority": "x"}]}""", "'x' does not match")]
    [InlineData("""{"name": "CUSTOM_X", "steps": [{"interface": "bios", "step": "s", "args": {}, "priority": 1.5}]}""", "1.5 is not of type 'integer'")]
    [InlineData("""{"name": "CUSTOM_X", "steps": [{"interface": "bios", "step": "s", "args": {}, "priority": 1, "x": 1}]}""", "('x' was unexpected)")]
    public async Task A_body_that_does_not_fit_is_refused(string body, string error)
    {
        var step = """{"interface": "bios", "step": "s", "args": {}, "priority": 1}""";
        var answer = await _api.SendAsync("POST", "/v1/deploy_templates", "1.82", body.Replace("STEP", step, StringComparison.Ordinal));
        Assert.Contains(error, answer.AssertMethodError(400), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_nested_message_arrives_with_its_values()
    {
        var body = """{"name": "CUSTOM_X", "steps": [{"interface": "bios", "step": "s", "args": {"big": 12345678901234567890}, "priority": "0"}], "description": "d"}""";
        Assert.Equal(201, (await _api.SendAsync("POST", "/v1/deploy_templates", "1.82", body)).Status);
        var template = Assert.IsType<CreateDeployTemplateRequest>(_conductor.LastCall.Request).DeployTemplate;
        var step = Assert.Single(template.Steps);
        Assert.Equal((StepInterface.Bios, "s", """{"big": 12345678901234567890}""", true, 0, "d"), (step.Interface, step.Step, step.Args.Text, step.HasPriority, step.Priority, template.Description));
    }

    [Fact]
    public async Task Times_of_a_new_template_have_microseconds()
    {
        var template = new DeployTemplate { Uuid = Samples.Uuid, CreatedAt = new Timestamp { Seconds = Samples.Moment.Seconds, Nanos = 1000 } };
        _conductor.Answer<CreateDeployTemplateRequest>(_ => new CreateDeployTemplateResponse { DeployTemplate = template });
        _conductor.Answer<GetDeployTemplateRequest>(_ => new GetDeployTemplateResponse { DeployTemplate = template });
        var body = JsonSerializer.Serialize(ResourceSample.Find("deploy_template").Body);
        var created = await _api.SendAsync("POST", "/v1/deploy_templates", "1.82", body);
        Assert.Equal("2026-01-31T12:00:00.000001+00:00", created.Json.GetProperty("created_at").GetString());
        Assert.Equal("2026-01-31T12:00:00+00:00", (await _api.GetAsync("/v1/deploy_templates/x", "1.82")).Json.GetProperty("created_at").GetString());
    }

    [Theory]
    [InlineData("""{"traits": "CUSTOM_A"}""")]
    [InlineData("""{"traits": ""}""")]
    [InlineData("""{"traits": [5]}""")]
    [InlineData("""{"traits": null}""")]
    [InlineData("""{"traits": ["CUSTOM_A"], "x": 1}""")]
    [InlineData("""["CUSTOM_A"]""")]
    [InlineData("""{}""")]
    public async Task A_list_in_a_body_is_a_list_of_texts(string body)
    {
        var calls = _conductor.Calls.Count;
        (await _api.SendAsync("PUT", $"/v1/nodes/{Samples.Uuid}/traits", "1.82", body)).AssertMethodError(400);
        Assert.Equal(calls, _conductor.Calls.Count);
    }

    [Fact]
    public async Task A_long_text_is_cut_in_the_summary_only()
    {
        var path = $"/v1/nodes/{Samples.Uuid}/history";
        Assert.Equal(new string('e', 251) + "...", (await _api.GetAsync(path)).Json.GetProperty("history")[0].GetProperty("event").GetString());
        Assert.Equal(new string('e', 300), (await _api.GetAsync(path + "?detail=true")).Json.GetProperty("history")[0].GetProperty("event").GetString());
        Assert.Equal(new string('e', 300), (await _api.GetAsync($"{path}/{Samples.Uuid}")).Json.GetProperty("event").GetString());
    }

    [Theory]
    [InlineData(255, 255)]
    [InlineData(256, 254)]
    public async Task Characters_count_and_not_their_bytes(int length, int shown)
    {
        var entry = new NodeHistoryEvent { Uuid = Samples.Uuid, NodeUuid = Samples.Uuid, Event = string.Concat(Enumerable.Repeat("😀", length)) };
        _conductor.Answer<ListNodeHistoryRequest>(_ => new ListNodeHistoryResponse { History = { entry } });
        var text = (await _api.GetAsync($"/v1/nodes/{Samples.Uuid}/history")).Json.GetProperty("history")[0].GetProperty("event").GetString()!;
        Assert.Equal(shown, text.EnumerateRunes().Count());
    }

    [Fact]
    public async Task Links_of_what_belongs_to_a_node_lead_through_the_node()
    {
        var settings = await _api.GetAsync("/v1/nodes/rack1/bios");
        var links = settings.Json.GetProperty("bios")[0].GetProperty("links");
        Assert.Equal($"{_api.RestUrl}/v1/nodes/rack1/bios/ProcTurbo", links[0].GetProperty("href").GetString());
        Assert.Equal($"{_api.RestUrl}/nodes/rack1/bios/ProcTurbo", links[1].GetProperty("href").GetString());
        var keyed = (await _api.GetAsync("/v1/nodes/rack1/bios/ProcTurbo")).Json.GetProperty("ProcTurbo").GetProperty("links");
        Assert.Equal($"{_api.RestUrl}/v1/nodes/rack1/bios/ProcTurbo", keyed[0].GetProperty("href").GetString());

        // An event says itself which node it is of, whatever the path calls that.
        var entry = (await _api.GetAsync("/v1/nodes/rack1/history")).Json.GetProperty("history")[0];
        Assert.Equal($"{_api.RestUrl}/v1/nodes/{Samples.Uuid}/history/{Samples.Uuid}", Assert.Single(entry.GetProperty("links").EnumerateArray()).GetProperty("href").GetString());
        Assert.False(entry.TryGetProperty("node_uuid", out _));
        Assert.False((await _api.GetAsync("/v1/nodes/rack1/firmware")).Json.GetProperty("firmware")[0].TryGetProperty("links", out _));
    }

    [Fact]
    public async Task What_is_sensitive_shows_as_null()
    {
        var open = new InspectionRule { Uuid = Samples.Uuid };
        var hidden = new InspectionRule { Uuid = Samples.Uuid, Sensitive = true };
        var leaky = new InspectionRule(hidden) { Actions = { new InspectionAction { Op = "log" } }, Conditions = { new InspectionCondition { Op = "eq" } } };
        _conductor.Answer<ListInspectionRulesRequest>(_ => new ListInspectionRulesResponse { InspectionRules = { open, hidden, leaky } });
        foreach (var query in new[] { "?detail=true", "?fields=actions,conditions" })
        {
            var rules = (await _api.GetAsync($"/v1/inspection_rules{query}")).Json.GetProperty("inspection_rules");
            foreach (var field in new[] { "actions", "conditions" })
                Assert.Equal(["[]", "null", "null"], rules.EnumerateArray().Select(rule => rule.GetProperty(field).GetRawText()));
        }

        // The conductor must say whether it is sensitive, though nobody asked for that.
        var request = Assert.IsType<ListInspectionRulesRequest>(_conductor.LastCall.Request);
        Assert.Contains("sensitive", request.ReadMask);
        Assert.False((await _api.GetAsync("/v1/inspection_rules?fields=actions")).Json.GetProperty("inspection_rules")[1].TryGetProperty("sensitive", out _));
    }

    [Fact]
    public async Task More_members_than_known_are_ignored_where_the_contract_says_so()
    {
        var body = """{"actions": [{"op": "fail", "args": {"msg": "no"}, "more": {"x": [1, {}]}}]}""";
        Assert.Equal(201, (await _api.SendAsync("POST", "/v1/inspection_rules", "1.96", body)).Status);
        var action = Assert.Single(Assert.IsType<CreateInspectionRuleRequest>(_conductor.LastCall.Request).InspectionRule.Actions);
        Assert.Equal(("fail", """{"msg": "no"}"""), (action.Op, action.Args.Text));
        Assert.Null(action.Loop);
        (await _api.SendAsync("POST", "/v1/inspection_rules", "1.96", """{"actions": [], "more": 1}""")).AssertMethodError(400);
    }

    [Theory]
    [InlineData("true", 201)]
    [InlineData("\"true\"", 400)]
    [InlineData("1", 400)]
    [InlineData("null", 201)]
    public async Task Exact_booleans_are_no_texts(string value, int status)
    {
        var body = $$"""{"actions": [{"op": "fail", "args": ["no"]}], "sensitive": {{value}}}""";
        Assert.Equal(status, (await _api.SendAsync("POST", "/v1/inspection_rules", "1.96", body)).Status);
    }

    [Theory]
    [InlineData("volume")]
    [InlineData("nodes/rack1/volume")]
    public async Task Volume_only_leads_on(string path)
    {
        var volume = (await _api.GetAsync($"/v1/{path}", "1.32")).Json;
        Assert.Equal(["connectors", "links", "targets"], volume.EnumerateObject().Select(m => m.Name).Order(StringComparer.Ordinal));
        foreach (var (name, end) in new[] { ("links", ""), ("connectors", "connectors"), ("targets", "targets") })
            Assert.Equal([$"{_api.RestUrl}/v1/{path}/{end}", $"{_api.RestUrl}/{path}/{end}"], volume.GetProperty(name).EnumerateArray().Select(link => link.GetProperty("href").GetString()));
    }

    [Fact]
    public async Task Volumes_below_a_node_go_on_above_it()
    {
        _conductor.Answer<ListVolumeTargetsRequest>(_ => new ListVolumeTargetsResponse { Targets = { new VolumeTarget { Uuid = Samples.Uuid } }, NextMarker = Samples.Uuid });
        var next = (await _api.GetAsync($"/v1/nodes/{Samples.Uuid}/volume/targets?limit=1")).Json.GetProperty("next").GetString();
        Assert.StartsWith($"{_api.RestUrl}/v1/volume/targets?", next, StringComparison.Ordinal);
        Assert.Equal(Samples.Uuid, Assert.IsType<ListVolumeTargetsRequest>(_conductor.LastCall.Request).Node);
        Assert.Equal(404, (await _api.GetAsync("/v1/nodes/rack1/volume/targets")).Status);
    }

    [Fact]
    public async Task A_shard_has_a_name_and_a_count()
    {
        _conductor.Answer<ListShardsRequest>(_ => new ListShardsResponse { Shards = { new Shard { Name = "a", Count = 2 }, new Shard { Name = "None" } } });
        Assert.Equal("""{"shards":[{"name":"a","count":2},{"name":"None","count":0}]}""", (await _api.GetAsync("/v1/shards", "1.82")).Body);
        (await _api.GetAsync("/v1/shards/a", "1.82")).AssertMethodError(404);
    }

    [Fact]
    public async Task Children_have_one_link_together()
    {
        _conductor.Answer<ListNodeChildrenRequest>(_ => new ListNodeChildrenResponse { Uuid = Samples.Uuid, Children = { "a", "b" } });
        var answer = (await _api.GetAsync("/v1/nodes/rack1/children")).Json;
        Assert.Equal("""["a","b"]""", answer.GetProperty("children").GetRawText());
        Assert.Equal($$"""{"href":"{{_api.RestUrl}}/v1/nodes?parent_node={{Samples.Uuid}}","rel":"children"}""", answer.GetProperty("links").GetRawText());
        Assert.False(answer.TryGetProperty("uuid", out _));
    }

    [Fact]
    public async Task Some_fields_are_shown_whichever_are_chosen()
    {
        var setting = (await _api.GetAsync("/v1/nodes/rack1/bios?fields=value")).Json.GetProperty("bios")[0];
        Assert.Equal(["created_at", "links", "updated_at", "value"], setting.EnumerateObject().Select(m => m.Name).Order(StringComparer.Ordinal));
        (await _api.GetAsync($"/v1/nodes/{Samples.Uuid}/bios?fields=value", "1.73")).AssertMethodError(400);
        (await _api.GetAsync($"/v1/nodes/{Samples.Uuid}/bios?detail=true", "1.73")).AssertMethodError(400);
        (await _api.GetAsync($"/v1/nodes/{Samples.Uuid}/firmware?fields=model", "1.113")).AssertMethodError(400);
    }

    [Fact]
    public async Task The_next_page_of_a_list_without_fields_names_none()
    {
        var entry = new NodeHistoryEvent { Uuid = Samples.Uuid, NodeUuid = Samples.Uuid };
        _conductor.Answer<ListNodeHistoryRequest>(_ => new ListNodeHistoryResponse { History = { entry }, NextMarker = Samples.Uuid });
        var next = (await _api.GetAsync("/v1/nodes/rack1/history?limit=1")).Json.GetProperty("next").GetString()!;
        Assert.Equal($"{_api.RestUrl}/v1/nodes/rack1/history?sort_key=id&sort_dir=asc&limit=1&marker={Samples.Uuid}", next);
        Assert.Equal(200, (await _api.GetAsync(next[_api.RestUrl.Length..])).Status);
    }

    [Fact]
    public async Task Names_of_other_resources_are_refused_by_their_methods()
    {
        (await _api.GetAsync("/v1/allocations/a%20b", "1.82")).AssertMethodError(400);
        Assert.Equal(200, (await _api.GetAsync("/v1/allocations/a.b~c_d-e", "1.82")).Status);
    }
}
