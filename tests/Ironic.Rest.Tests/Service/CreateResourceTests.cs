using Ironic.Api.V1;
using Ironic.Rest.Tests.Support;

namespace Ironic.Rest.Tests.Service;

public sealed class CreateResourceTests : IClassFixture<ApiFixture>
{
    private readonly FakeConductor _conductor;
    private readonly ApiServer _api;

    public CreateResourceTests(ApiFixture fixture)
    {
        (_conductor, _api) = (fixture.Conductor, fixture.Api);
        _conductor.Answer<CreateNodeRequest>(_ => new CreateNodeResponse { Node = Samples.Node() });
    }

    private Node Received => ((CreateNodeRequest)_conductor.LastCall.Request).Node;

    [Fact]
    public async Task Body_becomes_the_message_and_the_answer_is_located()
    {
        var answer = await _api.SendAsync("POST", "/v1/nodes", body: """
            {"driver": "fake-hardware", "name": "n\u0105", "extra": {"big": 12345678901234567890123,  "f": 1e3}, "automated_clean": "no",
             "uuid": "5F000000-0000-4000-8000-000000000001", "conductor_group": "", "description": null, "instance_info": null}
            """);

        Assert.Equal(201, answer.Status);
        Assert.Equal($"{_api.RestUrl}/v1/nodes/{Samples.Uuid}", answer.Header("Location"));
        Assert.Equal(Samples.Uuid, answer.Json.GetProperty("uuid").GetString());
        var node = Received;
        Assert.Equal("fake-hardware", node.Driver);
        Assert.Equal("ną", node.Name);
        Assert.Equal("""{"big": 12345678901234567890123,  "f": 1e3}""", node.Extra.Text);
        Assert.True(node.HasAutomatedClean);
        Assert.False(node.AutomatedClean);
        Assert.Equal(Samples.Uuid, node.Uuid);
        Assert.False(node.HasDescription);
        Assert.Null(node.InstanceInfo);
        Assert.Null(node.Properties);
    }

    [Fact]
    public async Task Last_of_several_members_counts()
    {
        Assert.Equal(201, (await _api.SendAsync("POST", "/v1/nodes", body: """{"driver": 5, "name": "x", "driver": "fake-hardware", "name": null}""")).Status);
        Assert.Equal("fake-hardware", Received.Driver);
        Assert.False(Received.HasName);
    }

    [Theory]
    [InlineData("{}", "Schema error for node: 'driver' is a required property")]
    [InlineData("", "Schema error for node: 'driver' is a required property")]
    [InlineData("null", "Schema error for node: None is not of type 'object'")]
    [InlineData("[]", "Schema error for node: [] is not of type 'object'")]
    [InlineData("5", "Schema error for node: 5 is not of type 'object'")]
    [InlineData("\"x\"", "Schema error for node: 'x' is not of type 'object'")]
    [InlineData("""{"driver": null}""", "Schema error for node: None is not of type 'string'")]
    [InlineData("""{"driver": 5}""", "Schema error for node: 5 is not of type 'string'")]
    [InlineData("""{"driver": "d", "name": 5}""", "Schema error for node: 5 is not of type 'string', 'null'")]
    [InlineData("""{"driver": "d", "extra": []}""", "Schema error for node: [] is not of type 'object', 'null'")]
    [InlineData("""{"driver": "d", "properties": "x"}""", "Schema error for node: 'x' is not of type 'object', 'null'")]
    [InlineData("""{"driver": "d", "nosuch": 1}""", "Schema error for node: Additional properties are not allowed ('nosuch' was unexpected)")]
    [InlineData("""{"driver": "d", "provision_state": "active"}""", "Schema error for node: Additional properties are not allowed ('provision_state' was unexpected)")]
    [InlineData("""{"driver": "d", "target_power_state": null}""", "Schema error for node: Additional properties are not allowed ('target_power_state' was unexpected)")]
    [InlineData("""{"driver": "d", "protected": false}""", "Schema error for node: Additional properties are not allowed ('protected' was unexpected)")]
    [InlineData("""{"driver": "d", "links": []}""", "Schema error for node: Additional properties are not allowed ('links' was unexpected)")]
    [InlineData("""{"driver": "d", "uuid": "x"}""", "Expected UUID for uuid: x")]
    [InlineData("""{"driver": "d", "instance_uuid": "x"}""", "Expected UUID for instance_uuid: x")]
    [InlineData("""{"driver": "d", "automated_clean": "maybe"}""", "Invalid automated_clean: Unrecognized value 'maybe', acceptable values are: '0', '1', 'f', 'false', 'n', 'no', 'off', 'on', 't', 'true', 'y', 'yes'")]
    [InlineData("""{"driver": "d", "retired": 1}""", "Schema error for node: 1 is not of type 'boolean', 'null'")]
    [InlineData("""{"driver": "d", "instance_name": ""}""", "Schema error for node: '' is too short")]
    [InlineData("""{"driver": "d", "name": "a\u0000b"}""", "The value of name is not a valid text.")]
    [InlineData("""{"driver": "d", "name": "a\ud800b"}""", "The value of name is not a valid text.")]
    [InlineData("{", "The request body is not valid JSON.")]
    [InlineData("""{"driver": "d",}""", "The request body is not valid JSON.")]
    [InlineData("{'driver': 'd'}", "The request body is not valid JSON.")]
    [InlineData("""{"driver": "d", "extra": {"x": NaN}}""", "The request body is not valid JSON.")]
    public async Task Body_that_does_not_fit_is_refused(string body, string fault) =>
        Assert.Equal(fault, (await _api.SendAsync("POST", "/v1/nodes", body: body)).AssertMethodError(400));

