using Ironic.Api.V1;
using Ironic.Rest.Tests.Support;

namespace Ironic.Rest.Tests.Service;

/// <summary>The key of a creation on its way to a conductor.</summary>
public sealed class IdempotencyKeyTests : IClassFixture<ApiFixture>
{
    private const string Header = "Idempotency-Key";

    private readonly FakeConductor _conductor;
    private readonly ApiServer _api;

    public IdempotencyKeyTests(ApiFixture fixture)
    {
        (_conductor, _api) = (fixture.Conductor, fixture.Api);
        ResourceSample.Answer(_conductor);
    }

    [Fact]
    public async Task A_creation_takes_its_key_along()
    {
        Assert.Equal(201, (await _api.SendAsync("POST", "/v1/chassis", body: "{}", headers: (Header, "\"a-key!~\""))).Status);
        Assert.Equal("\"a-key!~\"", _conductor.LastCall.Headers.GetValue("idempotency-key"));

        Assert.Equal(201, (await _api.SendAsync("POST", "/v1/chassis", body: "{}")).Status);
        Assert.Null(_conductor.LastCall.Headers.GetValue("idempotency-key"));
    }

    [Fact]
    public async Task What_creates_nothing_does_not()
    {
        Assert.Equal(200, (await _api.SendAsync("PATCH", $"/v1/chassis/{Samples.Uuid}", body: "[]", headers: (Header, "a"))).Status);
        Assert.Null(_conductor.LastCall.Headers.GetValue("idempotency-key"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\tb")]
    public async Task What_is_no_key_is_refused(string key) =>
        Assert.Equal(400, (await _api.SendAsync("POST", "/v1/chassis", body: "{}", headers: (Header, key))).Status);

    [Fact]
    public async Task A_request_has_one_key_and_not_a_long_one()
    {
        Assert.Equal(400, (await _api.SendAsync("POST", "/v1/chassis", body: "{}", headers: [(Header, "a"), (Header, "b")])).Status);
        Assert.Equal(400, (await _api.SendAsync("POST", "/v1/chassis", body: "{}", headers: (Header, new string('k', 256)))).Status);
        Assert.Equal(201, (await _api.SendAsync("POST", "/v1/chassis", body: "{}", headers: (Header, new string('k', 255)))).Status);
    }

    [Fact]
    public async Task A_key_that_was_used_for_another_request_is_422()
    {
        _conductor.Fail<CreateChassisRequest>(ErrorReason.IdempotencyKeyReused, "used before");

        var answer = await _api.SendAsync("POST", "/v1/chassis", body: "{}", headers: (Header, "a"));

        Assert.Equal(422, answer.Status);
        Assert.Contains("used before", answer.Body, StringComparison.Ordinal);
    }
}
