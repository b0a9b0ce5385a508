using System.Net;
using System.Net.Sockets;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Client;
using Ironic.Drivers.Redfish.Configuration;
using Ironic.Drivers.Redfish.Tests.Support;

namespace Ironic.Drivers.Redfish.Tests.Client;

/// <summary>What is repeated and what is not, and what odd answers mean.</summary>
public sealed class RequestTests
{
    private const string Path = "/redfish/v1/Systems/1";

    [Fact]
    public async Task A_busy_controller_is_read_again_when_it_says()
    {
        var busy = 2;
        await using var controller = Create(_ => busy-- > 0 ? Answers.Empty(HttpStatusCode.ServiceUnavailable, ("Retry-After", "7")) : Answers.Json("{}"));

        var waited = await controller.ElapseAsync(controller.Connection.GetAsync(Path) as Task);

        Assert.Equal(3, controller.Sent.Count());
        Assert.Equal(TimeSpan.FromSeconds(14), waited);
    }

    [Theory]
    [InlineData(500, ErrorClass.Permanent)]
    [InlineData(502, ErrorClass.Retryable)]
    [InlineData(503, ErrorClass.Retryable)]
    [InlineData(504, ErrorClass.Retryable)]
    public async Task One_that_stays_busy_is_given_up(int status, ErrorClass expected)
    {
        await using var controller = Create(_ => Answers.Empty((HttpStatusCode)status, ("Retry-After", "3600")));

        var refused = await Assert.ThrowsAsync<RedfishRefusedException>(() => controller.ElapseAsync(controller.Connection.GetAsync(Path)));

        Assert.Equal(expected, refused.Class);
        Assert.Equal(controller.Options.Attempts, controller.Sent.Count());
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    public async Task What_may_have_been_done_is_not_repeated(int status)
    {
        await using var controller = Create(_ => Answers.Empty((HttpStatusCode)status));

        await Assert.ThrowsAsync<RedfishRefusedException>(() => controller.Connection.PostAsync(Path, []));

        Assert.Single(controller.Sent);
    }

    [Theory]
    [InlineData("GET", true, 5)]
    [InlineData("POST", true, 5)]
    [InlineData("GET", false, 5)]
    [InlineData("POST", false, 1)]
    public async Task Connections_that_break_before_anything_is_sent_are_tried_again(string method, bool beforeSending, int expected)
    {
        await using var controller = Create(_ => throw (beforeSending
            ? new HttpRequestException(HttpRequestError.ConnectionError, "refused", new SocketException((int)SocketError.ConnectionRefused))
            : new HttpRequestException(HttpRequestError.ResponseEnded, "The response ended prematurely.")));

        var failure = await Assert.ThrowsAsync<BmcUnreachableException>(() => controller.ElapseAsync(SendAsync(controller, method)));

        Assert.Equal(expected, controller.Sent.Count());
        Assert.Equal(method == "POST" && !beforeSending, failure.Message.Contains("Nobody knows whether it was done", StringComparison.Ordinal));
        Assert.StartsWith("Redfish connection failed for node 1be26c0b-", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dead_controller_is_left_alone_for_a_while()
    {
        await using var controller = Create(_ => throw new HttpRequestException(HttpRequestError.ConnectionError, "refused"), options => (options.Attempts, options.CircuitThreshold) = (1, 2));

        for (var i = 0; i < 4; i++)
            await Assert.ThrowsAsync<BmcUnreachableException>(() => controller.Connection.GetAsync(Path));
        Assert.Equal(2, controller.Sent.Count());

        controller.Time.Advance(controller.Options.CircuitPause);
        await Assert.ThrowsAsync<BmcUnreachableException>(() => controller.Connection.GetAsync(Path));
        Assert.Equal(3, controller.Sent.Count());
    }

    [Fact]
    public async Task Requests_keep_to_the_token_bucket()
    {
        await using var controller = Create(_ => Answers.Json("{}"), options => (options.RequestsPerSecond, options.RequestBurst) = (1, 2));

        var waited = await controller.ElapseAsync(Task.WhenAll(Enumerable.Range(0, 6).Select(_ => controller.Connection.GetAsync(Path))) as Task);

        Assert.Equal(TimeSpan.FromSeconds(4), waited);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("<html>")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("null")]
    public async Task What_is_no_resource_is_told(string body)
    {
        await using var controller = Create(_ => Answers.Json(body));

        await Assert.ThrowsAsync<PermanentFailureException>(() => controller.Connection.GetAsync(Path));
        Assert.Single(controller.Sent);
    }

    [Fact]
    public async Task An_answer_has_its_bounds()
    {
        await using var controller = Create(_ => Answers.Json($$"""{"a": "{{new string('x', 5000)}}"}"""), options => options.MaximumResponseBytes = 4096);

        Assert.Contains("more than 4096 bytes", (await Assert.ThrowsAsync<PermanentFailureException>(() => controller.Connection.GetAsync(Path))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redirections_at_the_same_host_are_followed_when_reading()
    {
        await using var controller = Create(request => request.Path == Path ? Answers.Empty(HttpStatusCode.PermanentRedirect, ("Location", "/redfish/v1/Systems/1/")) : Answers.Json("{}"));

        Assert.NotNull(await controller.Connection.GetAsync(Path));
        await Assert.ThrowsAsync<RedfishRefusedException>(() => controller.Connection.PostAsync(Path, []));
    }

    [Theory]
    [InlineData("https://elsewhere.example/redfish/v1/Systems/1")]
    [InlineData("//elsewhere.example/redfish")]
    [InlineData("file:///etc/passwd")]
    public async Task Links_to_other_hosts_are_not_followed(string link)
    {
        await using var controller = Create(_ => Answers.Empty(HttpStatusCode.Found, ("Location", link)));

        await Assert.ThrowsAsync<PermanentFailureException>(() => controller.Connection.GetAsync(link));
        await Assert.ThrowsAsync<PermanentFailureException>(() => controller.Connection.GetAsync(Path));
        Assert.Single(controller.Sent);
    }

    [Theory]
    [InlineData(400, ErrorClass.Permanent)]
    [InlineData(403, ErrorClass.Authentication)]
    [InlineData(404, ErrorClass.Permanent)]
    [InlineData(405, ErrorClass.Unsupported)]
    [InlineData(409, ErrorClass.Precondition)]
    [InlineData(501, ErrorClass.Unsupported)]
    public async Task Refusals_have_their_classes_and_say_what_the_controller_says(int status, ErrorClass expected)
    {
        const string body = """{"error": {"code": "Base.1.8.GeneralError", "message": "See more.", "@Message.ExtendedInfo": [{"MessageId": "Base.1.8.Other", "Message": "The flux is low."}]}}""";
        await using var controller = Create(_ => Answers.Json(body, (HttpStatusCode)status));

        var refused = await Assert.ThrowsAsync<RedfishRefusedException>(() => controller.Connection.PostAsync(Path, []));

        Assert.Equal(expected, refused.Class);
        Assert.Equal($"POST {Path} failed with HTTP {status}: The flux is low.", refused.Message);
    }

    [Fact]
    public async Task Whoever_cancels_is_gone_at_once_and_the_next_one_gets_his_turn()
    {
        await using var controller = Create(_ => Answers.Empty(HttpStatusCode.ServiceUnavailable));
        using var cancel = new CancellationTokenSource();

        var waiting = new RedfishConnection(controller.Pool, controller.Target, "node", cancel.Token).GetAsync(Path);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Assert.ThrowsAsync<RedfishRefusedException>(() => controller.ElapseAsync(controller.Connection.GetAsync(Path)));
    }

    private static TestController Create(Func<SentRequest, HttpResponseMessage> answer, Action<RedfishOptions>? configure = null) => new(answer, configure, AuthenticationType.Basic);

    private static async Task<object> SendAsync(TestController controller, string method) =>
        method == "GET" ? await controller.Connection.GetAsync(Path) : await controller.Connection.PostAsync(Path, []);
}
