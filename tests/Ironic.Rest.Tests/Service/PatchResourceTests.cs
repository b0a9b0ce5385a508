using Ironic.Api.V1;
using Ironic.Rest.Tests.Support;

namespace Ironic.Rest.Tests.Service;

public sealed class PatchResourceTests : IClassFixture<ApiFixture>
{
    private readonly FakeConductor _conductor;
    private readonly ApiServer _api;

    public PatchResourceTests(ApiFixture fixture)
    {
        (_conductor, _api) = (fixture.Conductor, fixture.Api);
        _conductor.Answer<PatchNodeRequest>(_ => new PatchNodeResponse { Node = Samples.Node() });
    }

    private PatchNodeRequest Received => (PatchNodeRequest)_conductor.LastCall.Request;

    [Fact]
    public async Task Operations_arrive_in_order_with_their_raw_values()
    {
        var answer = await _api.SendAsync("PATCH", "/v1/nodes/x?reset_interfaces=true", body: """
            [{"op": "add", "path": "/extra/a", "value": {"x":  1.0}}, {"op": "replace", "path": "/name", "value": null},
             {"op": "remove", "path": "/extra/b"}, {"value": "t", "path": "/extra/c", "op": "add"}]
            """);

        Assert.Equal(200, answer.Status);
        Assert.Equal(Samples.Uuid, answer.Json.GetProperty("uuid").GetString());
        var request = Received;
        Assert.Equal("x", request.Node);
        Assert.True(request.ResetInterfaces);
        Assert.Equal(["add", "replace", "remove", "add"], request.Patch.Select(operation => operation.Op));
        Assert.Equal(["/extra/a", "/name", "/extra/b", "/extra/c"], request.Patch.Select(operation => operation.Path));
        Assert.Equal(["""{"x":  1.0}""", "null", null, "\"t\""], request.Patch.Select(operation => operation.Value?.Text));
    }

    [Theory]
    [InlineData("application/json-patch+json")]
    [InlineData("text/plain")]
    public async Task Media_types_of_patches_are_taken(string contentType)
    {
        Assert.Equal(200, (await _api.SendAsync("PATCH", "/v1/nodes/x", body: "[]", contentType: contentType)).Status);
        Assert.Empty(Received.Patch);
    }

    [Theory]
    [InlineData("", "Schema error for patch: {} is not of type 'array'")]
    [InlineData("null", "Schema error for patch: None is not of type 'array'")]
    [InlineData("5", "Schema error for patch: 5 is not of type 'array'")]
    [InlineData("\"x\"", "Schema error for patch: 'x' is not of type 'array'")]
    [InlineData("""{"op": "add", "path": "/extra/k"}""", "Schema error for patch: {...} is not of type 'array'")]
    [InlineData("""[["add", "/extra/k", 1]]""", "Schema error for patch: [...] is not of type 'object'")]
    [InlineData("""[{"path": "/extra/k", "value": 1}]""", "Schema error for patch: 'op' is a required property")]
    [InlineData("""[{"op": "add", "value": 1}]""", "Schema error for patch: 'path' is a required property")]
    [InlineData("""[{"op": "add", "path": 5, "value": 1}]""", "Schema error for patch: 5 is not of type 'string'")]
    [InlineData("""[{"op": null, "path": "/extra/k"}]""", "Schema error for patch: None is not of type 'string'")]
    [InlineData("""[{"op": "move", "from": "/extra/k", "path": "/extra/z"}]""", "Schema error for patch: Additional properties are not allowed ('from' was unexpected)")]
    [InlineData("[{", "The request body is not valid JSON.")]
    public async Task Shape_that_does_not_fit_is_refused(string body, string fault) =>
        Assert.Equal(fault, (await _api.SendAsync("PATCH", "/v1/nodes/x", body: body)).AssertMethodError(400));

    [Theory]
    [InlineData("/name", "1.4", 406)]
    [InlineData("/name", "1.5", 200)]
    [InlineData("/protected", "1.47", 406)]
    [InlineData("/network_data/links", "1.65", 406)]
    [InlineData("/network_data/links", "1.66", 200)]
    [InlineData("/nosuch", "1.4", 200)]
    [InlineData("extra", "1.4", 200)]
    public async Task Path_of_a_newer_field_is_not_acceptable(string path, string version, int status) => Assert.Equal(
        status, (await _api.SendAsync("PATCH", "/v1/nodes/" + Samples.Uuid, version, $$"""[{"op": "add", "path": "{{path}}", "value": 1}]""")).Status);

    [Theory]
    [InlineData("1.111", 400)]
    [InlineData("1.112", 200)]
    public async Task Path_of_a_newer_field_is_unknown_where_the_contract_says_so(string version, int status)
    {
        _conductor.Answer<PatchRunbookRequest>(_ => new PatchRunbookResponse { Runbook = new Runbook { Uuid = Samples.Uuid } });
        Assert.Equal(status, (await _api.SendAsync("PATCH", "/v1/runbooks/x", version, """[{"op": "add", "path": "/description", "value": "d"}]""")).Status);
    }

    [Fact]
    public async Task Reset_of_interfaces_needs_its_microversion()
    {
        (await _api.SendAsync("PATCH", $"/v1/nodes/{Samples.Uuid}?reset_interfaces=true", "1.44", "[]")).AssertMethodError(406);
        (await _api.SendAsync("PATCH", $"/v1/nodes/{Samples.Uuid}?reset_interfaces=x", "1.45", "[]")).AssertMethodError(400);
    }
}
