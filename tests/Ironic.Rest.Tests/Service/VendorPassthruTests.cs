using System.Text;
using Google.Protobuf;
using Ironic.Api.V1;
using Ironic.Rest.Tests.Support;

namespace Ironic.Rest.Tests.Service;

public sealed class VendorPassthruTests : IClassFixture<ApiFixture>
{
    private const string Path = "/v1/nodes/x/vendor_passthru";

    private readonly FakeConductor _conductor;
    private readonly ApiServer _api;

    public VendorPassthruTests(ApiFixture fixture)
    {
        (_conductor, _api) = (fixture.Conductor, fixture.Api);
        _conductor.Answer<CallNodeVendorMethodRequest>(_ => new CallNodeVendorMethodResponse { Result = Samples.Json("""{"a": [1, 2.50]}""") });
    }

    private CallNodeVendorMethodRequest Received => (CallNodeVendorMethodRequest)_conductor.LastCall.Request;

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task Every_verb_takes_a_body_and_gives_the_result_as_it_is(string verb)
    {
        foreach (var path in new[] { Path + "/send_raw", Path + "?method=send_raw", Path + "/?method=send_raw", Path + "/send_raw/" })
        {
            var answer = await _api.SendAsync(verb, path, body: """{"raw_bytes":  "0x00"}""");

            Assert.Equal((200, """{"a": [1, 2.50]}"""), (answer.Status, answer.Body));
            Assert.Equal("application/json", answer.Header("Content-Type"));
            Assert.Equal(("x", "send_raw", verb), (Received.Node, Received.Method, Received.HttpMethod));
            Assert.Equal("""{"raw_bytes":  "0x00"}""", Received.Body.Text);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("null")]
    public async Task No_body_is_none(string? body)
    {
        Assert.Equal(200, (await _api.SendAsync("POST", Path + "/m", body: body)).Status);
        Assert.Null(Received.Body);
    }

    [Fact]
    public async Task Body_of_another_media_type_is_json()
    {
        Assert.Equal(200, (await _api.SendAsync("POST", Path + "/m", body: """{"bar": 1}""", contentType: "text/plain")).Status);
        Assert.Equal("""{"bar": 1}""", Received.Body.Text);
    }

    [Fact]
    public async Task Nothing_returned_is_null()
    {
        _conductor.Answer<CallNodeVendorMethodRequest>(_ => new CallNodeVendorMethodResponse { Result = Samples.Json("null") });

        Assert.Equal((200, "null"), (await _api.SendAsync("POST", Path + "/m")) is var answer ? (answer.Status, answer.Body) : default);
    }

    [Fact]
    public async Task Accepted_work_is_answered_with_nothing()
    {
        _conductor.Answer<CallNodeVendorMethodRequest>(_ => new CallNodeVendorMethodResponse { Accepted = true });

        var answer = await _api.SendAsync("POST", Path + "/m");

        Assert.Equal((202, ""), (answer.Status, answer.Body));
        Assert.Null(answer.Header("Content-Type"));
    }

    [Fact]
    public async Task Attachment_is_sent_as_bytes()
    {
        _conductor.Answer<CallNodeVendorMethodRequest>(_ => new CallNodeVendorMethodResponse { Attachment = ByteString.CopyFrom("raw\n", Encoding.ASCII) });

        var answer = await _api.SendAsync("GET", Path + "/m");

        Assert.Equal((200, "raw\n"), (answer.Status, answer.Body));
        Assert.Equal("application/octet-stream", answer.Header("Content-Type"));
    }

    [Theory]
    [InlineData("/m", "{", "The request body is not valid JSON.")]
    [InlineData("/m", "[1]", "The request body must be a JSON object, not [...].")]
    [InlineData("/m", "\"x\"", "The request body must be a JSON object, not 'x'.")]
    [InlineData("/m", "true", "The request body must be a JSON object, not True.")]
    [InlineData("", "{}", "Missing mandatory parameter: method")]
    [InlineData("", null, "Missing mandatory parameter: method")]
    [InlineData("?method=m", """{"method": "n"}""", "Missing mandatory parameter: method")]
    [InlineData("/m?bar=1", null, "Unexpected arguments: bar")]
    [InlineData("/m?method=n", null, "Unexpected arguments: method")]
    public async Task Senseless_calls_are_refused(string path, string? body, string fault) =>
        Assert.Equal(fault, (await _api.SendAsync("POST", Path + path, body: body)).AssertMethodError(400));

    [Fact]
    public async Task Body_without_a_media_type_is_a_form() =>
        (await _api.SendAsync("POST", Path + "/m", body: "{}", contentType: null)).AssertMethodError(400);

    [Fact]
    public async Task Listing_is_a_word_for_get_and_a_method_for_the_others()
    {
        _conductor.Answer<ListNodeVendorMethodsRequest>(_ => new ListNodeVendorMethodsResponse
        {
            Methods = { ["send_raw"] = new NodeVendorMethod { HttpMethods = { "POST" }, Async = true, RequireExclusiveLock = true } },
        });

        Assert.Equal(
            """{"send_raw":{"http_methods":["POST"],"async":true,"description":"","attach":false,"require_exclusive_lock":true}}""",
            (await _api.GetAsync(Path + "/methods")).Body);
        (await _api.GetAsync(Path + "/methods?x=1")).AssertMethodError(400);

        await _api.SendAsync("POST", Path + "/methods");
        Assert.Equal("methods", Received.Method);
    }

    [Fact]
    public async Task Head_reaches_the_method_and_answers_without_a_body()
    {
        _conductor.Fail<CallNodeVendorMethodRequest>(ErrorReason.InvalidParameterValue, "The method m does not support HTTP HEAD");

        var answer = await _api.SendAsync("HEAD", Path + "/m");

        Assert.Equal((400, ""), (answer.Status, answer.Body));
        Assert.Equal("HEAD", Received.HttpMethod);
    }

    [Fact]
    public async Task Driver_methods_work_the_same()
    {
        _conductor.Answer<CallDriverVendorMethodRequest>(_ => new CallDriverVendorMethodResponse { Result = Samples.Json("[\"basic\"]") });
        _conductor.Answer<ListDriverVendorMethodsRequest>(_ => new ListDriverVendorMethodsResponse());

        Assert.Equal("[\"basic\"]", (await _api.GetAsync("/v1/drivers/example/vendor_passthru/authentication_types")).Body);
        var request = (CallDriverVendorMethodRequest)_conductor.LastCall.Request;
        Assert.Equal(("example", "authentication_types", "GET"), (request.Driver, request.Method, request.HttpMethod));
        Assert.Equal("{}", (await _api.GetAsync("/v1/drivers/example/vendor_passthru/methods")).Body);
    }
}
