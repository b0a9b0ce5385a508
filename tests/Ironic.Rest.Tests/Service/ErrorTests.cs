using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Rest.Tests.Support;

namespace Ironic.Rest.Tests.Service;

public sealed class ErrorTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private readonly FakeConductor _conductor = fixture.Conductor;
    private readonly ApiServer _api = fixture.Api;

    [Theory]
    [InlineData(ErrorReason.InvalidParameterValue, 400)]
    [InlineData(ErrorReason.Forbidden, 403)]
    [InlineData(ErrorReason.NodeNotFound, 404)]
    [InlineData(ErrorReason.NotAcceptable, 406)]
    [InlineData(ErrorReason.NodeLocked, 409)]
    [InlineData(ErrorReason.VendorPassthruFailure, 500)]
    [InlineData(ErrorReason.NotImplemented, 501)]
    [InlineData(ErrorReason.NoFreeConductorWorker, 503)]
    public async Task Reason_decides_the_status(ErrorReason reason, int status)
    {
        _conductor.Fail<GetNodeStatesRequest>(reason, "what the caller reads: \"x\"");

        Assert.Equal("what the caller reads: \"x\"", (await _api.GetAsync("/v1/nodes/x/states")).AssertMethodError(status));
    }

    [Theory]
    [InlineData(StatusCode.Unavailable, 503)]
    [InlineData(StatusCode.DeadlineExceeded, 504)]
    [InlineData(StatusCode.Unimplemented, 501)]
    [InlineData(StatusCode.ResourceExhausted, 413)]
    [InlineData(StatusCode.Internal, 500)]
    [InlineData(StatusCode.InvalidArgument, 500)]
    [InlineData(StatusCode.Unknown, 500)]
    [InlineData(StatusCode.Cancelled, 500)]
    public async Task Status_without_a_reason_tells_nothing_of_the_inside(StatusCode code, int status)
    {
        _conductor.Fail<GetNodeStatesRequest>(code, "secret of the inside");

        Assert.DoesNotContain("secret", (await _api.GetAsync("/v1/nodes/x/states")).AssertMethodError(status), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_that_is_no_message_is_an_internal_error()
    {
        _conductor.Answer<GetNodeStatesRequest>(_ => new GetNodeStatesResponse { States = new NodeStates { RaidConfig = new Types.V1.Json() } });

        var answer = await _api.GetAsync("/v1/nodes/x/states");

        Assert.Contains(answer.Header("Openstack-Request-Id")!, answer.AssertMethodError(500), StringComparison.Ordinal);
        Assert.Contains(_api.Log.Errors, line => line.Contains(answer.Header("Openstack-Request-Id")!, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("GET", "/v1/nosuch", 404)]
    [InlineData("GET", "/v2", 404)]
    [InlineData("GET", "/v1.0", 404)]
    [InlineData("GET", "/V1/nodes", 404)]
    [InlineData("GET", "/v1/Nodes", 404)]
    [InlineData("GET", "/v1/v1", 404)]
    [InlineData("PUT", "/v1/nodes", 405)]
    [InlineData("FOO", "/v1/nodes", 405)]
    [InlineData("HEAD", "/v1/nodes", 405)]
    [InlineData("POST", "/v1/drivers", 405)]
    [InlineData("GET", "/v1/nodes/x/maintenance", 405)]
    [InlineData("GET", "/v1/nodes/x/management", 405)]
    [InlineData("GET", "/v1/nodes/x/management/nosuch", 405)]
    [InlineData("GET", "/v1/nodes/x/states/power", 405)]
    [InlineData("GET", "/v1/drivers/x/raid", 405)]
    [InlineData("GET", "/v1/nodes/no%20such", 400)]
    [InlineData("GET", "/v1/nodes/%ff", 400)]
    [InlineData("GET", "/v1/nodes/za%C5%BC%C3%B3", 400)]
    public async Task Router_refuses_in_its_own_shape(string verb, string path, int status)
    {
        var answer = await _api.SendAsync(verb, path);

        if (verb == "HEAD")
            Assert.Equal((status, ""), (answer.Status, answer.Body));
        else
            answer.AssertRouterError(status);
    }

    [Fact]
    public async Task Malformed_node_ident_is_named() =>
        Assert.Equal("Expected UUID or name for node: no such", (await _api.GetAsync("/v1/nodes/no%20such")).AssertRouterError(400));

    [Theory]
    [InlineData("PATCH", "/v1/nodes")]
    [InlineData("DELETE", "/v1/nodes")]
    public async Task Verb_of_an_item_on_its_collection_lacks_the_item(string verb, string path) =>
        Assert.Equal("Missing mandatory parameter: node_ident", (await _api.SendAsync(verb, path, body: verb == "PATCH" ? "[]" : null)).AssertMethodError(400));

    [Theory]
    [InlineData("/v1/nodes")]
    [InlineData("/v1/nosuch")]
    [InlineData("/")]
    public async Task Options_are_answered_with_nothing(string path)
    {
        var answer = await _api.SendAsync("OPTIONS", path);

        Assert.Equal((200, ""), (answer.Status, answer.Body));
        Assert.Null(answer.Header("Openstack-Request-Id"));
        Assert.Null(answer.Header("X-OpenStack-Ironic-API-Version"));
        Assert.Null(answer.Header("Content-Type"));
    }

    [Fact]
    public async Task Root_by_another_name_tells_no_versions()
    {
        var answer = await _api.GetAsync("//");

        Assert.Equal((await _api.GetAsync("/")).Body, answer.Body);
        Assert.NotNull((await _api.GetAsync("/")).Header("X-OpenStack-Ironic-API-Maximum-Version"));
        Assert.Null(answer.Header("X-OpenStack-Ironic-API-Version"));
        Assert.Null(answer.Header("X-OpenStack-Ironic-API-Maximum-Version"));
    }

    [Theory]
    [InlineData("text/html", 404, "<html>")]
    [InlineData("text/plain", 404, "404 Not Found")]
    [InlineData("text/html, application/json", 404, "<html>")]
    [InlineData("application/json;q=0.1, text/html", 404, "<html>")]
    [InlineData("image/png", 404, "404 Not Found")]
    [InlineData("", 404, "404 Not Found")]
    public async Task Router_speaks_html_or_text_to_those_who_ask_for_it(string accept, int status, string start)
    {
        var answer = await _api.GetAsync("/v1/nosuch", "1.82", ("Accept", accept));

        Assert.Equal(status, answer.Status);
        Assert.Equal("application/json", answer.Header("Content-Type"));
        Assert.StartsWith(start, answer.ErrorText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("*/*")]
    [InlineData("application/*")]
    [InlineData("application/json, text/html;q=0.5")]
    public async Task Router_speaks_json_to_the_others(string accept) =>
        (await _api.GetAsync("/v1/nosuch", "1.82", ("Accept", accept))).AssertRouterError(404);

    [Theory]
    [InlineData("text/html", "<html>")]
    [InlineData("text/plain", "406")]
    [InlineData("application/xml", "406")]
    [InlineData("application/json;q=0", "406")]
    public async Task Who_does_not_take_json_is_not_served(string accept, string start)
    {
        var answer = await _api.GetAsync("/v1/nodes/x", "1.82", ("Accept", accept));

        Assert.Equal(406, answer.Status);
        Assert.StartsWith(start, answer.ErrorText, StringComparison.Ordinal);
        Assert.Null(answer.Header("Openstack-Request-Id"));
    }

    [Theory]
    [InlineData("*/*")]
    [InlineData("application/*")]
    [InlineData("text/html, application/json")]
    [InlineData("application/json;q=0.1, text/html")]
    [InlineData("")]
    public async Task Who_takes_json_at_all_is_served(string accept)
    {
        _conductor.Answer<ListDriversRequest>(_ => new ListDriversResponse());

        Assert.Equal(200, (await _api.GetAsync("/v1/drivers", "1.82", ("Accept", accept))).Status);
    }
}
