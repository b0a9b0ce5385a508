using System.Net;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Configuration;
using Ironic.Drivers.Redfish.Resources;
using Ironic.Drivers.Redfish.Tests.Support;
using Microsoft.Extensions.Options;

namespace Ironic.Drivers.Redfish.Tests.Resources;

/// <summary>What controllers do in their own time.</summary>
public sealed class TaskWaiterTests
{
    private const string Running = """{"@odata.type": "#Task.v1_4_0.Task", "TaskState": "Running", "PercentComplete": 40}""";

    [Theory]
    [InlineData(202, Running, 200, "{}", nameof(TaskEnding.Completed))]
    [InlineData(202, "", 204, "", nameof(TaskEnding.Completed))]
    [InlineData(200, Running, 200, """{"TaskState": "Completed", "TaskStatus": "OK"}""", nameof(TaskEnding.Completed))]
    [InlineData(503, "", 201, "{}", nameof(TaskEnding.Completed))]
    [InlineData(202, Running, 404, "", nameof(TaskEnding.Forgotten))]
    [InlineData(202, Running, 200, """{"TaskState": "Exception", "Messages": [{"Message": "The image is broken."}]}""", null)]
    [InlineData(202, Running, 200, """{"TaskState": "Completed", "TaskStatus": "Critical"}""", null)]
    [InlineData(202, Running, 200, """{"TaskState": "Cancelled"}""", null)]
    [InlineData(202, Running, 400, """{"error": {"message": "no"}}""", null)]
    public async Task A_task_is_looked_at_until_it_ends(int status, string body, int lastStatus, string lastBody, string? expected)
    {
        var looks = 0;
        await using var controller = Create(_ => looks++ < 3 ? Answers.Json(body, (HttpStatusCode)status) : Answers.Json(lastBody, (HttpStatusCode)lastStatus), options => options.Attempts = 1);

        var waiting = WaitAsync(controller, TimeSpan.FromMinutes(5));

        if (expected is null)
            await Assert.ThrowsAsync<PermanentFailureException>(() => controller.ElapseAsync(waiting));
        else
            Assert.Equal(expected, (await controller.ElapseAsync(waiting)).ToString());
        Assert.Equal(4, looks);
    }

    [Fact]
    public async Task One_that_does_not_end_is_given_up()
    {
        await using var controller = Create(_ => Answers.Json(Running, HttpStatusCode.Accepted));

        await Assert.ThrowsAsync<RetryableException>(() => controller.ElapseAsync(WaitAsync(controller, TimeSpan.FromSeconds(30))));
    }

    [Theory]
    [InlineData(60, true)]
    [InlineData(5, false)]
    public async Task A_controller_may_be_away_for_a_while(int tolerated, bool expected)
    {
        var looks = 0;
        await using var controller = Create(
            _ => looks++ is > 0 and < 5 ? throw new HttpRequestException(HttpRequestError.ConnectionError, "refused") : Answers.Json(looks == 1 ? Running : """{"TaskState": "Completed"}"""),
            options => (options.Attempts, options.CircuitThreshold) = (1, 1000));

        var waiting = WaitAsync(controller, TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(tolerated));

        if (expected)
            Assert.Equal(TaskEnding.Completed, await controller.ElapseAsync(waiting));
        else
            await Assert.ThrowsAsync<BmcUnreachableException>(() => controller.ElapseAsync(waiting));
    }

    [Fact]
    public async Task What_was_done_at_once_is_not_waited_for()
    {
        await using var controller = Create(_ => Answers.Json("{}"));

        Assert.Equal(TaskEnding.Completed, await new TaskWaiter(Options.Create(controller.Options), controller.Time).WaitAsync(controller.Connection, new Redfish.Client.RedfishResponse(HttpStatusCode.Created, null), TimeSpan.Zero));
        await Assert.ThrowsAsync<PermanentFailureException>(() =>
            new TaskWaiter(Options.Create(controller.Options), controller.Time).WaitAsync(controller.Connection, new Redfish.Client.RedfishResponse(HttpStatusCode.Accepted, null), TimeSpan.Zero));
        Assert.Empty(controller.Sent);
    }

    private static TestController Create(Func<SentRequest, HttpResponseMessage> answer, Action<RedfishOptions>? configure = null) => new(answer, configure, AuthenticationType.Basic);

    private static Task<TaskEnding> WaitAsync(TestController controller, TimeSpan timeout, TimeSpan silence = default) => new TaskWaiter(Options.Create(controller.Options), controller.Time).WaitAsync(
        controller.Connection,
        new Redfish.Client.RedfishResponse(HttpStatusCode.Accepted, null) { Location = "/redfish/v1/TaskService/TaskMonitors/1" },
        timeout,
        toleratesSilence: silence);
}
