using Ironic.Api.V1;
using Ironic.Rest.Tests.Support;

namespace Ironic.Rest.Tests.Service;

public sealed class ParameterTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private const string Power = "/v1/nodes/x/states/power";

    private readonly FakeConductor _conductor = fixture.Conductor;
    private readonly ApiServer _api = fixture.Api;

    [Fact]
    public async Task Body_or_query_give_parameters()
    {
        var answer = await _api.SendAsync("PUT", Power, body: """{"target": "soft power off", "timeout": "5"}""");
        Assert.Equal((202, ""), (answer.Status, answer.Body));
        Assert.Equal($"{_api.RestUrl}/v1/nodes/x/states", answer.Header("Location"));
        Assert.Null(answer.Header("Content-Type"));
        var request = (SetNodePowerStateRequest)_conductor.LastCall.Request;
        Assert.Equal(("x", PowerTarget.SoftOff, 5), (request.Node, request.Target, request.Timeout));

        Assert.Equal(202, (await _api.SendAsync("PUT", Power + "?target=power%20off")).Status);
        request = (SetNodePowerStateRequest)_conductor.LastCall.Request;
        Assert.Equal(PowerTarget.Off, request.Target);
        Assert.False(request.HasTimeout);
    }

    [Theory]
    [InlineData("1.5", 1)]
    [InlineData("true", 1)]
    [InlineData("\" 7 \"", 7)]
    [InlineData("-1", -1)]
    public async Task Integers_are_what_python_reads(string timeout, int expected)
    {
        Assert.Equal(202, (await _api.SendAsync("PUT", Power, body: $$"""{"target": "power on", "timeout": {{timeout}}}""")).Status);
        Assert.Equal(expected, ((SetNodePowerStateRequest)_conductor.LastCall.Request).Timeout);
    }

    [Theory]
    [InlineData(Power, """{"target": "on"}""", "Invalid target: 'on' is not one of 'power on', 'power off', 'rebooting', 'soft rebooting', 'soft power off'")]
    [InlineData(Power, """{"target": "POWER ON"}""", "Invalid target: 'POWER ON' is not one of 'power on', 'power off', 'rebooting', 'soft rebooting', 'soft power off'")]
    [InlineData(Power, """{"target": 5}""", "Expected string for target: 5")]
    [InlineData(Power, """{"target": true}""", "Expected string for target: True")]
    [InlineData(Power, """{"target": null}""", "Missing mandatory parameter: target")]
    [InlineData(Power, "{}", "Missing mandatory parameter: target")]
    [InlineData(Power, "{", "Missing mandatory parameter: target")]
    [InlineData(Power, """["power on"]""", "Missing mandatory parameter: target")]
    [InlineData(Power, null, "Missing mandatory parameter: target")]
    [InlineData(Power + "?target=power%20off", """{"target": "power on"}""", "Expected string for target: ['power off', 'power on']")]
    [InlineData(Power, """{"target": "power on", "nosuch": 1}""", "Unexpected arguments: nosuch")]
    [InlineData(Power, """{"target": "power on", "node": "y"}""", "Unexpected arguments: node")]
    [InlineData(Power, """{"target": "power on", "timeout": "x"}""", "Expected an integer for timeout: x")]
    [InlineData(Power, """{"target": "power on", "timeout": 99999999999}""", "Expected an integer for timeout: 99999999999")]
    [InlineData(Power, """{"target": "power on", "timeout": 1e999}""", "Expected an integer for timeout: 1e999")]
    [InlineData("/v1/nodes/x/maintenance", """{"reason": 5}""", "Expected string for reason: 5")]
    [InlineData("/v1/nodes/x/management/boot_device", """{"boot_device": "pxe", "persistent": "maybe"}""", "Invalid persistent: Unrecognized value 'maybe', acceptable values are: '0', '1', 'f', 'false', 'n', 'no', 'off', 'on', 't', 'true', 'y', 'yes'")]
    public async Task Parameters_that_do_not_fit_are_refused(string path, string? body, string fault) =>
        Assert.Equal(fault, (await _api.SendAsync("PUT", path, body: body)).AssertMethodError(400));

    [Theory]
    [InlineData("""{"target": "soft rebooting"}""")]
    [InlineData("""{"target": "power off", "timeout": 5}""")]
    public async Task Newer_values_and_parameters_are_not_acceptable(string body) =>
        (await _api.SendAsync("PUT", $"/v1/nodes/{Samples.Uuid}/states/power", "1.26", body)).AssertMethodError(406);

    [Fact]
    public async Task Null_is_as_good_as_not_given()
    {
        Assert.Equal(202, (await _api.SendAsync("PUT", $"/v1/nodes/{Samples.Uuid}/states/power", "1.26", """{"target": "power off", "timeout": null}""")).Status);
        Assert.False(((SetNodePowerStateRequest)_conductor.LastCall.Request).HasTimeout);

        Assert.Equal(202, (await _api.SendAsync("PUT", "/v1/nodes/x/maintenance", body: """{"reason": null}""")).Status);
        Assert.False(((SetNodeMaintenanceRequest)_conductor.LastCall.Request).HasReason);
    }

    [Fact]
    public async Task Json_parameters_stay_as_they_are()
    {
        var answer = await _api.SendAsync(
            "PUT", "/v1/nodes/x/states/provision?runbook=r", body: """{"target": "active", "configdrive": {"user_data":  [1.0]}, "clean_steps": null, "disable_ramdisk": "yes"}""");

        Assert.Equal(202, answer.Status);
        var request = (SetNodeProvisionStateRequest)_conductor.LastCall.Request;
        Assert.Equal("""{"user_data":  [1.0]}""", request.Configdrive.Text);
        Assert.Null(request.CleanSteps);
        Assert.True(request.DisableRamdisk);
        Assert.Equal("r", request.Runbook);

        await _api.SendAsync("PUT", "/v1/nodes/x/states/provision?target=active&configdrive=H4sI%22AAA");
        Assert.Equal("\"H4sI\\u0022AAA\"", ((SetNodeProvisionStateRequest)_conductor.LastCall.Request).Configdrive.Text);
    }

    [Fact]
    public async Task Secrets_are_not_repeated()
    {
        var fault = (await _api.SendAsync("PUT", "/v1/nodes/x/states/provision", body: """{"target": "rescue", "rescue_password": 4711}""")).AssertMethodError(400);

        Assert.Equal("Expected string for rescue_password", fault);
    }

    [Theory]
    [InlineData("DELETE", """{"x": 1}""", 400)]
    [InlineData("DELETE", "{}", 204)]
    [InlineData("DELETE", "[1]", 204)]
    [InlineData("GET", """{"x": 1}""", 200)]
    public async Task Body_where_none_belongs(string verb, string body, int status)
    {
        _conductor.Answer<GetNodeRequest>(_ => new GetNodeResponse { Node = Samples.Node() });

        Assert.Equal(status, (await _api.SendAsync(verb, "/v1/nodes/x", body: body)).Status);
    }

    [Fact]
    public async Task Empty_success_has_no_body_and_no_type()
    {
        var answer = await _api.SendAsync("PUT", "/v1/nodes/x/management/boot_device", body: """{"boot_device": "pxe", "persistent": 1}""");

        Assert.Equal((204, ""), (answer.Status, answer.Body));
        Assert.Null(answer.Header("Content-Type"));
        Assert.NotNull(answer.Header("Openstack-Request-Id"));
        Assert.True(((SetNodeBootDeviceRequest)_conductor.LastCall.Request).Persistent);
    }
}
