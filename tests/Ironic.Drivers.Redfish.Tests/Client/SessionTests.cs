using System.Net;
using System.Text;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Configuration;
using Ironic.Drivers.Redfish.Tests.Support;

namespace Ironic.Drivers.Redfish.Tests.Client;

/// <summary>How the driver says to controllers who it is.</summary>
public sealed class SessionTests
{
    private const string Path = "/redfish/v1/Systems/1";
    private int _opened;

    [Fact]
    public async Task All_requests_share_a_session_that_is_deleted_at_the_end()
    {
        await using var controller = new TestController(request => Answers.Sessions(request, ref _opened) ?? Answers.Json("{}"));

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => controller.Connection.GetAsync(Path)));
        Assert.Equal(1, controller.Pool.SessionCount);
        await controller.Pool.StopAsync(CancellationToken.None);

        Assert.Equal(1, _opened);
        Assert.Equal(0, controller.Pool.SessionCount);
        Assert.Equal("DELETE /redfish/v1/SessionService/Sessions/1", controller.Sent.Last());
        Assert.All(controller.Handler.Requests.Where(request => request.Path == Path), request => Assert.Equal("token-1", request.Headers["X-Auth-Token"]));
        Assert.All(controller.Handler.Requests, request => Assert.False(request.Headers.ContainsKey("Authorization")));
    }

    [Fact]
    public async Task A_session_that_nobody_uses_is_deleted()
    {
        await using var controller = new TestController(request => Answers.Sessions(request, ref _opened) ?? Answers.Json("{}"));
        await controller.Connection.GetAsync(Path);

        controller.Time.Advance(controller.Options.SessionIdleTimeout);
        await controller.Pool.SweepOnceAsync();

        Assert.Equal(0, controller.Pool.SessionCount);
        Assert.Equal("DELETE /redfish/v1/SessionService/Sessions/1", controller.Sent.Last());
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task A_token_that_is_not_known_any_more_is_renewed(string method)
    {
        await using var controller = new TestController(request => Answers.Sessions(request, ref _opened)
            ?? (request.Headers["X-Auth-Token"] == "token-1" && _opened == 1 && request.Path == "/late" ? Answers.Empty(HttpStatusCode.Unauthorized) : Answers.Json("{}")));
        await controller.Connection.GetAsync(Path);

        _ = method == "GET" ? (object)await controller.Connection.GetAsync("/late") : await controller.Connection.PostAsync("/late", []);

        Assert.Equal(2, _opened);
        Assert.Equal(["token-1", "token-2"], controller.Handler.Requests.Where(request => request.Path == "/late").Select(request => request.Headers["X-Auth-Token"]));
    }

    [Theory]
    [InlineData("""{"Systems": {"@odata.id": "/redfish/v1/Systems"}}""")]
    [InlineData("""{"SessionService": {"@odata.id": "/redfish/v1/SessionService"}}""")]
    [InlineData("""{"Links": {"Sessions": {"@odata.id": "/redfish/v1/NoSessions"}}}""")]
    public async Task Without_a_session_service_each_request_is_authenticated(string root)
    {
        await using var controller = new TestController(request => request.Path switch
        {
            "/redfish/v1/" => Answers.Json(root),
            "/redfish/v1/SessionService" => Answers.Json("""{"ServiceEnabled": false, "Sessions": {"@odata.id": "/redfish/v1/SessionService/Sessions"}}"""),
            "/redfish/v1/NoSessions" => Answers.Empty(HttpStatusCode.MethodNotAllowed),
            _ => Answers.Json("{}"),
        });

        await controller.Connection.GetAsync(Path);
        await controller.Connection.GetAsync(Path);

        var expected = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("admin:s3cret"));
        Assert.All(controller.Handler.Requests.Where(request => request.Path == Path), request => Assert.Equal(expected, request.Headers["Authorization"]));
        Assert.Equal(0, controller.Pool.SessionCount);
    }

    [Fact]
    public async Task Whoever_asks_for_sessions_gets_nothing_else()
    {
        await using var controller = new TestController(_ => Answers.Json("{}"), authentication: AuthenticationType.Session);

        await Assert.ThrowsAsync<UnsupportedOperationException>(() => controller.Connection.GetAsync(Path));
    }

    [Fact]
    public async Task Basic_authentication_needs_no_session()
    {
        await using var controller = new TestController(_ => Answers.Json("{}"), authentication: AuthenticationType.Basic);

        await controller.Connection.GetAsync(Path);

        Assert.Equal([$"GET {Path}"], controller.Sent);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Credentials_that_were_refused_are_not_tried_again_for_a_while(bool inSessions)
    {
        var authentication = inSessions ? AuthenticationType.Auto : AuthenticationType.Basic;
        await using var controller = new TestController(request => request.Path == "/redfish/v1/" ? Answers.Json(Answers.Root) : Answers.Empty(HttpStatusCode.Unauthorized), authentication: authentication);

        var first = await Assert.ThrowsAsync<BmcAuthenticationException>(() => controller.Connection.GetAsync(Path));
        var count = controller.Handler.Requests.Count;
        await Assert.ThrowsAsync<BmcAuthenticationException>(() => controller.Connection.GetAsync(Path));
        Assert.Equal(count, controller.Handler.Requests.Count);
        Assert.DoesNotContain("s3cret", first.ToString(), StringComparison.Ordinal);

        controller.Time.Advance(controller.Options.RefusedCredentialsPause);
        await Assert.ThrowsAsync<BmcAuthenticationException>(() => controller.Connection.GetAsync(Path));
        Assert.True(controller.Handler.Requests.Count > count);
    }

    [Fact]
    public async Task A_controller_without_room_for_a_session_is_asked_again()
    {
        var refusals = 2;
        await using var controller = new TestController(request => request.Method == "POST" && refusals-- > 0
            ? Answers.Json("""{"error": {"@Message.ExtendedInfo": [{"MessageId": "Base.1.18.SessionLimitExceeded", "Message": "No room."}]}}""", HttpStatusCode.ServiceUnavailable)
            : Answers.Sessions(request, ref _opened) ?? Answers.Json("{}"));

        var waited = await controller.ElapseAsync(controller.Connection.GetAsync(Path) as Task);

        Assert.Equal(TimeSpan.FromSeconds(8), waited);
        Assert.Equal(1, _opened);
    }
}