    [Fact]
    public async Task Length_is_counted_in_characters()
    {
        static string Body(string text) => $$"""{"driver": "d", "resource_class": "{{text}}"}""";

        Assert.EndsWith("is too long", (await _api.SendAsync("POST", "/v1/nodes", body: Body(new string('x', 81)))).AssertMethodError(400), StringComparison.Ordinal);
        Assert.Equal(201, (await _api.SendAsync("POST", "/v1/nodes", body: Body(string.Concat(Enumerable.Repeat("😀", 80))))).Status);
    }

    [Theory]
    [InlineData("""{"driver": "d", "name": "x"}""", "1.4", 406)]
    [InlineData("""{"driver": "d", "name": null}""", "1.4", 201)]
    [InlineData("""{"driver": "d", "conductor_group": ""}""", "1.45", 201)]
    [InlineData("""{"driver": "d", "conductor_group": "g"}""", "1.45", 406)]
    [InlineData("""{"driver": "d", "retired": false}""", "1.60", 406)]
    [InlineData("""{"driver": "d", "network_data": {}}""", "1.65", 406)]
    [InlineData("""{"driver": "d", "protected": false}""", "1.47", 400)]
    public async Task Newer_fields_are_not_acceptable_unless_they_say_nothing(string body, string version, int status) =>
        Assert.Equal(status, (await _api.SendAsync("POST", "/v1/nodes", version, body)).Status);

    [Theory]
    [InlineData("application/json; charset=utf-8", 201)]
    [InlineData("text/plain", 201)]
    [InlineData("application/xml", 201)]
    [InlineData("application/grpc", 201)]
    [InlineData("application/x-www-form-urlencoded", 400)]
    [InlineData("multipart/form-data; boundary=x", 400)]
    [InlineData(null, 400)]
    public async Task Everything_but_a_form_is_json(string? contentType, int status)
    {
        var answer = await _api.SendAsync("POST", "/v1/nodes", body: """{"driver": "topsecret"}""", contentType: contentType);

        Assert.Equal(status, answer.Status);
        if (status == 400)
            Assert.DoesNotContain("topsecret", answer.AssertMethodError(400), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parameters_of_the_query_are_refused() =>
        Assert.Equal("Unexpected arguments: x", (await _api.SendAsync("POST", "/v1/nodes?x=1", body: """{"driver": "d"}""")).AssertMethodError(400));

    [Fact]
    public async Task Guard_refuses_what_is_too_deep_or_too_large()
    {
        var deepest = """{"driver": "d", "extra": """ + string.Concat(Enumerable.Repeat("{\"a[{\":", 23)) + "[]" + new string('}', 23) + "}";
        Assert.Equal(201, (await _api.SendAsync("POST", "/v1/nodes", body: deepest)).Status);

        var tooDeep = await _api.SendAsync("POST", "/v1/nodes", body: new string('[', 26));
        Assert.Equal(400, tooDeep.Status);
        Assert.Equal(["faultcode", "faultstring"], tooDeep.Json.EnumerateObject().Select(member => member.Name));

        var tooLarge = await _api.SendAsync("POST", "/v1/nodes", body: new string(' ', (1 << 20) + 1));
        Assert.Equal(413, tooLarge.Status);
        Assert.Equal(["faultcode", "faultstring"], tooLarge.Json.EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    public async Task Guard_counts_a_body_that_does_not_announce_its_size()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _api.RestUrl + "/v1/nodes") { Content = new StreamContent(new MemoryStream(new byte[(1 << 20) + 1])) };
        request.Headers.TransferEncodingChunked = true;
        using var response = await _api.Client.SendAsync(request);
        Assert.Equal(413, (int)response.StatusCode);
    }
}
